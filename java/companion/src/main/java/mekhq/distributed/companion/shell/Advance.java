// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/**
 * Moves this campaign's date, keeping the one rule that holds always: no campaign is further along than the host
 * campaign.
 */
final class Advance {

    private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

    private Advance() {
    }

    /** How many days this campaign may go now, 0 and up. */
    static long daysLeft(CommandContext context) throws CommandException {
        LocalDate own = context.own().date();
        LocalDate limit = LAST;
        if (!context.isHost()) {
            limit = context.session().timeline().hostDate()
                    .orElseThrow(() -> new CommandException("The host's date is not known yet."));
        }
        return Math.max(0, ChronoUnit.DAYS.between(own, limit));
    }

    /** Refuses to go further than allowed. */
    static void check(long days, CommandContext context) throws CommandException {
        long left = daysLeft(context);
        if (days <= left) {
            return;
        }
        if (context.isHost()) {
            throw new CommandException("The calendar ends at " + LAST + ".");
        }
        LocalDate host = context.session().timeline().hostDate().orElseThrow();
        throw new CommandException("The host is at " + host + ": " + switch ((int) Math.min(left, 2)) {
            case 0 -> "wait until it has advanced.";
            case 1 -> "you can advance 1 day.";
            default -> "you can advance " + left + " days.";
        });
    }

    /** Announces a new date and prints it. */
    static void to(LocalDate date, CommandContext context) {
        context.session().timeline().sendDateChanged(date);
        context.own().moveTo(date);
    }
}
