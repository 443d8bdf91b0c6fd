// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.io.PrintStream;
import java.time.Clock;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;

/**
 * Prints whole lines, each flushed at once. At a terminal a prompt stands below them; events that arrive while the
 * player types take its place, and it is printed anew. Used by the companion thread only.
 */
public final class Screen {

    private static final String PROMPT = "> ";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");

    private final PrintStream out;
    private final Clock clock;
    private final boolean interactive;
    private boolean prompted;

    /**
     * A screen.
     *
     * @param out         where lines go
     * @param clock       tells the time printed before events
     * @param interactive whether a player types at a terminal; without, there is no prompt
     */
    public Screen(PrintStream out, Clock clock, boolean interactive) {
        this.out = out;
        this.clock = clock;
        this.interactive = interactive;
    }

    /** Prints something that happened, with the time of day before it. */
    void event(String text) {
        line(LocalTime.now(clock).format(TIME) + "  " + text);
    }

    /** Prints an answer to a command. */
    void line(String text) {
        if (prompted) {
            out.print('\r');
        }
        out.println(text);
        if (prompted) {
            out.print(PROMPT);
        }
        out.flush();
    }

    /** The next command may be typed. */
    void prompt() {
        if (interactive) {
            prompted = true;
            out.print(PROMPT);
            out.flush();
        }
    }

    /** A command was typed; the cursor stands at the start of a line. */
    void typed() {
        prompted = false;
    }
}
