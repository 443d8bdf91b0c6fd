// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;
import java.util.function.Supplier;

/** Shows the board: where the screen can be redrawn it stays above the prompt and up to date, until it is hidden. */
final class BoardCommand implements Command {

    @Override
    public String name() {
        return "board";
    }

    @Override
    public String usage() {
        return "board";
    }

    @Override
    public String summary() {
        return "show or hide how everyone stands to the host's date";
    }

    @Override
    public void run(String arguments, CommandContext context) {
        Supplier<List<String>> board = () -> BoardTable.lines(context.session(), context.own());
        if (!context.screen().toggleBoard(board)) {
            board.get().forEach(context.screen()::line);
        }
    }
}
