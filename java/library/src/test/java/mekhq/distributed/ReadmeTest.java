// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    @Test
    void theReadmesExampleRuns() {
        Assertions.assertTimeoutPreemptively(Duration.ofMillis(Await.WATCHDOG_MS), ReadmeExample::run);
    }

    @Test
    void theReadmeShowsThisExample() throws IOException {
        String source = read(Path.of("src/test/java/mekhq/distributed/ReadmeExample.java"));
        String example = between(source, "// README begin\n", "\n        // README end\n").stripIndent();
        assertThat(read(Path.of("../../README.md"))).contains("```java\n" + example + "\n```\n");
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin) + begin.length();
        return text.substring(from, text.indexOf(end, from));
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}
