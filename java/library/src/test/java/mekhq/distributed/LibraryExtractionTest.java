// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LibraryExtractionTest {
    private static final String NAME = "libdistributed_mekhq.so";
    private static final byte[] CONTENT = "a library, more or less".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path temporary;

    @Test
    void theFileHoldsWhatTheResourceHolds() throws IOException {
        Path file = extract(CONTENT);

        assertThat(file).hasBinaryContent(CONTENT).hasFileName(NAME);
        assertThat(filesBelow(temporary)).as("nothing is left beside it").containsExactly(file);
    }

    @Test
    void aFileThatIsRightIsUsedAgainUntouched() throws IOException {
        Path file = extract(CONTENT);
        FileTime longAgo = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(file, longAgo);

        assertThat(extract(CONTENT)).isEqualTo(file);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(longAgo);
    }

    @Test
    void aFileWithOtherContentIsReplaced() throws IOException {
        Path file = extract(CONTENT);
        byte[] corrupted = CONTENT.clone();
        corrupted[3] ^= 1;
        Files.write(file, corrupted);
        assertThat(extract(CONTENT)).isEqualTo(file).hasBinaryContent(CONTENT);

        Files.write(file, new byte[0]);
        assertThat(extract(CONTENT)).isEqualTo(file).hasBinaryContent(CONTENT);
    }

    @Test
    void otherContentHasAnotherFolder() throws IOException {
        assertThat(extract(CONTENT)).isNotEqualTo(extract(new byte[] {1}));
    }

    @Test
    void aPathMayHoldSpacesAndEmoji() throws IOException {
        Path file = LibraryExtraction.extract(new ByteArrayInputStream(CONTENT), NAME,
                temporary.resolve("Jörg 🚀 Home/.cache"));
        assertThat(file).hasBinaryContent(CONTENT);
    }

    @Test
    void whatIsInTheWayIsNamed() throws IOException {
        Path blocked = Files.writeString(temporary.resolve("blocked"), "no folder");
        assertThatIOException()
                .isThrownBy(() -> LibraryExtraction.extract(new ByteArrayInputStream(CONTENT), NAME, blocked))
                .withMessageContaining("blocked");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the user's own folder is private there by inheritance")
    void theFolderIsTheUsersAlone() throws IOException {
        Path folder = extract(CONTENT).getParent();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).isEqualTo("rwx------");
    }

    @Test
    void manyAtOnceEndWithOneRightFile() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Path>> extractions = IntStream.range(0, 64)
                    .mapToObj(number -> threads.submit(() -> extract(CONTENT)))
                    .toList();
            for (Future<Path> extraction : extractions) {
                assertThat(extraction.get()).hasBinaryContent(CONTENT);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(filesBelow(temporary)).hasSize(1);
    }

    private Path extract(byte[] content) throws IOException {
        return LibraryExtraction.extract(new ByteArrayInputStream(content), NAME, temporary);
    }

    private static List<Path> filesBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
