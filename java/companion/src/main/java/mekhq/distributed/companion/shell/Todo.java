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
 * @param done    the campaign's date when the player ticked it off; empty until then
 * @param about   what it is about, one line without control characters; may be empty
 */
public record Todo(int number, boolean debit, Money amount, Optional<UUID> request, LocalDate since,
                   Optional<LocalDate> done, String about) {

    /** Checks that nothing is null. */
    public Todo {
        Objects.requireNonNull(amount, "amount");
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(since, "since");
        Objects.requireNonNull(done, "done");
        Objects.requireNonNull(about, "about");
    }

    Todo withDone(Optional<LocalDate> when) {
        return new Todo(number, debit, amount, request, since, when, about);
    }

    Todo withAbout(String text) {
        return new Todo(number, debit, amount, request, since, done, text);
    }

    /** As the player reads it. */
    String sentence() {
        String what = (debit ? "debit " : "credit ") + amount.format();
        return about.isEmpty() ? what : what + ", " + about;
    }
}
