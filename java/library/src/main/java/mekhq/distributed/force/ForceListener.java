// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.force;

import java.util.UUID;

/**
 * Hears how forces change. The methods run on the session's executor, in the order of the events; what they throw is
 * logged, and the next event follows.
 */
public interface ForceListener {

    /**
     * Another campaign's TOE changed, or became visible to this one.
     *
     * @param campaign the campaign's UUID
     * @param force    its whole TOE now
     */
    default void onToeUpdated(UUID campaign, Force force) {
    }

    /**
     * Another campaign's TOE may no longer be seen by this one, since the teams or the visibility changed or the campaign
     * retired; {@link Forces#find} no longer finds it. It is shown anew by {@link #onToeUpdated} should it become
     * visible again.
     *
     * @param campaign the campaign's UUID
     */
    default void onToeHidden(UUID campaign) {
    }
}
