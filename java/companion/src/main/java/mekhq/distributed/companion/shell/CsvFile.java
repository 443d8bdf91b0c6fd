// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A table for a spreadsheet. */
final class CsvFile {

    private CsvFile() {
    }

    /** Writes a file that does not exist yet. */
    static void write(String name, List<String> lines, Screen screen) throws CommandException {
        try {
            Files.write(Path.of(name), lines, StandardOpenOption.CREATE_NEW);
            screen.line("Written: " + Printable.text(name) + ".");
        } catch (IOException | InvalidPathException e) {
            throw new CommandException("Cannot write " + Printable.text(name) + ": it must be a new file ("
                    + Printable.text(String.valueOf(e.getMessage())) + ").");
        }
    }

    /** A cell with a text in it. One that begins as a formula does would be a formula in a spreadsheet. */
    static String quoted(String text) {
        String harmless = text.matches("[=+\\-@].*") ? "'" + text : text;
        return '"' + harmless.replace("\"", "\"\"") + '"';
    }
}
