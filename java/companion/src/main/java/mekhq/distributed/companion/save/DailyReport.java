// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Collects the lines of a save's daily report, which are HTML. Up to 0.50 MekHQ writes one report; from 0.51 on one for
 * each subject, and the same line may stand in several of them: it counts as often as in the report that has it most
 * often. Whatever does not fit a daily log is cut to fit, since no report makes a save unusable. Used by one thread.
 */
final class DailyReport {

    /** Longer lines need not be collected: they are cut to this many bytes (protocol.md section 4). */
    static final int LINE_BYTES_MAX = 8_192;

    private static final int LINES_MAX = 2_048;
    /** What MekHQ begins a day's report with: the date, in the player's language. */
    private static final Pattern HEADING = Pattern.compile("<b>[^<]*</b>");

    private final List<String> lines = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, Integer> countsInReport = new HashMap<>();
    private boolean atStart;

    /** A report begins. */
    void begin() {
        countsInReport.clear();
        atStart = true;
    }

    /** The next line of the report. */
    void add(String text) {
        String line = fit(text);
        boolean heading = atStart && HEADING.matcher(line).matches();
        atStart = false;
        if (heading || line.isEmpty()) {
            return;
        }
        int count = countsInReport.merge(line, 1, Integer::sum);
        if (count > counts.getOrDefault(line, 0) && lines.size() < LINES_MAX) {
            counts.put(line, count);
            lines.add(line);
        }
    }

    List<String> lines() {
        return lines;
    }

    private static String fit(String text) {
        StringBuilder line = new StringBuilder();
        int bytes = 0;
        for (int codePoint : text.strip().codePoints().toArray()) {
            String character = Character.toString(codePoint);
            bytes += character.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > LINE_BYTES_MAX) {
                break;
            }
            line.append(isUnfit(codePoint) ? " " : character);
        }
        return line.toString().strip();
    }

    /** Line ends and tabs may stay. A lone half of a character is what a cut through a long text leaves. */
    private static boolean isUnfit(int codePoint) {
        boolean control = Character.isISOControl(codePoint) && "\t\n\r".indexOf(codePoint) < 0;
        return control || Character.getType(codePoint) == Character.SURROGATE;
    }
}
