// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.Locale;

/** The player's choice whether to play on while the host is out of reach. */
final class OfflineCommand implements Command {

    @Override
    public String name() {
        return "offline";
    }

    @Override
    public String usage() {
        return "offline on|off";
    }

    @Override
    public String summary() {
        return "play on while the host is out of reach, or wait for it";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        boolean on = switch (arguments.toLowerCase(Locale.ROOT)) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new CommandException("Usage: " + usage() + ".");
        };
        if (context.isHost()) {
            throw new CommandException("You are the host: there is nobody to wait for.");
        }
        context.session().timeline().continueWithoutHost(on);
        context.screen().event(on ? "You play on whenever the host is out of reach."
                : "You wait for the host when it is out of reach.");
    }
}
