// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A terminal of endless height that understands what {@link Screen} uses, and tells what a player would see. */
final class ViewedTerminal extends OutputStream {

    static final int COLUMNS = 60;

    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private final List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
    private int row;
    private int column;
    private int savedRow;
    private int savedColumn;
    private boolean wrapping = true;

    @Override
    public void write(int value) {
        pending.write(value);
    }

    /** The terminal echoes what a player types. */
    void type(String text) {
        show();
        take(text);
    }

    /** What stands on the screen, from the top. */
    List<String> lines() {
        show();
        return rows.stream().map(StringBuilder::toString).toList();
    }

    private void show() {
        take(pending.toString(StandardCharsets.UTF_8));
        pending.reset();
    }

    private void take(String text) {
        int at = 0;
        while (at < text.length()) {
            char next = text.charAt(at);
            at += next == '\u001b' ? sequence(text.substring(at + 1)) : character(next);
        }
    }

    private int character(char next) {
        switch (next) {
            case '\r' -> column = 0;
            case '\n' -> newLine();
            default -> put(next);
        }
        return 1;
    }

    private void newLine() {
        row++;
        column = 0;
        if (row == rows.size()) {
            rows.add(new StringBuilder());
        }
    }

    private void put(char next) {
        if (column == COLUMNS && wrapping) {
            newLine();
        }
        StringBuilder line = rows.get(row);
        int place = Math.min(column, COLUMNS - 1);
        line.append(" ".repeat(Math.max(0, place + 1 - line.length()))).setCharAt(place, next);
        column = place + 1;
    }

    /** How many characters the sequence has, the escape included. */
    private int sequence(String text) {
        if (text.startsWith("7")) {
            savedRow = row;
            savedColumn = column;
            return 2;
        }
        if (text.startsWith("8")) {
            row = savedRow;
            column = savedColumn;
            return 2;
        }
        String whole = text.replaceFirst("(?s)^(\\[\\??[0-9]*[A-Za-z]).*", "$1");
        switch (whole) {
            case "[?7l" -> wrapping = false;
            case "[?7h" -> wrapping = true;
            case "[J" -> {
                rows.get(row).setLength(Math.min(column, rows.get(row).length()));
                rows.subList(row + 1, rows.size()).clear();
            }
            case "[K" -> rows.get(row).setLength(Math.min(column, rows.get(row).length()));
            default -> row = Math.max(0, row - Integer.parseInt(whole.replaceAll("\\[(\\d+)A", "$1")));
        }
        return 1 + whole.length();
    }
}
