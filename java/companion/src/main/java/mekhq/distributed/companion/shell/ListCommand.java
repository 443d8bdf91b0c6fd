// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

/** Shows everyone in the session. */
final class ListCommand implements Command {

    @Override
    public String name() {
        return "list";
    }

    @Override
    public String usage() {
        return "list";
    }

    @Override
    public String summary() {
        return "show every campaign with its date";
    }

    @Override
    public void run(String arguments, CommandContext context) {
        RosterTable.lines(context.session().roster(), context.own()).forEach(context.screen()::line);
    }
}
