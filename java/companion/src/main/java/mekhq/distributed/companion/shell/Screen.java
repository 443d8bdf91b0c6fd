// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.io.PrintStream;
import java.time.Clock;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Supplier;

/**
 * Prints whole lines, each flushed at once. At a terminal a prompt stands below them; events that arrive while the
 * player types take its place, and it is printed anew. Where lines can be written over, the board may stand between
 * them and the prompt. Used by the companion thread only.
 */
public final class Screen {

    private static final String PROMPT = "> ";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");

    private static final String UP = "\u001b[%dA";
    private static final String CLEAR_BELOW = "\u001b[J";
    /** From the cursor on, that is all of the line at its start. */
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String SAVE_CURSOR = "\u001b7";
    private static final String RESTORE_CURSOR = "\u001b8";
    /** The terminal cuts off what is too long: a line that went on below would make the board taller than is known. */
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";

    private final PrintStream out;
    private final Clock clock;
    private final ScreenKind kind;
    private boolean prompted;
    /** Null while the board is hidden. */
    private Supplier<List<String>> board;
    /** What stands above the prompt, if one stands there. */
    private List<String> drawn = List.of();

    /**
     * A screen.
     *
     * @param out   where lines go
     * @param clock tells the time printed before events
     * @param kind  what there is to print to
     */
    public Screen(PrintStream out, Clock clock, ScreenKind kind) {
        this.out = out;
        this.clock = clock;
        this.kind = kind;
    }

    /** Prints something that happened, with the time of day before it. */
    void event(String text) {
        line(LocalTime.now(clock).format(TIME) + "  " + text);
    }

    /** Prints an answer to a command. */
    void line(String text) {
        if (!prompted) {
            out.println(text);
        } else {
            erase(0);
            out.println(text);
            draw(drawn);
        }
        out.flush();
    }

    /** The next command may be typed. */
    void prompt() {
        if (kind != ScreenKind.LINES) {
            prompted = true;
            draw(board == null ? List.of() : board.get());
            out.flush();
        }
    }

    /**
     * A command was typed; the cursor stands at the start of a line. The board moves below what the command prints.
     *
     * @param command what was typed
     */
    void typed(String command) {
        if (prompted && !drawn.isEmpty()) {
            erase(1);
            out.println(PROMPT + Printable.text(command));
            drawn = List.of();
        }
        prompted = false;
    }

    /**
     * Shows or hides the board. It appears with the next prompt.
     *
     * @param lines what the board says now, asked for whenever it may have changed
     * @return whether this screen can keep it up to date
     */
    boolean toggleBoard(Supplier<List<String>> lines) {
        if (kind != ScreenKind.REDRAWN) {
            return false;
        }
        board = board == null ? lines : null;
        return true;
    }

    /** Whether the board is on the screen all the time. */
    boolean showsBoard() {
        return board != null;
    }

    /** Brings the board up to date. What the player has typed so far stays, unless the board grows or shrinks. */
    void refresh() {
        if (board == null || !prompted) {
            return;
        }
        List<String> now = board.get();
        if (now.equals(drawn)) {
            return;
        }
        if (now.size() == drawn.size()) {
            out.print(SAVE_CURSOR + "\r" + UP.formatted(now.size()) + NO_WRAP);
            now.forEach(line -> out.print(CLEAR_LINE + line + "\r\n"));
            out.print(WRAP + RESTORE_CURSOR);
            drawn = now;
        } else {
            erase(0);
            draw(now);
        }
        out.flush();
    }

    /** Clears board and prompt, which end that many lines above the cursor. */
    private void erase(int linesBelow) {
        out.print('\r');
        if (kind == ScreenKind.REDRAWN) {
            int up = drawn.size() + linesBelow;
            out.print((up == 0 ? "" : UP.formatted(up)) + CLEAR_BELOW);
        }
    }

    private void draw(List<String> lines) {
        if (!lines.isEmpty()) {
            out.print(NO_WRAP);
            lines.forEach(out::println);
            out.print(WRAP);
        }
        drawn = lines;
        out.print(PROMPT);
    }
}
