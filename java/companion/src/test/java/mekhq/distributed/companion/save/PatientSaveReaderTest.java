// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import mekhq.distributed.companion.save.SaveException.Problem;

class PatientSaveReaderTest {

    @TempDir
    private Path folder;

    private final AtomicInteger pauses = new AtomicInteger();

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @Test
    void aSaveThatIsBeingWrittenIsReadOnceItIsWhole() throws SaveException {
        String whole = SaveText.ofNewShape();
        Path file = SaveText.write(folder, "a.cpnx", "");
        Deque<String> writes = new ArrayDeque<>(List.of(whole.substring(0, 120), whole));
        PatientSaveReader patient = new PatientSaveReader(new CampaignSaveReader(),
                () -> SaveText.write(folder, "a.cpnx", writes.remove()));
        assertThat(patient.read(file).name()).isEqualTo("Copper Lancers");
        assertThat(writes).isEmpty();
    }

    @Test
    void aSaveThatStaysCutOffIsRefusedInTheEnd() {
        Path file = SaveText.write(folder, "a.cpnx", "<campaign>");
        SaveException refused = catchThrowableOfType(SaveException.class, () -> counting().read(file));
        assertThat(refused.problem()).isEqualTo(Problem.UNFINISHED);
        assertThat(pauses).hasValue(5);
    }

    @Test
    void aSaveThatIsBadForGoodIsRefusedAtOnce() {
        Path file = SaveText.write(folder, "a.cpnx", "not XML");
        SaveException refused = catchThrowableOfType(SaveException.class, () -> counting().read(file));
        assertThat(refused.problem()).isEqualTo(Problem.NOT_XML);
        assertThat(pauses).hasValue(0);
    }

    @Test
    void anInterruptEndsTheWait() {
        Path file = SaveText.write(folder, "a.cpnx", "<campaign>");
        PatientSaveReader patient = new PatientSaveReader(new CampaignSaveReader(), () -> {
            throw new InterruptedException();
        });
        assertThat(catchThrowableOfType(SaveException.class, () -> patient.read(file)).problem())
                .isEqualTo(Problem.UNFINISHED);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    private PatientSaveReader counting() {
        return new PatientSaveReader(new CampaignSaveReader(), pauses::incrementAndGet);
    }
}
