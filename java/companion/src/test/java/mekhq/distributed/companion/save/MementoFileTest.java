// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MementoFileTest {

    @TempDir
    private Path folder;

    @Test
    void itStandsBesideItsSaveAndComesBackAsItWasWritten() throws IOException {
        MementoFile file = MementoFile.beside(folder.resolve("Fuechse.cpnx.gz"));
        assertThat(file.path()).isEqualTo(folder.resolve("Fuechse.cpnx.gz.memento"));
        assertThat(file.read()).isEmpty();
        file.write("dm1.one");
        file.write("dm1.two");
        assertThat(file.read()).isEqualTo("dm1.two");
        assertThat(folder).isDirectoryContaining("glob:**.memento");
        assertThat(Files.list(folder)).hasSize(1);
    }

    @Test
    void whatCannotBeWrittenLeavesItAsItWas() throws IOException {
        MementoFile file = MementoFile.beside(folder.resolve("a.cpnx"));
        file.write("dm1.one");
        Files.createDirectories(folder.resolve("a.cpnx.memento.new").resolve("in the way"));
        assertThatIOException().isThrownBy(() -> file.write("dm1.two"));
        assertThat(file.read()).isEqualTo("dm1.one");
    }

    @Test
    void whatIsLargerThanAnyMementoIsRefused() throws IOException {
        MementoFile file = MementoFile.beside(folder.resolve("a.cpnx"));
        file.write("x".repeat((1 << 20) + 1));
        assertThatIOException().isThrownBy(file::read).withMessageContaining("larger");
    }
}
