// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.team;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import mekhq.distributed.PlainText;

/**
 * Lines of a teammate's day (protocol.md section 4).
 *
 * @param campaign   the UUID of the campaign whose day it was
 * @param date       the day
 * @param rawEntries the lines as the teammate sent them. MekHQ's report lines are HTML with links that are commands:
 *                   never hand them to anything that renders or follows them; see {@link #entries()}. Not modifiable
 */
public record DailyLog(UUID campaign, LocalDate date, List<String> rawEntries) {

    /** Checks that nothing is {@code null}. */
    public DailyLog {
        Objects.requireNonNull(campaign, "campaign");
        Objects.requireNonNull(date, "date");
        rawEntries = List.copyOf(rawEntries);
    }

    /** {@return the lines as plain text, see {@link PlainText#of}; not modifiable} */
    public List<String> entries() {
        return rawEntries.stream().map(PlainText::of).toList();
    }
}
