// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import org.junit.jupiter.api.Test;

class ScreenTest {

    private final ViewedTerminal terminal = new ViewedTerminal();
    private List<String> board = List.of("Ravens  3025-01-07", "Foxes   3025-01-05");

    @Test
    void aTerminalHasAPromptBelowTheLines() throws Exception {
        Play play = new Play();
        play.onA(ScreenKind.PROMPT);
        play.host("advance\nquit\n", events -> { });
        assertThat(play.lines()).containsExactly("14:02  Hosting Copper Lancers at 3025-01-10 on port 3456.",
                "> 14:02  You are now at 3025-01-11.", "> 14:02  Session closed.");
    }

    @Test
    void anEventTakesThePromptsPlace() {
        Screen screen = screen(ScreenKind.PROMPT);
        screen.prompt();
        screen.event("Ravens left.");
        assertThat(terminal.lines()).containsExactly("14:02  Ravens left.", "> ");
    }

    @Test
    void anEventLeavesNothingOfALongerHalfTypedCommand() {
        Screen screen = screen(ScreenKind.REDRAWN);
        screen.prompt();
        terminal.type("location somewhere far away");
        screen.event("Ravens left.");
        assertThat(terminal.lines()).containsExactly("14:02  Ravens left.", "> ");
    }

    @Test
    void withoutControlSequencesThereIsNoBoardThatStays() {
        assertThat(screen(ScreenKind.PROMPT).toggleBoard(() -> board)).isFalse();
        assertThat(screen(ScreenKind.LINES).toggleBoard(() -> board)).isFalse();
    }

    @Test
    void theBoardStandsBetweenTheLinesAndThePrompt() {
        Screen screen = withBoard();
        screen.event("Ravens left.");
        assertThat(terminal.lines()).containsExactly("14:02  Ravens left.", board.get(0), board.get(1), "> ");
    }

    @Test
    void theBoardIsRedrawnInItsPlaceAndWhatWasTypedStays() {
        Screen screen = withBoard();
        screen.event("Ravens left.");
        terminal.type("adv");
        board = List.of("Ravens  3025-01-08", "Foxes");
        screen.refresh();
        terminal.type("ance");
        assertThat(terminal.lines()).containsExactly("14:02  Ravens left.", "Ravens  3025-01-08", "Foxes", "> advance");
    }

    @Test
    void aBoardThatGrowsOrShrinksMovesThePrompt() {
        Screen screen = withBoard();
        board = List.of("Ravens", "Foxes", "Harriers");
        screen.refresh();
        assertThat(terminal.lines()).containsExactly("Ravens", "Foxes", "Harriers", "> ");
        board = List.of();
        screen.refresh();
        assertThat(terminal.lines()).containsExactly("> ");
    }

    @Test
    void theBoardMovesBelowWhatACommandPrints() {
        Screen screen = withBoard();
        terminal.type("advance\n");
        screen.typed("advance");
        screen.event("You are now at 3025-01-11.");
        screen.prompt();
        assertThat(terminal.lines()).containsExactly("> advance", "14:02  You are now at 3025-01-11.", board.get(0),
                board.get(1), "> ");
    }

    @Test
    void theBoardIsHiddenAgain() {
        Screen screen = withBoard();
        terminal.type("board\n");
        screen.typed("board");
        screen.toggleBoard(() -> board);
        screen.prompt();
        screen.refresh();
        assertThat(terminal.lines()).containsExactly("> board", "> ");
        assertThat(screen.showsBoard()).isFalse();
    }

    @Test
    void aLineOfTheBoardThatIsTooLongIsCutAndNotWrapped() {
        board = List.of("x".repeat(ViewedTerminal.COLUMNS + 5), "Foxes");
        Screen screen = withBoard();
        screen.event("Ravens left.");
        assertThat(terminal.lines()).containsExactly("14:02  Ravens left.", "x".repeat(ViewedTerminal.COLUMNS), "Foxes",
                "> ");
    }

    private Screen withBoard() {
        Screen screen = screen(ScreenKind.REDRAWN);
        assertThat(screen.toggleBoard(() -> board)).isTrue();
        screen.prompt();
        return screen;
    }

    private Screen screen(ScreenKind kind) {
        return new Screen(new PrintStream(terminal, true, StandardCharsets.UTF_8),
                Clock.fixed(Instant.parse("3025-01-01T14:02:00Z"), ZoneOffset.UTC), kind);
    }
}
