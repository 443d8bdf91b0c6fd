// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import mekhq.distributed.companion.save.SaveException.Problem;

class SaveLimitsTest {

    private static final int MIB = 1 << 20;

    /** Hundreds of megabytes would take seconds at the usual level. */
    private static final class FastGzip extends GZIPOutputStream {

        FastGzip(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }

    @TempDir
    private Path folder;

    private final CampaignSaveReader small = new CampaignSaveReader(new SaveLimits(8 * MIB, MIB, 64));

    @Test
    void aSmallArchiveOfAHugeSaveIsLimited() throws IOException {
        Path bomb = folder.resolve("bomb.cpnx.gz");
        try (OutputStream out = new FastGzip(Files.newOutputStream(bomb))) {
            writeElements(out, 513L * MIB);
        }
        assertThat(Files.size(bomb)).isLessThan(4L * MIB);
        assertRefused(new CampaignSaveReader(), bomb, Problem.TOO_LARGE, "more than 512 MiB");
    }

    @Test
    void aSaveWithinTheSizeIsRead() throws Exception {
        Path file = folder.resolve("large.cpnx");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            writeElements(out, 7L * MIB);
            out.write(SaveText.ofOldShape().replaceAll("(?s).*<info>", "<info>").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(small.read(file).name()).isEqualTo("Copper Lancers");
    }

    @Test
    void aSaveBeyondTheSizeIsRefused() throws IOException {
        Path file = folder.resolve("large.cpnx");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            writeElements(out, 9L * MIB);
        }
        assertRefused(small, file, Problem.TOO_LARGE, "more than 8 MiB");
    }

    @Test
    void nestingBeyondTheDepthIsRefused() {
        Path file = SaveText.write(folder, "deep.cpnx", "<campaign>" + "<a>".repeat(64));
        assertRefused(small, file, Problem.TOO_DEEP, "deeper than 64");
    }

    @Test
    void nestingUpToTheDepthIsRead() throws SaveException {
        String deep = "<a>".repeat(63) + "</a>".repeat(63);
        Path file = SaveText.write(folder, "deep.cpnx", SaveText.ofOldShape().replace("<info>", deep + "<info>"));
        assertThat(small.read(file).name()).isEqualTo("Copper Lancers");
    }

    @Test
    void aCommentWithoutEndIsLimited() {
        assertRefused(small, SaveText.write(folder, "a.cpnx", "<campaign><!-- " + "x".repeat(2 * MIB)),
                Problem.TEXT_TOO_LONG, "longer than 1 MiB");
    }

    @Test
    void aTagWithoutEndIsLimited() {
        assertRefused(small, SaveText.write(folder, "a.cpnx", "<campaign><" + "x".repeat(2 * MIB)),
                Problem.TEXT_TOO_LONG, "longer than 1 MiB");
    }

    @Test
    void anAttributeWithoutEndIsLimited() {
        Path file = SaveText.write(folder, "a.cpnx", "<campaign version=\"" + "x".repeat(2 * MIB));
        assertThat(catchThrowableOfType(SaveException.class, () -> small.read(file)).problem())
                .isIn(Problem.TEXT_TOO_LONG, Problem.NOT_XML);
    }

    @Test
    void aSoughtTextIsLimited() {
        assertRefused(small, SaveText.write(folder, "a.cpnx",
                SaveText.ofOldShape().replace("Copper Lancers", "x".repeat(5_000))),
                Problem.TEXT_TOO_LONG, "campaign/info/name is longer than 4096");
    }

    private static void writeElements(OutputStream out, long bytes) throws IOException {
        out.write("<campaign version=\"0.46.1\">".getBytes(StandardCharsets.UTF_8));
        byte[] block = ("<kill><name>Target drone</name></kill>" + " ".repeat(64_000)).getBytes(StandardCharsets.UTF_8);
        for (long written = 0; written < bytes; written += block.length) {
            out.write(block);
        }
    }

    private static void assertRefused(CampaignSaveReader reader, Path file, Problem problem, String message) {
        SaveException refused = catchThrowableOfType(SaveException.class, () -> reader.read(file));
        assertThat(refused).as("read").isNotNull();
        assertThat(refused.problem()).as(refused.getMessage()).isEqualTo(problem);
        assertThat(refused).hasMessageContaining(message);
    }
}
