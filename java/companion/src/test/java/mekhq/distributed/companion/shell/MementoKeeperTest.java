// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import mekhq.distributed.companion.save.MementoFile;

class MementoKeeperTest {

    @TempDir
    private Path folder;

    private Path missing;
    private MementoFile file;
    private String memento = "dm1.new";
    private MementoKeeper keeper;

    @BeforeEach
    void begin() {
        missing = folder.resolve("missing");
        file = MementoFile.beside(missing.resolve("a.cpnx"));
        keeper = new MementoKeeper(file, "", () -> memento);
    }

    @Test
    void troubleWaitsUntilItIsToldAndIsToldOnce() {
        keeper.keep();
        keeper.keep();
        assertThat(keeper.takeTrouble()).hasValueSatisfying(text -> assertThat(text).contains("a.cpnx.memento"));
        keeper.keep();
        assertThat(keeper.takeTrouble()).isEmpty();
    }

    @Test
    void troubleThatHasPassedIsNoNewsAndNewTroubleIs() throws Exception {
        keeper.keep();
        Files.createDirectory(missing);
        keeper.keep();
        assertThat(keeper.takeTrouble()).isEmpty();
        assertThat(file.read()).isEqualTo("dm1.new");
        Files.delete(file.path());
        Files.delete(missing);
        memento = "dm1.newer";
        keeper.keep();
        assertThat(keeper.takeTrouble()).isPresent();
    }
}
