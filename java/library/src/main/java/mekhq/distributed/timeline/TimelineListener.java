// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.timeline;

import java.time.LocalDate;
import java.util.UUID;

/**
 * Hears how the calendar moves. The method runs on the session's executor, in the order of the events; what it throws
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
}
