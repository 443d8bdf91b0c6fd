// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import mekhq.distributed.companion.save.PatientSaveReader;
import mekhq.distributed.companion.shell.ScreenKind;

/** Keys on their way from one computer of a player to the other, by the real library. */
class KeysCommandsTest {
    private static final Path SAVE = Path.of("samples", "host.cpnx");

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int run(String... arguments) {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), out, out, ScreenKind.LINES,
                Optional::empty);
        return Companion.run(new Surroundings(terminal, Clock.systemUTC(), name -> null, null), arguments);
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** As export-keys writes it. */
    private static String keysOf(Path save, String digits) throws Exception {
        String body = "mekhq-campaign-keys 1\n" + new PatientSaveReader().read(save).id() + " " + digits.repeat(32)
                + " name:example.org\n";
        return body + "check " + sha256(body).substring(0, 16) + "\n";
    }

    private static String sha256(String text) throws NoSuchAlgorithmException {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().formatHex(digest);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void whatOneComputerExportsTheOtherImports() throws Exception {
        String keys = keysOf(SAVE, "a5");
        Files.writeString(folder.resolve("first"), keys);
        assertThat(run("import-keys", path("first"), "--data-folder", path("computer"))).isZero();
        assertThat(run("export-keys", SAVE.toString(), path("second"), "--data-folder", path("computer"))).isZero();
        assertThat(folder.resolve("second")).hasContent(keys);
        assertThat(printed()).doesNotContain("a5a5");
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("second"))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void anExportNeverOverwritesAFile() throws Exception {
        Files.writeString(folder.resolve("first"), keysOf(SAVE, "a5"));
        run("import-keys", path("first"), "--data-folder", path("computer"));
        int exit = run("export-keys", SAVE.toString(), path("first"), "--data-folder", path("computer"));
        assertThat(exit).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void anotherKeyIsGivenUpOnlyWhenAskedTo() throws Exception {
        Files.writeString(folder.resolve("first"), keysOf(SAVE, "a5"));
        Files.writeString(folder.resolve("second"), keysOf(SAVE, "b6"));
        run("import-keys", path("first"), "--data-folder", path("computer"));
        String[] second = {"import-keys", path("second"), "--data-folder", path("computer")};
        assertThat(run(second)).isEqualTo(ExitCode.USAGE);
        assertThat(printed()).contains("this computer has another key");
        assertThat(run("import-keys", path("second"), "--data-folder", path("computer"), "--replace")).isZero();
    }

    @Test
    void whatIsNoExportIsNamed() throws IOException {
        assertThat(run("import-keys", path("missing"))).isEqualTo(ExitCode.USAGE);
        assertThat(run("import-keys", SAVE.toString(), "--data-folder", path("computer"))).isEqualTo(ExitCode.USAGE);
        assertThat(printed()).contains("no text of MekHQ campaign keys");
        assertThat(run("export-keys", SAVE.toString(), path("x"), "--data-folder", path("computer")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(printed()).contains("no key of the campaign");
    }
}
