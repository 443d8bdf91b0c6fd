// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/**
 * That the player has booked an item. The save has it only when it is written after that, which the companion cannot see,
 * so a save of before the tick is asked about: once, and again when an older one takes its place.
 *
 * @param date  the campaign's date at that time
 * @param time  real time, in whole seconds; empty: it was ticked off by a version that did not keep it
 * @param asked the save that the player was asked about, or what became of it since; empty: none
 */
record Tick(LocalDate date, Optional<Instant> time, Optional<SaveState> asked) {

    private static final String UNKNOWN = "-";
    private static final int FIELDS_MAX = 4;

    Tick {
        Objects.requireNonNull(date, "date");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(asked, "asked");
    }

    /** Whole seconds: some disks keep no finer times, and a save that is written after the tick must not seem older. */
    static Tick at(LocalDate date, Instant now) {
        return new Tick(date, Optional.of(now.truncatedTo(ChronoUnit.SECONDS)), Optional.empty());
    }

    /** Whether the player has to be asked if that save has what was booked. */
    boolean isDoubtful(SaveState save) {
        return isAfter(save) && asked.filter(save::goesOnFrom).isEmpty();
    }

    /** Once the player was asked about a save, if that was needed. */
    Tick seen(SaveState save) {
        return new Tick(date, time, isAfter(save) ? Optional.of(save) : Optional.empty());
    }

    private boolean isAfter(SaveState save) {
        return date.isAfter(save.date()) || time.filter(moment -> moment.isAfter(save.written())).isPresent();
    }

    /** As {@link #parse} reads it; no tabs. */
    String text() {
        return date + time.map(moment -> " " + moment).orElse(asked.isPresent() ? " " + UNKNOWN : "")
                + asked.map(save -> " " + save.written() + " " + save.date()).orElse("");
    }

    /**
     * Reads a tick; that of an older version is the date alone.
     *
     * @throws IllegalArgumentException               when it is none
     * @throws java.time.format.DateTimeParseException when it is none
     */
    static Tick parse(String text) {
        String[] fields = text.split(" ");
        if (fields.length > FIELDS_MAX || fields.length == FIELDS_MAX - 1) {
            throw new IllegalArgumentException("not a tick: " + text);
        }
        Optional<Instant> time = fields.length == 1 || fields[1].equals(UNKNOWN) ? Optional.empty()
                : Optional.of(Instant.parse(fields[1]));
        Optional<SaveState> asked = fields.length < FIELDS_MAX ? Optional.empty()
                : Optional.of(new SaveState(Instant.parse(fields[2]), LocalDate.parse(fields[3])));
        return new Tick(LocalDate.parse(fields[0]), time, asked);
    }
}
