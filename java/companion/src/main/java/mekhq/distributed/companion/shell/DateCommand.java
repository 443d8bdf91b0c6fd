// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/** Goes to a date at once. */
final class DateCommand implements Command {

    @Override
    public String name() {
        return "date";
    }

    @Override
    public String usage() {
        return "date YYYY-MM-DD";
    }

    @Override
    public String summary() {
        return "go to a later date at once";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        LocalDate date = date(arguments);
        long days = ChronoUnit.DAYS.between(context.own().date(), date);
        if (days <= 0) {
            throw new CommandException("You are at " + context.own().date()
                    + ": an earlier date comes only with an older save.");
        }
        Advance.check(days, context);
        Advance.to(date, context);
        context.screen().event("You are now at " + date + ".");
    }

    private LocalDate date(String arguments) throws CommandException {
        try {
            return LocalDate.parse(arguments);
        } catch (DateTimeException e) {
            throw new CommandException("Usage: " + usage() + ", for example date 3025-02-01.");
        }
    }
}
