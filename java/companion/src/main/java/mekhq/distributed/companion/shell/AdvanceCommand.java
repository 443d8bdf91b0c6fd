// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

/** Advances in bulk: each day of the way must be allowed, where it leads is announced. */
final class AdvanceCommand implements Command {

    private static final int DAYS_MAX = 3_660;

    @Override
    public String name() {
        return "advance";
    }

    @Override
    public String usage() {
        return "advance [DAYS]";
    }

    @Override
    public String summary() {
        return "advance one day, or several";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        int days = days(arguments);
        Advance.check(days, context);
        Advance.to(context.own().date().plusDays(days), context);
        context.screen().event("You are now at " + context.own().date() + ".");
    }

    private int days(String arguments) throws CommandException {
        if (arguments.isEmpty()) {
            return 1;
        }
        try {
            int days = Integer.parseInt(arguments);
            if (days >= 1 && days <= DAYS_MAX) {
                return days;
            }
        } catch (NumberFormatException e) {
            throw usageError();
        }
        throw usageError();
    }

    private CommandException usageError() {
        return new CommandException("Usage: " + usage() + ", with DAYS from 1 to " + DAYS_MAX + ".");
    }
}
