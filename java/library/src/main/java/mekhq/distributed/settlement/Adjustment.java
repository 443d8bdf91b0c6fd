// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

import java.time.LocalDate;
import java.util.Objects;
import java.util.UUID;

import mekhq.distributed.Bundle;
import mekhq.distributed.PlainText;

/**
 * The host sets something right in a campaign's save; everybody sees it.
 *
 * @param campaign  the campaign that is adjusted
 * @param outgoing  what is taken from it; may be empty
 * @param incoming  what it is given; may be empty, but not both
 * @param rawReason why, as the host's player wrote it: 1 to 200 characters, no control characters. Never hand it to
 *                  anything that renders markup, such as a Swing label; see {@link #reason()}
 * @param exit      the quarantine exit whose damage it repairs, counted from 1: a save that does not know that exit passes
 *                  over it; 0 for none
 * @param due       the day from which on what it is given is there
 */
public record Adjustment(UUID campaign, Bundle outgoing, Bundle incoming, String rawReason, long exit,
        LocalDate due) {

    /** Checks that nothing is {@code null}. */
    public Adjustment {
        Objects.requireNonNull(campaign, "campaign");
        Objects.requireNonNull(outgoing, "outgoing");
        Objects.requireNonNull(incoming, "incoming");
        Objects.requireNonNull(rawReason, "rawReason");
        Objects.requireNonNull(due, "due");
    }

    /** {@return the reason as plain text, see {@link PlainText#of}} */
    public String reason() {
        return PlainText.of(rawReason);
    }
}
