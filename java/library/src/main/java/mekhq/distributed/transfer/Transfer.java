// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.transfer;

import java.util.Objects;
import java.util.UUID;

import mekhq.distributed.Money;
import mekhq.distributed.PlainText;

/**
 * A wire transfer that was asked for.
 *
 * @param request the request's UUID
 * @param source  the campaign that asks
 * @param target  the campaign that is asked
 * @param amount  more than 0: the source pays; less: the target does
 * @param rawMemo as its player wrote it: at most 200 characters, no control characters; may be empty. Never hand it to
 *                anything that renders markup, such as a Swing label; see {@link #memo()}
 */
public record Transfer(UUID request, UUID source, UUID target, Money amount, String rawMemo) {

    /** Checks that nothing is {@code null}. */
    public Transfer {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(amount, "amount");
        Objects.requireNonNull(rawMemo, "rawMemo");
    }

    /** {@return the memo as plain text, see {@link PlainText#of}} */
    public String memo() {
        return PlainText.of(rawMemo);
    }

    /** {@return the campaign that pays} */
    public UUID payer() {
        return amount.isPositive() ? source : target;
    }

    /** {@return the campaign that is paid} */
    public UUID payee() {
        return amount.isPositive() ? target : source;
    }
}
