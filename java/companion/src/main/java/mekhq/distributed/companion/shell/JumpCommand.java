// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;

/** Skips the days up to the host date, in GM mode. */
final class JumpCommand implements Command {

    @Override
    public String name() {
        return "jump";
    }

    @Override
    public String usage() {
        return "jump";
    }

    @Override
    public String summary() {
        return "skip the days up to the host's date, in GM mode";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        if (context.isHost()) {
            throw new CommandException("You are the host: others jump to your date.");
        }
        if (!context.own().gmMode()) {
            throw new CommandException("Only a campaign in GM mode jumps; \"gm on\" switches it on.");
        }
        LocalDate hostDate = context.session().timeline().hostDate()
                .orElseThrow(() -> new CommandException("The host's date is not known yet."));
        if (!context.own().date().isBefore(hostDate)) {
            throw new CommandException("You are not behind the host, which is at " + hostDate + ".");
        }
        context.session().day(hostDate);
        context.session().timeline().jump(hostDate);
        context.own().moveTo(hostDate);
        context.screen().event("You jumped to " + hostDate + ".");
    }
}
