// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes text from peers fit for display. Swing renders a label's text as HTML when it begins with {@code <html>}, and
 * MekHQ's report pane follows links that are commands: what another player wrote must reach neither as markup.
 */
public final class PlainText {
    /** A tag, a comment or a declaration: what an HTML reader would not show. */
    private static final Pattern TAG = Pattern.compile("<[a-zA-Z/!?][^<>]*>");
    private static final Pattern ENTITY = Pattern.compile("&(amp|lt|gt|quot|apos|nbsp|#39|#160);");
    private static final Map<String, String> CHARACTERS = Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"",
            "apos", "'", "nbsp", " ", "#39", "'", "#160", " ");

    private PlainText() {
    }

    /**
     * Takes the markup out of a text. Tags are dropped, the usual character entities are read once, and what is left
     * of angle brackets becomes the single quotation marks {@code ‹} and {@code ›}. So the result holds no tag
     * whoever reads it, as HTML or not, and a text without markup stays as it is.
     *
     * @param text the text
     * @return the text without markup; it holds no {@code <} and no {@code >}
     */
    public static String of(String text) {
        String untagged = TAG.matcher(text).replaceAll("");
        String read = ENTITY.matcher(untagged)
                .replaceAll(entity -> Matcher.quoteReplacement(CHARACTERS.get(entity.group(1))));
        return read.replace('<', '‹').replace('>', '›');
    }
}
