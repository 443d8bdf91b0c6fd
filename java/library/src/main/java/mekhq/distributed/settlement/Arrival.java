// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.Bundle;

/**
 * Something that has fallen due.
 *
 * @param request the request that it comes from; empty for an adjustment
 * @param bundle  what arrives, never empty
 * @param due     the day from which on it is there, not after the campaign's own
 */
public record Arrival(Optional<UUID> request, Bundle bundle, LocalDate due) {

    /** Checks that nothing is {@code null}. */
    public Arrival {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(bundle, "bundle");
        Objects.requireNonNull(due, "due");
    }
}
