// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;

/** Lines up the cells of a table for a terminal. */
final class Table {

    private static final String GAP = "  ";

    private Table() {
    }

    /**
     * Lines up.
     *
     * @param rows the headings first; each as many cells
     * @return a line for each row
     */
    static List<String> aligned(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        return rows.stream().map(row -> aligned(row, widths)).toList();
    }

    private static String aligned(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            line.append(cell).append(" ".repeat(widths[i] - width(cell))).append(GAP);
        }
        return line.toString().stripTrailing();
    }

    /** Columns that a terminal gives a text: ideographs and emoji take two, marks and joiners none. */
    private static int width(String text) {
        return text.codePoints().map(Table::width).sum();
    }

    private static int width(int codePoint) {
        int type = Character.getType(codePoint);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        boolean emoji = codePoint >= 0x1f300 && codePoint <= 0x1faff;
        return emoji || Character.isIdeographic(codePoint) ? 2 : 1;
    }
}
