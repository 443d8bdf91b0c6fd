// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {

    @ParameterizedTest
    @ValueSource(strings = {
            "a\u001b[31mb", "a\u001b[2J\u001b[Hb", "a\u009b31mb", "a\u001b]0;title\u0007b",
            "a\u001b]8;;http://x\u001b\\b", "a\u009d0;title\u009cb", "a\u001bPdata\u001b\\b", "a\u001b(0b",
            "a\u001bcb", "ab\u001b", "ab\u001b[", "a\u0007b", "a\u007fb", "a\u0000b"})
    void controlAndEscapeSequencesAreStripped(String raw) {
        assertThat(Printable.text(raw)).isEqualTo("ab");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u202eb", "a\u202ab", "a\u202cb", "a\u2066b", "a\u2069b", "a\u200fb", "a\u061cb",
            "a\ufeffb", "a\u200bb", "a\ud800b"})
    void whatTurnsTheLineIsStripped(String raw) {
        assertThat(Printable.text(raw)).isEqualTo("ab");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\r\nb", "a\tb", "a\u0085b", "a\u2028b", "a\u2029b"})
    void lineEndsBecomeBlanks(String raw) {
        assertThat(Printable.text(raw)).isEqualTo("a b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Grüne Füchse", "🦊", "👩\u200d🚀", "中心", "e\u0301", "שלום", "<html>"})
    void textStays(String text) {
        assertThat(Printable.text(text)).isEqualTo(text);
    }

    @Test
    void longTextIsCut() {
        assertThat(Printable.text("🦊".repeat(1_200))).isEqualTo("🦊".repeat(1_000));
    }
}
