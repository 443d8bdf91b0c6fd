// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.Timeline;

/** Moves this campaign's date as far as the session allows it (protocol.md section 3). */
final class Advance {

    private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

    private Advance() {
    }

    /** Refuses to go further than allowed: the session is asked for each day of the way. */
    static void check(long days, CommandContext context) throws CommandException {
        LocalDate from = context.own().date();
        if (days > ChronoUnit.DAYS.between(from, LAST)) {
            throw new CommandException("The calendar ends at " + LAST + ".");
        }
        Timeline timeline = context.session().timeline();
        for (long day = 0; day < days; day++) {
            MayAdvance answer = timeline.mayAdvance(from.plusDays(day));
            if (!answer.isAllowed()) {
                throw new CommandException(Reasons.sentence(answer, timeline.hostDate(), day));
            }
        }
    }

    /** Announces a new date. */
    static void to(LocalDate date, CommandContext context) {
        context.session().day(date);
        context.session().timeline().sendDateChanged(date);
        context.own().moveTo(date);
    }
}
