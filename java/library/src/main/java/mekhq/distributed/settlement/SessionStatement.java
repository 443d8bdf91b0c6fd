// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

import java.util.List;

/**
 * What moved between all campaigns of a session, by what the host's ledger has (protocol.md section 5, "Conservation").
 *
 * @param campaigns every campaign that has settlements or promises, without their lines; unmodifiable
 * @param totals    the sums of all of them, one for each currency; unmodifiable
 */
public record SessionStatement(List<CampaignStatement> campaigns, List<StatementTotals> totals) {

    /** Copies the lists and checks that nothing is {@code null}. */
    public SessionStatement {
        campaigns = List.copyOf(campaigns);
        totals = List.copyOf(totals);
    }

    /**
     * {@return whether by the ledger nothing was lost and nothing came from nowhere, in any currency; what players kept by
     * skipping, and what they owe, stands in the sums}
     */
    public boolean conserved() {
        return totals.stream().allMatch(StatementTotals::conserved);
    }
}
