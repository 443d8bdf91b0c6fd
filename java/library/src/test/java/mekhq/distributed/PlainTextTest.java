// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import javax.swing.plaf.basic.BasicHTML;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "Smith & Sons", "Grüße 🦊", "a\nb", "100 % & more; &unknown;"})
    void aTextWithoutMarkupStaysAsItIs(String text) {
        assertThat(PlainText.of(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "<html><b>bold</b>            | bold",
        "<a href='UNIT:1'>Atlas</a>   | Atlas",
        "one<br/>two<!-- hidden -->   | onetwo",
        "2 < 3 and 5 > 4              | 2 ‹ 3 and 5 › 4",
        "&lt;html&gt;&amp;&quot;&#39; | ‹html›&\"'",
        "&amp;lt;b&amp;gt;            | &lt;b&gt;",
        "a&nbsp;b                     | a b",
        "<<b>html>                    | ‹html›"})
    void markupIsDroppedAndEntitiesAreReadOnce(String text, String plain) {
        assertThat(PlainText.of(text)).isEqualTo(plain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html><img src='file:///x'>", "<HTML>", "<<html>html>", "<ht<b>ml>", "&lt;html&gt;",
        "<html", "<html\n>x"})
    void nothingIsRenderedAsHtmlBySwing(String text) {
        String plain = PlainText.of(text);
        assertThat(BasicHTML.isHTMLString(plain)).isFalse();
        assertThat(plain).doesNotContain("<", ">");
    }

    @Test
    void thatSwingWouldHaveRenderedItIsTrue() {
        assertThat(BasicHTML.isHTMLString("<html><b>bold</b>")).isTrue();
    }
}
