// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import mekhq.distributed.CampaignMemento;
import mekhq.distributed.timeline.MayAdvance;

/** Companions that share a session over the real library. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CompanionSessionTest {

    private static final String HARRIERS = "Iron Harriers";
    private static final String FOXES = "Grüne Füchse 🦊";

    @TempDir
    private Path folder;

    @Test
    void twoCompanionsShareASession() throws Exception {
        try (RunningCompanion host = host(); RunningCompanion remote = join("remote-new.cpnx.gz", awaitPort(host))) {
            remote.await(FOXES + " at 3025-03-01 joined the session of " + HARRIERS
                    + " at 3025-03-10 \\(MekHQ 0.51.00\\).");
            host.await(FOXES + " joined at 3025-03-01 in Solaris.");
            remote.type("advance 2");
            remote.await("You are now at 3025-03-03.");
            host.await(FOXES + " is now at 3025-03-03.");
            host.type("date 3025-04-01");
            remote.await(HARRIERS + " is now at 3025-04-01.");
            remote.type("date 3025-04-01");
            host.await(FOXES + " is now at 3025-04-01.");
            remote.type("gm on");
            host.await(FOXES + " switched GM mode on.");
            host.type("location Köln 🦊 --gm");
            remote.await(HARRIERS + " is now in Köln 🦊 \\(moved by a GM\\).");
            remote.type("quit");
            assertThat(remote.awaitExit()).isZero();
            host.await(FOXES + " left\\.");
        }
    }

    @Test
    void aRemoteNeverPassesTheHost() throws Exception {
        try (RunningCompanion host = host(); RunningCompanion remote = join("remote-new.cpnx.gz", awaitPort(host))) {
            host.await(FOXES + " joined .*");
            remote.type("date 3025-03-11");
            remote.type("list");
            remote.type("advance 9");
            host.await(FOXES + " is now at 3025-03-10.");
            assertThat(remote.output()).contains("The host is at 3025-03-10: you can advance 9 days.", "Round trip");
        }
    }

    @Test
    void theGoodbyeOfTheHostEndsARemoteWithoutError() throws Exception {
        try (RunningCompanion host = host(); RunningCompanion remote = join("remote-old.cpnx", awaitPort(host))) {
            remote.await(".* joined the session of .*");
            host.endInput();
            assertThat(host.awaitExit()).isZero();
            remote.await("The host closed the session\\.");
            assertThat(remote.awaitExit()).isZero();
        }
    }

    @Test
    void aRemoteToldToStayComesBackToAHostThatBeginsAnew() throws Exception {
        try (RunningCompanion first = host()) {
            int port = awaitPort(first);
            try (RunningCompanion remote = new RunningCompanion(new LibrarySessions(), "join",
                    sample("remote-old.cpnx"), "127.0.0.1:" + port, "--stay", "--trust-on-first-use")) {
                remote.await(".* joined the session of .*");
                first.endInput();
                remote.await("The host closed the session: trying again\\.");
                assertThat(first.awaitExit()).isZero();
                try (RunningCompanion second = host(port)) {
                    remote.await("Connected again\\.");
                    second.await("Nebelkrähen der Südmark joined at 3025-03-08 .*");
                }
            }
        }
    }

    @Test
    void whatIsSetAsideForASessionThatNeverComesBackIsFreedAndBookedBack() throws Exception {
        try (RunningCompanion host = host(); RunningCompanion remote = join("remote-new.cpnx.gz", awaitPort(host))) {
            host.await(FOXES + " joined .*");
            wire(remote, "100", "To be booked in MekHQ: 1  debit 100 CSB.*");
            remote.type("done 1");
            remote.type("abandon");
            remote.type("quit");
            assertThat(remote.awaitExit()).isZero();
            assertThat(remote.output()).contains("Nothing is set aside for another session.");
        }
        String session = heldSession("remote-new.cpnx.gz.memento");
        Path save = folder.resolve("remote-new.cpnx.gz");
        Files.setLastModifiedTime(save, FileTime.from(Instant.now().minusSeconds(3_600)));
        try (RunningCompanion alone = new RunningCompanion(new LibrarySessions(), "host", save.toString(), "--bind",
                "127.0.0.1", "--port", "0")) {
            alone.await("Your save of 3025-03-01 is from before you ticked these off\\. .*");
            awaitPort(alone);
            alone.type("abandon");
            alone.type("abandon " + session.substring(0, 4) + " yes");
            alone.await("To be booked in MekHQ: 2  credit 100 CSB\\. .*");
            alone.await("Free again: 100 CSB for wire \\w{4}, given up\\.");
            alone.type("abandon");
            alone.type("quit");
            assertThat(alone.awaitExit()).isZero();
            assertThat(alone.output()).contains("Set aside for session " + session.substring(0, 4),
                    "Nothing is set aside for another session.");
        }
    }

    private String heldSession(String mementoFile) throws IOException {
        String memento = Files.readAllLines(folder.resolve(mementoFile)).get(0);
        try (CampaignMemento kept = CampaignMemento.load(UUID.randomUUID(), LocalDate.of(3025, 3, 1), memento)) {
            assertThat(kept.heldSessions()).hasSize(1);
            return kept.heldSessions().get(0).session().toString();
        }
    }

    @Test
    void aMissingLedgerIsRefusedUntilThePlayerBeginsAnew() throws Exception {
        String[] arguments = {"host", sample("host.cpnx"), "--bind", "127.0.0.1", "--port", "0"};
        try (RunningCompanion host = new RunningCompanion(new LibrarySessions(), arguments)) {
            awaitPort(host);
        }
        try (RunningCompanion elsewhere = new RunningCompanion(new LibrarySessions(), arguments)) {
            assertThat(elsewhere.awaitExit()).isEqualTo(ExitCode.REFUSED_OR_UNREACHABLE);
            assertThat(elsewhere.output()).contains("--begin-anew", "(LEDGER_DAMAGED)");
        }
        String[] anew = Stream.concat(Stream.of(arguments), Stream.of("--begin-anew")).toArray(String[]::new);
        try (RunningCompanion elsewhere = new RunningCompanion(new LibrarySessions(), anew)) {
            awaitPort(elsewhere);
        }
    }

    @Test
    void aDamagedLedgerIsRefusedUntilThePlayerBeginsAnew() throws Exception {
        Path data = Path.of(RunningCompanion.newDataFolder());
        String[] arguments = {"host", sample("host.cpnx"), "--bind", "127.0.0.1", "--port", "0", "--data-folder",
            data.toString()};
        try (RunningCompanion host = new RunningCompanion(new LibrarySessions(), arguments)) {
            awaitPort(host);
        }
        try (Stream<Path> files = Files.walk(data)) {
            Path ledger = files.filter(file -> file.toString().endsWith(".ledger")).findFirst().orElseThrow();
            Files.write(ledger, "not a ledger".getBytes(StandardCharsets.US_ASCII));
        }
        try (RunningCompanion host = new RunningCompanion(new LibrarySessions(), arguments)) {
            assertThat(host.awaitExit()).isEqualTo(ExitCode.REFUSED_OR_UNREACHABLE);
            assertThat(host.output()).contains(
                    "--begin-anew begins a new session, without what that ledger knew (LEDGER_DAMAGED)");
        }
        String[] anew = Stream.concat(Stream.of(arguments), Stream.of("--begin-anew")).toArray(String[]::new);
        try (RunningCompanion host = new RunningCompanion(new LibrarySessions(), anew)) {
            awaitPort(host);
        }
    }

    @Test
    void whatWasHeardOfTheHostIsKeptBesideTheSave() throws Exception {
        try (RunningCompanion host = host(); RunningCompanion remote = join("remote-new.cpnx.gz", awaitPort(host))) {
            remote.await(".* joined the session of .*");
            host.type("date 3025-04-01");
            remote.await(HARRIERS + " is now at 3025-04-01.");
            remote.type("quit");
            assertThat(remote.awaitExit()).isZero();
        }
        String memento = Files.readString(folder.resolve("remote-new.cpnx.gz.memento"));
        try (CampaignMemento kept = CampaignMemento.load(UUID.randomUUID(), LocalDate.of(3025, 3, 1), memento)) {
            assertThat(kept.mayAdvance(LocalDate.of(3025, 3, 31))).isEqualTo(MayAdvance.ALLOWED);
            assertThat(kept.mayAdvance(LocalDate.of(3025, 4, 1))).isEqualTo(MayAdvance.HOST_LOST);
        }
        assertThat(folder.resolve("host.cpnx.memento")).isNotEmptyFile();
    }

    @Test
    void moneyThatIsWiredIsToBeBookedOnBothSidesAndStaysSoAfterARestart() throws Exception {
        try (RunningCompanion host = host(); RunningCompanion remote = join("remote-new.cpnx.gz", awaitPort(host))) {
            host.await(FOXES + " joined .*");
            remote.await(".* joined the session of .*");
            wire(remote, "1,500,000 for the dropship",
                    "To be booked in MekHQ: 1  debit 1,500,000 CSB. Type done 1 when it is.");
            String named = host.await(FOXES + " asks for wire transfer (\\w+): you get 1,500,000 CSB from " + FOXES
                    + " \\(for the dropship\\)\\. .*").group(1);
            host.type("accept " + named);
            remote.await("Wire transfer " + named + " over 1,500,000 CSB is completed.");
            host.await("Wire transfer " + named + " over 1,500,000 CSB is completed.");
            remote.type("done 1");
            remote.type("quit");
            assertThat(remote.awaitExit()).isZero();
            assertThat(remote.output()).contains("Nothing is to be booked in MekHQ.");
            host.endInput();
            assertThat(host.awaitExit()).isZero();
            assertThat(host.output()).contains("credit 1,500,000 CSB");
        }
        try (RunningCompanion again = host()) {
            again.await("To be booked in MekHQ: 1  credit 1,500,000 CSB, wire .*");
        }
    }

    @Test
    void aDamagedMementoIsNamedAndLeftAsItIs() throws Exception {
        Path file = folder.resolve("host.cpnx.memento");
        Files.writeString(file, "dm1.CgA.00000000");
        try (RunningCompanion host = host()) {
            assertThat(host.awaitExit()).isEqualTo(ExitCode.BAD_SAVE);
            assertThat(host.output()).contains("Cannot use " + file + ": memento is damaged: its check sum is another "
                    + "one.");
        }
        assertThat(file).hasContent("dm1.CgA.00000000");
    }

    @Test
    void anotherMekhqVersionIsRefusedAndBothAreNamed() throws Exception {
        try (RunningCompanion host = host(); RunningCompanion stranger = join("stranger.cpnx", awaitPort(host))) {
            assertThat(stranger.awaitExit()).isEqualTo(ExitCode.REFUSED_OR_UNREACHABLE);
            assertThat(stranger.output().lines()).hasSize(1)
                    .allMatch(line -> line.contains("0.49.20") && line.contains("0.51.00"));
        }
    }

    @Test
    void anUnreachableHostIsAnErrorOfOneLine() throws Exception {
        // Bound to the end, so that nobody else is given the port, and never listened on.
        try (Socket nobody = new Socket()) {
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            try (RunningCompanion remote = join("remote-old.cpnx", nobody.getLocalPort())) {
                assertThat(remote.awaitExit()).isEqualTo(ExitCode.REFUSED_OR_UNREACHABLE);
                assertThat(remote.output().lines()).hasSize(1).allMatch(line -> line.contains("HOST_UNREACHABLE"));
            }
        }
    }

    @Test
    void aBusyPortIsAnErrorOfOneLine() throws Exception {
        try (RunningCompanion host = host()) {
            String port = Integer.toString(awaitPort(host));
            try (RunningCompanion second = new RunningCompanion(new LibrarySessions(), "host", sample("stranger.cpnx"),
                    "--bind", "127.0.0.1", "--port", port)) {
                assertThat(second.awaitExit()).isEqualTo(ExitCode.REFUSED_OR_UNREACHABLE);
                assertThat(second.output().lines()).hasSize(1)
                        .allMatch(line -> line.contains("ADDRESS_IN_USE") && line.contains(port));
            }
        }
    }

    /** Right after joining, the host may still be telling what is open: a player tries again then. */
    private static void wire(RunningCompanion from, String what, String expected) throws Exception {
        String told;
        do {
            from.type("wire " + HARRIERS + " " + what);
            told = from.await("(?:" + expected + "|Not done: .* \\(NOT_CONFIRMED\\))").group();
        } while (told.endsWith("(NOT_CONFIRMED)"));
    }

    private RunningCompanion host() throws IOException {
        return host(0);
    }

    private RunningCompanion host(int port) throws IOException {
        return new RunningCompanion(new LibrarySessions(), "host", sample("host.cpnx"), "--bind", "127.0.0.1",
                "--port", Integer.toString(port), "--data-folder", folder.resolve("host").toString());
    }

    private RunningCompanion join(String save, int port) throws IOException {
        return new RunningCompanion(new LibrarySessions(), "join", sample(save), "127.0.0.1:" + port,
                "--trust-on-first-use");
    }

    private static int awaitPort(RunningCompanion host) throws InterruptedException {
        return Integer.parseInt(host.await("Hosting .* on port (\\d+)\\.").group(1));
    }

    /** Copied, since a companion keeps a memento beside the save. */
    private String sample(String name) throws IOException {
        Path copy = folder.resolve(name);
        if (Files.notExists(copy)) {
            Files.copy(Path.of("samples", name), copy);
        }
        return copy.toString();
    }
}
