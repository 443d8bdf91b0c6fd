// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.timeline;

import java.time.LocalDate;
import java.util.UUID;

/**
 * Hears how the calendar moves. All methods run on the session's executor, in the order of the events; what they throw
 * is logged, and the next event follows.
 */
public interface TimelineListener {

    /**
     * Another campaign's date changed.
     *
     * @param campaign the campaign's UUID
     * @param date     its date now
     */
    default void onCampaignDateChanged(UUID campaign, LocalDate date) {
    }

    /**
     * A campaign has done its day and waits for the host date to pass its own. Heard by the host campaign only.
     *
     * @param campaign the campaign's UUID
     * @param date     the date that it stands on
     */
    default void onReadyToAdvance(UUID campaign, LocalDate date) {
    }

    /**
     * Whether this campaign may advance from the date that it stands on has changed. Heard by remote campaigns only.
     * For showing it to the player: who is about to advance asks {@link Timeline#mayAdvance}.
     *
     * @param mayAdvance whether it may now, and why not
     */
    default void onMayAdvanceChanged(MayAdvance mayAdvance) {
    }
}
