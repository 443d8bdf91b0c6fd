// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes text from peers fit to be printed: no escape sequences that move the cursor or recolour the screen, no line
 * ends (they become blanks), nothing that turns the reading direction of what follows.
 */
public final class Printable {

    private static final int CODE_POINTS_MAX = 1_000;

    /** CSI and OSC-like strings with their content, then any other two-character sequence; 7 and 8 bit forms. */
    private static final Pattern ESCAPES = Pattern.compile(
            "(?:\u001b\\[|\u009b)[0-?]*[ -/]*[@-~]?"
                    + "|(?:\u001b[PX^_\\]]|[\u0090\u0098\u009d\u009e\u009f])[^\u0007\u001b\u009c]*"
                    + "(?:\u0007|\u001b\\\\|\u009c)?"
                    + "|\u001b[ -/]*[0-~]?");

    private static final Pattern LINE_ENDS_AND_TABS = Pattern.compile("[\t\n\u000b\f\r\u0085\u2028\u2029]+");

    /** Joiners stay: emoji and several scripts are spelt with them. */
    private static final Set<Integer> KEPT_FORMATS = Set.of(0x200c, 0x200d);

    private Printable() {
    }

    /**
     * Cleans a text.
     *
     * @param raw text from elsewhere
     * @return the text without control and formatting characters, cut to 1,000 characters
     */
    public static String text(String raw) {
        StringBuilder clean = new StringBuilder();
        String withoutEscapes = ESCAPES.matcher(raw).replaceAll("");
        LINE_ENDS_AND_TABS.matcher(withoutEscapes).replaceAll(" ").codePoints()
                .filter(Printable::isPrintable)
                .limit(CODE_POINTS_MAX)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> false;
            case Character.FORMAT -> KEPT_FORMATS.contains(codePoint);
            default -> true;
        };
    }
}
