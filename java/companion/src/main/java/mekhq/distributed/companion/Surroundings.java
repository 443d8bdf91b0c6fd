// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.time.Clock;
import java.util.function.UnaryOperator;

import mekhq.distributed.companion.shell.Screen;
import mekhq.distributed.companion.shell.Shell;
import mekhq.distributed.companion.shell.ShellPlan;

/**
 * All that the companion takes from outside.
 *
 * @param terminal    where it reads and prints
 * @param clock       tells the time of day in the player's zone
 * @param environment environment variables by name, null where there is none
 * @param sessions    opens sessions
 */
record Surroundings(Terminal terminal, Clock clock, UnaryOperator<String> environment, SessionOpener sessions) {

    /**
     * A shell at the terminal.
     *
     * @param plan what the session is about
     * @param stay whether it waits for a host that closed its session
     */
    Shell shell(SessionPlan plan, boolean stay) {
        Screen screen = new Screen(terminal.out(), clock, terminal.screen());
        return new Shell(terminal.in(), screen, new ShellPlan(plan.campaign(), plan.memento(), plan.written(),
                plan.watch(), stay));
    }
}
