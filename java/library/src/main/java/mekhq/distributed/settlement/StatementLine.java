// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.Money;
import mekhq.distributed.PlainText;

/**
 * Something that moved by a settlement.
 *
 * @param settlement the settlement's number among those of the campaign, from 1
 * @param request    the request that it completed; empty for an adjustment
 * @param partner    the other side; empty for an adjustment
 * @param rawReason  of an adjustment, why, as the host's player wrote it; never hand it to anything that renders markup.
 *                   Empty otherwise
 * @param amount     more than 0: it came; less: it went
 * @param state      how far it is
 */
public record StatementLine(long settlement, Optional<UUID> request, Optional<UUID> partner, String rawReason,
                            Money amount, StatementState state) {

    /** Checks that nothing is {@code null}. */
    public StatementLine {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(partner, "partner");
        Objects.requireNonNull(rawReason, "rawReason");
        Objects.requireNonNull(amount, "amount");
        Objects.requireNonNull(state, "state");
    }

    /** {@return the reason as plain text, see {@link PlainText#of}} */
    public String reason() {
        return PlainText.of(rawReason);
    }
}
