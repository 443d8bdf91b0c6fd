// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.transfer;

import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.ErrorCode;
import mekhq.distributed.Money;

/**
 * How a wire transfer ended.
 *
 * @param request  the request's UUID
 * @param source   the campaign that asked
 * @param target   the campaign that was asked
 * @param amount   as requested: more than 0 was for the source to pay; empty where the host does not know the request
 * @param accepted whether the money moves
 * @param reason   why not; {@link ErrorCode#UNKNOWN} for the target's plain no, and where it was accepted
 * @param due      the day from which on the side that is paid has the money; empty where it was rejected
 */
public record TransferOutcome(UUID request, UUID source, UUID target, Optional<Money> amount, boolean accepted,
        ErrorCode reason, Optional<LocalDate> due) {

    /** Checks that nothing is {@code null}. */
    public TransferOutcome {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(amount, "amount");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(due, "due");
    }
}
