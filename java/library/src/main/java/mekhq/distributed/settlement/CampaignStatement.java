// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What came to a campaign, what went, and what waits, by what the host's ledger has (protocol.md section 5).
 *
 * @param campaign    whose statement it is
 * @param settlements how many settlements the ledger has for it
 * @param applied     how many of them its save has applied, by its last word; empty when it was not heard since the host
 *                    began, or has applied another past
 * @param exit        its last quarantine exit, which an {@link Adjustment} may repair; 0: none
 * @param totals      the sums, one for each currency; unmodifiable
 * @param lines       what moved by the last 10,000 settlements, oldest first; unmodifiable, and empty unless asked for
 */
public record CampaignStatement(UUID campaign, long settlements, OptionalLong applied, long exit,
                                List<StatementTotals> totals, List<StatementLine> lines) {

    /** Copies the lists and checks that nothing is {@code null}. */
    public CampaignStatement {
        Objects.requireNonNull(campaign, "campaign");
        Objects.requireNonNull(applied, "applied");
        totals = List.copyOf(totals);
        lines = List.copyOf(lines);
    }
}
