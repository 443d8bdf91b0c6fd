// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.force;

import java.util.UUID;

/**
 * Hears how forces change. The method runs on the session's executor, in the order of the events; what it throws is
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
}
