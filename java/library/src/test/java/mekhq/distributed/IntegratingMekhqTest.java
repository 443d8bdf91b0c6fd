// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

class IntegratingMekhqTest {
    private static final Pattern SHOWN = Pattern.compile("^```java\n(.*?)\n```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern COMPILED =
            Pattern.compile("^ *// doc: \\w+\n(.*?)\n *// doc end$", Pattern.DOTALL | Pattern.MULTILINE);

    @Test
    void theDocumentShowsTheAdapterThatTheTestsCompile() throws IOException {
        List<String> shown = blocks(SHOWN, Path.of("../../docs/integrating-mekhq.md"));
        Path folder = Path.of("src/test/java/mekhq/distributed/integration");
        List<String> compiled = new ArrayList<>(blocks(COMPILED, folder.resolve("SharedCalendar.java")));
        compiled.addAll(blocks(COMPILED, folder.resolve("SharedFinances.java")));

        assertThat(compiled).hasSizeGreaterThan(4);
        assertThat(shown).isEqualTo(compiled);
    }

    private static List<String> blocks(Pattern pattern, Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8).replace("\r\n", "\n");
        return pattern.matcher(text).results().map(match -> match.group(1).stripIndent()).toList();
    }
}
