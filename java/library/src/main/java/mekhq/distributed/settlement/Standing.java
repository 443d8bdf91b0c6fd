// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

import java.util.List;

import mekhq.distributed.Money;

/**
 * What a campaign's save could not apply as it should have, as the campaign last told and as everyone may see
 * (protocol.md section 5).
 *
 * @param debts what settlements took and the campaign did not have, one amount above 0 for each currency; unmodifiable
 * @param skips numbers of the settlements that its player chose to skip, of very many the last; unmodifiable
 */
public record Standing(List<Money> debts, List<Long> skips) {

    /** Of a campaign that has applied everything. */
    public static final Standing CLEAN = new Standing(List.of(), List.of());

    /** Copies the lists and checks that nothing is {@code null}. */
    public Standing {
        debts = List.copyOf(debts);
        skips = List.copyOf(skips);
    }

    /** {@return whether the campaign owes nothing and has skipped nothing} */
    public boolean isClean() {
        return debts.isEmpty() && skips.isEmpty();
    }
}
