// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

import java.util.Objects;

/**
 * Sums of one currency by what the host's ledger has, in hundredths of its unit; what would be more than a {@code long}
 * holds is shown as the largest one.
 *
 * @param currency   the currency's code
 * @param given      all that settlements take
 * @param kept       what of that was not given after all, since the campaign's player skipped the settlement: who was to get
 *                   it has it all the same
 * @param adjusted   what adjustments give, without what they take
 * @param received   what came and is there
 * @param onItsWay   what came and waits for its day
 * @param notApplied what comes by settlements that the save has not applied yet
 * @param skipped    what would have come by settlements that the player skipped
 * @param unsure     what came, unless the save has passed over it on its way out of quarantine
 * @param promised   what is set aside for requests that are open
 * @param owed       what settlements took and was not there, by the campaign's last word
 * @param conserved  whether given and adjusted together are received, on its way, not applied, skipped and unsure together.
 *                   True of the session as a whole; of one campaign only by chance
 */
public record StatementTotals(String currency, long given, long kept, long adjusted, long received, long onItsWay,
                              long notApplied, long skipped, long unsure, long promised, long owed,
                              boolean conserved) {

    /** Checks that nothing is {@code null}. */
    public StatementTotals {
        Objects.requireNonNull(currency, "currency");
    }
}
