// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.Collection;

/** Shows all commands. */
final class HelpCommand implements Command {

    private final Collection<Command> commands;

    /** @param commands all commands, this one included; read when the help is asked for */
    HelpCommand(Collection<Command> commands) {
        this.commands = commands;
    }

    @Override
    public String name() {
        return "help";
    }

    @Override
    public String usage() {
        return "help";
    }

    @Override
    public String summary() {
        return "show this list";
    }

    @Override
    public void run(String arguments, CommandContext context) {
        int width = commands.stream().mapToInt(command -> command.usage().length()).max().orElse(0);
        for (Command command : commands) {
            String padding = " ".repeat(width - command.usage().length());
            context.screen().line(command.usage() + padding + "  " + command.summary());
        }
    }
}
