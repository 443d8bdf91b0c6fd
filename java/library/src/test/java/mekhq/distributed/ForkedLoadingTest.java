// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loading as a user's virtual machine does it, which can be tried only once in each. */
class ForkedLoadingTest {
    private static final LibraryPlatform HERE =
            LibraryPlatform.of(System.getProperty("os.name"), System.getProperty("os.arch"));

    private static final String OUTCOME = "outcome: ";

    @TempDir
    private Path temporary;

    /** Starts two hosts and connects once, and prints what came of it. */
    static final class Main {

        private Main() {
        }

        public static void main(String[] arguments) {
            DistributedMekHQException first = attempt();
            DistributedMekHQException second = attempt();
            CompletableFuture<RemoteSession> future = RemoteSession.builder().campaign(Campaigns.named("Anna"))
                    .mekhqVersion(Campaigns.VERSION).host("127.0.0.1").port(1).connect();
            tell(first == null ? "loaded" : first.code() + ": " + first.getMessage());
            tell(second == null ? "loaded" : second.code() + (second == first ? " same" : " fresh"));
            tell(Await.failure(future).code().name());
        }

        private static void tell(String outcome) {
            System.out.println(OUTCOME + outcome);
        }

        private static DistributedMekHQException attempt() {
            try {
                HostSession.builder().campaign(Campaigns.named("Host")).mekhqVersion(Campaigns.VERSION)
                        .dataFolder(Campaigns.newDataFolder()).bindAddress("127.0.0.1").port(0).start().close();
                return null;
            } catch (DistributedMekHQException e) {
                return e;
            }
        }
    }

    @Test
    void aMissingLibraryIsToldAtEveryAttempt() {
        List<String> output = run(new ForkedJvm(Main.class).property("java.library.path", temporary));

        assertThat(output.get(0)).startsWith("LIBRARY_MISSING: ")
                .contains("System.loadLibrary(\"distributed_mekhq\")")
                .contains(HERE.resource());
        assertThat(output.subList(1, 3)).containsExactly("LIBRARY_MISSING fresh", "LIBRARY_MISSING");
    }

    @Test
    void aFileThatIsNoLibraryIsTold() throws IOException {
        Path file = Files.writeString(temporary.resolve("no library"), "text");
        List<String> output = run(new ForkedJvm(Main.class).property(LibraryLoader.OVERRIDE, file));

        assertThat(output.get(0)).startsWith("LIBRARY_MISSING: ").contains(file.toString());
    }

    @Test
    void aJarOfAnotherVersionThanTheLibraryNamesBoth() throws IOException {
        Path version = temporary.resolve("mekhq/distributed/version.properties");
        Files.createDirectories(version.getParent());
        Files.writeString(version, "version=99.88.77\n", StandardCharsets.UTF_8);
        List<String> output = run(new ForkedJvm(Main.class).withLibrary().firstOnClassPath(temporary));

        assertThat(output.get(0)).startsWith("LIBRARY_VERSION_MISMATCH: ")
                .contains("99.88.77").contains(LibraryVersion.VALUE);
        assertThat(output.get(1)).isEqualTo("LIBRARY_VERSION_MISMATCH fresh");
    }

    @Test
    void theLibraryInTheJarIsExtractedOnceAndLoaded() throws IOException {
        Path jar = temporary.resolve("jar");
        Path inJar = jar.resolve(HERE.resource().substring(1));
        Files.createDirectories(inJar.getParent());
        Files.copy(Path.of(System.getProperty(LibraryLoader.OVERRIDE)), inJar);
        Path home = Files.createDirectories(temporary.resolve("Jörg 🚀 Home"));

        List<String> first = run(fromJar(jar, home));
        Path extracted = onlyFileBelow(home);
        Object written = Files.getLastModifiedTime(extracted);
        List<String> second = run(fromJar(jar, home));

        assertThat(first).containsExactly("loaded", "loaded", "HOST_UNREACHABLE");
        assertThat(second).isEqualTo(first);
        assertThat(onlyFileBelow(home)).isEqualTo(extracted).hasFileName(HERE.fileName());
        assertThat(Files.getLastModifiedTime(extracted)).as("used again").isEqualTo(written);
    }

    private static ForkedJvm fromJar(Path jar, Path home) {
        return new ForkedJvm(Main.class).firstOnClassPath(jar)
                .property("user.home", home)
                .environment("XDG_CACHE_HOME", home.toString())
                .environment("LOCALAPPDATA", home.toString());
    }

    private static Path onlyFileBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(Files::isRegularFile).toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }

    private static List<String> run(ForkedJvm jvm) {
        ForkedJvm.Outcome outcome = jvm.run();
        assertThat(outcome.exitCode()).as("%s", outcome.output()).isZero();
        List<String> outcomes = outcome.output().stream()
                .filter(line -> line.startsWith(OUTCOME))
                .map(line -> line.substring(OUTCOME.length()))
                .toList();
        assertThat(outcomes).as("%s", outcome.output()).hasSize(3);
        return outcomes;
    }
}
