// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.benchmarks;

import java.time.LocalDate;

/** Dates that count messages, so that a listener knows how far the sender is even where dates were coalesced. */
final class DateSequence {
    private static final long FIRST_EPOCH_DAY = LocalDate.of(2, 1, 1).toEpochDay();

    /** How many messages a session can send before the calendar of the protocol ends. */
    static final long LENGTH = LocalDate.of(9999, 1, 1).toEpochDay() - FIRST_EPOCH_DAY;

    private DateSequence() {}

    /** The date of a message, counted from 1; 0 is the date before the first message. */
    static LocalDate dateOf(long message) {
        return LocalDate.ofEpochDay(FIRST_EPOCH_DAY + message);
    }

    static long messageOf(LocalDate date) {
        return date.toEpochDay() - FIRST_EPOCH_DAY;
    }
}
