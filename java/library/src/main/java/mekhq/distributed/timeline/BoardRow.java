// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.timeline;

import java.util.Objects;

import mekhq.distributed.CampaignDetails;

/**
 * One line of the board: how a campaign stands to the host date (protocol.md section 3).
 *
 * @param campaign   the campaign, with its date, and ready or not
 * @param lagDays    days behind the host date; negative when ahead
 * @param mayAdvance why the campaign waits, or {@link MayAdvance#ALLOWED}
 */
public record BoardRow(CampaignDetails campaign, long lagDays, MayAdvance mayAdvance) {

    /** Checks that nothing is {@code null}. */
    public BoardRow {
        Objects.requireNonNull(campaign, "campaign");
        Objects.requireNonNull(mayAdvance, "mayAdvance");
    }
}
