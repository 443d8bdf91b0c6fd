// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.Money;

/**
 * Something that the player books in MekHQ, since the companion never writes a save.
 *
 * @param number  what the player calls it by, counted from 1
 * @param debit   whether the money leaves the campaign; otherwise it comes in
 * @param amount  more than 0
 * @param request the request that it comes from; empty for an adjustment by the host
 * @param since   the campaign's date when it came up
 * @param tick    the player has booked it; empty until then
 * @param about   what it is about, one line without control characters; may be empty
 */
record Todo(int number, boolean debit, Money amount, Optional<UUID> request, LocalDate since, Optional<Tick> tick,
            String about) {

    Todo {
        Objects.requireNonNull(amount, "amount");
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(tick, "tick");
        Objects.requireNonNull(about, "about");
    }

    Todo withTick(Optional<Tick> made) {
        return new Todo(number, debit, amount, request, since, made, about);
    }

    /** The campaign's date when the player ticked it off; empty until then. */
    Optional<LocalDate> done() {
        return tick.map(Tick::date);
    }

    Todo withAbout(String text) {
        return new Todo(number, debit, amount, request, since, tick, text);
    }

    /** As the player reads it. */
    String sentence() {
        String what = (debit ? "debit " : "credit ") + amount.format();
        return about.isEmpty() ? what : what + ", " + about;
    }
}
