// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.Bundle;
import mekhq.distributed.Money;

/**
 * How an outcome changes a campaign. What comes in is not here: it is delivered when it falls due. Apply it in this order:
 * {@code released} becomes free, {@code consumed} is gone from what was set aside, {@code taken} leaves what is free.
 *
 * @param request  the request that it ends; empty for an adjustment
 * @param released what was set aside and is free from now on; unmodifiable
 * @param consumed what was set aside and leaves the campaign; unmodifiable
 * @param taken    what was free, after the release, and leaves the campaign
 * @param owed     what was to leave and is not there: the library keeps it as a debt, which what comes in later makes good
 *                 first
 */
public record Settlement(Optional<UUID> request, List<Hold> released, List<Hold> consumed, Bundle taken,
        Optional<Money> owed) {

    /** Checks that nothing is {@code null}. */
    public Settlement {
        Objects.requireNonNull(request, "request");
        released = List.copyOf(released);
        consumed = List.copyOf(consumed);
        Objects.requireNonNull(taken, "taken");
        Objects.requireNonNull(owed, "owed");
    }
}
