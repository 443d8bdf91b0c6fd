// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Objects;

/**
 * How far a save is that was read.
 *
 * @param written when its file was last written, in real time
 * @param date    the campaign's date in it
 */
record SaveState(Instant written, LocalDate date) {

    SaveState {
        Objects.requireNonNull(written, "written");
        Objects.requireNonNull(date, "date");
    }

    /** Whether it is the other one, or what became of it: an older save in its place is not. */
    boolean goesOnFrom(SaveState other) {
        return !written.isBefore(other.written) && !date.isBefore(other.date);
    }
}
