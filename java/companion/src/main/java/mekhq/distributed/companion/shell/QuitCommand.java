// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import mekhq.distributed.companion.ExitCode;

/** Says goodbye and ends the companion. */
final class QuitCommand implements Command {

    @Override
    public String name() {
        return "quit";
    }

    @Override
    public String usage() {
        return "quit";
    }

    @Override
    public String summary() {
        return "say goodbye and end";
    }

    @Override
    public void run(String arguments, CommandContext context) {
        context.finish().accept(ExitCode.OK);
    }
}
