// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDate;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import mekhq.distributed.companion.save.SaveException.Problem;

class SaveWatchTest {

    private static final String WHOLE = SaveText.ofNewShape();
    private static final int LOOKS_MAX = 10;

    @TempDir
    private Path folder;

    private Path file;
    private SaveWatch watch;
    /** Each writing has a time of its own, however coarse the file system's clock is. */
    private long writtenMs = 1_700_000_000_000L;

    @BeforeEach
    void begin() throws Exception {
        file = folder.resolve("campaign.cpnx");
        write(WHOLE);
        watch = new SaveWatch(file, new CampaignSaveReader().read(file));
    }

    @Test
    void theFirstLookReadsTheSaveSinceItMayHaveBeenWrittenMeanwhile() throws Exception {
        write(at("3025-04-09"));
        assertThat(watch.look().map(CampaignSave::date)).contains(LocalDate.of(3025, 4, 9));
        assertThat(watch.first().date()).isEqualTo(LocalDate.of(3025, 4, 8));
    }

    @Test
    void aSaveThatIsLeftAloneIsNoNews() throws Exception {
        watch.look();
        assertThat(watch.look()).isEmpty();
        assertThat(watch.look()).isEmpty();
    }

    @Test
    void aSaveOfTheSameSizeIsToldByItsTime() throws Exception {
        watch.look();
        write(at("3025-04-09"));
        assertThat(watch.look().map(CampaignSave::date)).contains(LocalDate.of(3025, 4, 9));
        assertThat(watch.look()).isEmpty();
    }

    @Test
    void aSaveOfTheSameTimeIsToldByItsSize() throws Exception {
        watch.look();
        writtenMs--;
        write(at("3025-04-09") + "\n");
        assertThat(watch.look().map(CampaignSave::date)).contains(LocalDate.of(3025, 4, 9));
    }

    @Test
    void aHalfWrittenSaveIsReadOnceItIsWhole() throws Exception {
        watch.look();
        write("");
        assertThat(watch.look()).isEmpty();
        write(at("3025-04-09").substring(0, 200));
        assertThat(watch.look()).isEmpty();
        assertThat(watch.look()).isEmpty();
        write(at("3025-04-09"));
        assertThat(watch.look().map(CampaignSave::date)).contains(LocalDate.of(3025, 4, 9));
    }

    @Test
    void aSaveThatIsWrittenSlowlyIsNeverGivenUp() throws Exception {
        watch.look();
        for (int length = 1; length < 400; length += 10) {
            write(WHOLE.substring(0, length));
            assertThat(watch.look()).isEmpty();
        }
    }

    @Test
    void aSaveThatGoesAndComesIsRead() throws Exception {
        watch.look();
        Files.delete(file);
        assertThat(watch.look()).isEmpty();
        write(WHOLE);
        assertThat(watch.look()).isPresent();
    }

    @Test
    void aSaveThatStaysUnreadableIsReportedOnceUntilItIsWrittenAnew() throws Exception {
        watch.look();
        write("not XML");
        assertReportedOnce(Problem.NOT_XML);
        write("still not XML");
        assertReportedOnce(Problem.NOT_XML);
        Files.delete(file);
        assertReportedOnce(Problem.MISSING);
        write(WHOLE);
        assertThat(watch.look()).isPresent();
    }

    private void assertReportedOnce(Problem problem) throws SaveException {
        for (int look = 1; look < LOOKS_MAX; look++) {
            assertThat(watch.look()).isEmpty();
        }
        assertThat(catchThrowableOfType(SaveException.class, () -> watch.look()).problem()).isEqualTo(problem);
        assertThat(watch.look()).isEqualTo(Optional.empty());
    }

    private static String at(String date) {
        return WHOLE.replace("3025-04-08", date);
    }

    private void write(String content) throws IOException {
        Files.writeString(file, content);
        Files.setLastModifiedTime(file, FileTime.fromMillis(writtenMs++));
    }
}
