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
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import mekhq.distributed.ConnectedHost;
import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.Fingerprint;
import mekhq.distributed.HostTrust;
import mekhq.distributed.VersionRule;
import mekhq.distributed.companion.shell.Campaigns;
import mekhq.distributed.companion.shell.FakeSession;
import mekhq.distributed.companion.shell.OpenSession;
import mekhq.distributed.companion.shell.ScreenKind;
import mekhq.distributed.companion.shell.SessionEvents;

/** The command line, with sessions that are not the library's. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class CompanionTest {

    private static final String HOST_SAVE = Path.of("samples", "host.cpnx").toString();
    private static final String REMOTE_SAVE = Path.of("samples", "remote-new.cpnx.gz").toString();

    /** Remembers what it was asked to open. */
    private static final class FakeSessions implements SessionOpener {

        private SessionPlan plan;
        private HostPlan host;
        private JoinPlan joined;
        private DistributedMekHQException failure;

        @Override
        public OpenSession host(SessionPlan asked, HostPlan askedHost, Executor executor, SessionEvents events)
                throws CompanionException {
            plan = asked;
            host = askedHost;
            return open(OptionalInt.of(askedHost.port()), executor, events);
        }

        @Override
        public OpenSession join(SessionPlan asked, JoinPlan askedHost, Executor executor, SessionEvents events)
                throws CompanionException {
            plan = asked;
            joined = askedHost;
            OpenSession session = open(OptionalInt.empty(), executor, events);
            executor.execute(() -> events.onConnected(
                    new ConnectedHost(Campaigns.LANCERS, Optional.empty(), "0.51.00", false)));
            return session;
        }

        private OpenSession open(OptionalInt hostedPort, Executor executor, SessionEvents events)
                throws CompanionException {
            if (failure != null) {
                throw Failures.toEnd("Cannot join", failure);
            }
            return new FakeSession(plan.campaign(), hostedPort, executor, events);
        }
    }

    @TempDir
    private Path folder;

    private final FakeSessions sessions = new FakeSessions();
    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Optional<String> typedPassword = Optional.empty();

    @Test
    void hostTakesTheCampaignFromItsSave() {
        assertThat(run("host", HOST_SAVE)).isZero();
        assertThat(sessions.plan.campaign().name()).isEqualTo("Iron Harriers");
        assertThat(sessions.plan.campaign().date()).isEqualTo(LocalDate.of(3025, 3, 10));
        assertThat(sessions.plan.mekhqVersion()).isEqualTo("0.51.00");
        assertThat(sessions.plan.versionRule()).isEqualTo(VersionRule.EXACT);
        assertThat(sessions.plan.legacyPeers()).isFalse();
        assertThat(sessions.plan.password()).isEmpty();
        assertThat(sessions.plan.dataFolder()).isEmpty();
        assertThat(sessions.host)
                .isEqualTo(new HostPlan(Optional.empty(), 3000, false, Optional.empty(), 0, false, List.of()));
    }

    @Test
    void hostTakesItsOptions() {
        assertThat(run("host", HOST_SAVE, "--port", "0", "--bind", "127.0.0.1", "--allow-legacy-peers",
                "--address", "example.org:4000", "--address", "2001-db8.example", "--transfer-expiry-days", "30", "--begin-anew",
                "--version-rule", "same-minor", "--mekhq-version", "0.50.06", "--data-folder", "my data")).isZero();
        assertThat(sessions.host).isEqualTo(new HostPlan(Optional.of("127.0.0.1"), 0, false, Optional.empty(), 30,
                true, List.of("example.org:4000", "2001-db8.example")));
        assertThat(sessions.plan.legacyPeers()).isTrue();
        assertThat(sessions.plan.dataFolder()).contains(Path.of("my data"));
        assertThat(sessions.plan.versionRule()).isEqualTo(VersionRule.SAME_MINOR);
        assertThat(sessions.plan.mekhqVersion()).isEqualTo("0.50.06");
    }

    @Test
    void joinTakesAnAddress() {
        assertThat(run("join", REMOTE_SAVE, "[::1]:4000", "--version-rule", "any")).isZero();
        assertThat(sessions.joined.target().address()).contains(new HostAddress("::1", 4000));
        assertThat(sessions.joined.trust()).isEqualTo(HostTrust.known());
        assertThat(sessions.plan.campaign().name()).isEqualTo("Grüne Füchse 🦊");
        assertThat(sessions.plan.versionRule()).isEqualTo(VersionRule.ANY);
    }

    @Test
    void joinTakesAnInvitation() {
        assertThat(run("join", REMOTE_SAVE, " mekhq://example.org:3000/?plain=1&c=1234 ")).isZero();
        assertThat(sessions.joined.target().invitation()).contains("mekhq://example.org:3000/?plain=1&c=1234");
        assertThat(sessions.joined.target().toString()).doesNotContain("example.org");
    }

    @Test
    void joinTakesAnInvitationFromAFile() throws IOException {
        String invitation = "mekhq://[2001:db8::1]:3000/?a=example.org:3000&fp=" + "A".repeat(43)
                + "&pw=a%20b%23%22%27%5C&c=1234";
        Path file = Files.writeString(folder.resolve("invitation of Anna.txt"), invitation + "\n");
        assertThat(run("join", REMOTE_SAVE, "@" + file)).isZero();
        assertThat(sessions.joined.target().invitation()).contains(invitation);
    }

    @Test
    void joinTakesWhatToTrust() {
        String fingerprint = "A".repeat(43);
        Map<String[], HostTrust> trusts = Map.of(
                new String[] {"--fingerprint", fingerprint}, HostTrust.fingerprint(new Fingerprint(fingerprint)),
                new String[] {"--trust-on-first-use"}, HostTrust.onFirstUse(),
                new String[] {"--authorities", "ca.pem"}, HostTrust.authorities(Path.of("ca.pem")),
                new String[] {"--plaintext"}, HostTrust.plaintext());
        trusts.forEach((options, trust) -> {
            assertThat(run(Stream.concat(Stream.of("join", REMOTE_SAVE, "localhost"), Stream.of(options))
                    .toArray(String[]::new))).isZero();
            assertThat(sessions.joined.trust()).isEqualTo(trust);
        });
    }

    @Test
    void hostEncryptsUnlessThePlayerSaysNo() {
        assertThat(run("host", HOST_SAVE, "--plaintext")).isZero();
        assertThat(sessions.host.plaintext()).isTrue();
        assertThat(run("host", HOST_SAVE, "--certificate", "a.pem", "--certificate-key", "b.pem")).isZero();
        assertThat(sessions.host.certificate())
                .contains(new HostPlan.CertificateFiles(Path.of("a.pem"), Path.of("b.pem")));
    }

    @Test
    void theSaveIsFollowedUnlessThePlayerSaysNo() {
        assertThat(run("host", HOST_SAVE)).isZero();
        assertThat(sessions.plan.watch()).hasValueSatisfying(
                watch -> assertThat(watch.first().date()).isEqualTo(LocalDate.of(3025, 3, 10)));
        assertThat(run("host", HOST_SAVE, "--watch")).isZero();
        assertThat(sessions.plan.watch()).isPresent();
        assertThat(run("host", HOST_SAVE, "--no-watch")).isZero();
        assertThat(sessions.plan.watch()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "join", "dance", "host samples/host.cpnx --port 65536",
            "host samples/host.cpnx --port -1", "host samples/host.cpnx --port x", "join samples/host.cpnx",
            "host samples/host.cpnx --certificate a.pem", "join samples/host.cpnx localhost --fingerprint x",
            "join samples/host.cpnx localhost --plaintext --trust-on-first-use",
            "join samples/host.cpnx a:b", "host samples/host.cpnx --version-rule loose",
            "host samples/host.cpnx --password --password-file x", "host samples/host.cpnx --unknown"})
    void aWrongCommandLineIsOneLineAndNamesTheHelp(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(ExitCode.USAGE);
        assertThat(errors().lines()).hasSize(1).allMatch(text -> text.contains("--help"));
        assertThat(sessions.plan).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "host --help", "join --help", "--version"})
    void helpAndVersionAreNoErrors(String line) {
        assertThat(run(line.split(" "))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).isNotBlank();
    }

    @Test
    void aNameThatNoFileCanHaveIsAWrongCommandLine() {
        assertThat(run("host", "a\u0000b.cpnx")).isEqualTo(ExitCode.USAGE);
        assertThat(errors().lines()).hasSize(1).allMatch(text -> text.contains("'ab.cpnx' is not a file name here"));
    }

    @Test
    void aMissingSaveIsNamed() {
        assertThat(run("host", "nowhere.cpnx")).isEqualTo(ExitCode.BAD_SAVE);
        assertThat(errors().strip()).isEqualTo("Cannot use nowhere.cpnx: there is no such file.");
    }

    @Test
    void aSaveWithoutVersionNeedsOneNamed() throws IOException {
        String save = save("old.cpnx", Files.readString(Path.of(HOST_SAVE)).replace(" version=\"0.51.00\"", ""));
        assertThat(run("host", save)).isEqualTo(ExitCode.BAD_SAVE);
        assertThat(errors()).contains("--mekhq-version");
        assertThat(run("host", save, "--mekhq-version", "0.3.20")).isZero();
        assertThat(sessions.plan.mekhqVersion()).isEqualTo("0.3.20");
    }

    @Test
    void aBadSaveIsOneLineWithoutStackTrace() throws IOException {
        assertThat(run("join", save("bad.cpnx", "not XML"), "localhost")).isEqualTo(ExitCode.BAD_SAVE);
        assertThat(errors().lines()).hasSize(1).allMatch(text -> text.contains("not well-formed XML"));
    }

    @ParameterizedTest
    @CsvSource({"VERSION_MISMATCH, 4", "BAD_PASSWORD, 4", "HOST_UNREACHABLE, 4", "ADDRESS_IN_USE, 4",
            "INVALID_ARGUMENT, 2", "LIBRARY_MISSING, 5", "LIBRARY_VERSION_MISMATCH, 5", "INTERNAL, 5"})
    void aFailureOfTheLibraryIsOneLineWithItsCode(ErrorCode code, int exitCode) {
        sessions.failure = FakeSession.failure(code, "host 0.51.00,\nyou 0.49.20");
        assertThat(run("join", REMOTE_SAVE, "localhost")).isEqualTo(exitCode);
        assertThat(errors().strip()).isEqualTo("Cannot join: host 0.51.00, you 0.49.20 (" + code + ")");
    }

    @Test
    void thePasswordIsAskedForAtTheTerminal() {
        typedPassword = Optional.of("Geheim");
        assertThat(run("host", HOST_SAVE, "--password")).isZero();
        assertThat(sessions.plan.password()).contains("Geheim");
    }

    @Test
    void withoutATerminalThePasswordCannotBeAskedFor() {
        assertThat(run("host", HOST_SAVE, "--password")).isEqualTo(ExitCode.USAGE);
        assertThat(errors()).contains("needs a terminal");
    }

    @Test
    void thePasswordMayComeFromAFile() throws IOException {
        assertThat(run("host", HOST_SAVE, "--password-file", save("p", "Schlüssel 🗝\r\nsecond line"))).isZero();
        assertThat(sessions.plan.password()).contains("Schlüssel 🗝");
    }

    @Test
    void thePasswordMayComeFromTheEnvironment() {
        environment.put(PasswordOptions.VARIABLE, "Geheim");
        assertThat(run("join", REMOTE_SAVE, "localhost")).isZero();
        assertThat(sessions.plan.password()).contains("Geheim");
    }

    @Test
    void aPasswordFileThatCannotServeIsRefused() throws IOException {
        assertThat(run("host", HOST_SAVE, "--password-file", "nowhere")).isEqualTo(ExitCode.USAGE);
        assertThat(run("host", HOST_SAVE, "--password-file", save("p", "\nsecond"))).isEqualTo(ExitCode.USAGE);
        assertThat(run("host", HOST_SAVE, "--password-file", save("p", "x".repeat(1_025)))).isEqualTo(ExitCode.USAGE);
        assertThat(errors().lines()).hasSize(3);
        Files.write(folder.resolve("p"), new byte[] {(byte) 0xff});
        assertThat(run("host", HOST_SAVE, "--password-file", folder.resolve("p").toString()))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void thePasswordIsInNoText() {
        environment.put(PasswordOptions.VARIABLE, "Geheim");
        run("host", HOST_SAVE);
        assertThat(sessions.plan.toString()).doesNotContain("Geheim");
    }

    private String save(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private int run(String... arguments) {
        Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), printTo(out), printTo(err),
                ScreenKind.LINES, () -> typedPassword);
        return Companion.run(new Surroundings(terminal, Clock.systemUTC(), environment::get, sessions), arguments);
    }

    private static PrintStream printTo(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
