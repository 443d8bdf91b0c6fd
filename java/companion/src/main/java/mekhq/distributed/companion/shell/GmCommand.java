// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.Locale;

/** Switches GM mode. */
final class GmCommand implements Command {

    @Override
    public String name() {
        return "gm";
    }

    @Override
    public String usage() {
        return "gm on|off";
    }

    @Override
    public String summary() {
        return "switch GM mode";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        boolean on = switch (arguments.toLowerCase(Locale.ROOT)) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new CommandException("Usage: " + usage() + ".");
        };
        context.session().roster().sendGmModeChanged(on);
        context.own().switchGmMode(on);
        context.screen().event("You switched GM mode " + (on ? "on." : "off."));
    }
}
