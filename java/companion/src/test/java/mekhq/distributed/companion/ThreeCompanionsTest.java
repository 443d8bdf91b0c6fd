// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three companions over the real library, each beside a save that is written as MekHQ writes it: in place, and slowly
 * enough to be found half written.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ThreeCompanionsTest {

    private static final String HARRIERS = "Iron Harriers";
    private static final String CROWS = "Nebelkrähen der Südmark";
    private static final String FOXES = "Grüne Füchse 🦊";
    /** A slow disk: long enough for a companion to look at the save twice in between. */
    private static final long BETWEEN_HALVES_MS = 1_200;

    @TempDir
    private Path folder;

    private Path harriersSave;
    private Path crowsSave;
    private Path foxesSave;
    private int port;

    @BeforeEach
    void copySamples() throws IOException {
        harriersSave = copy("host.cpnx");
        crowsSave = copy("remote-old.cpnx");
        foxesSave = copy("remote-new.cpnx.gz");
    }

    @Test
    void whatMekhqSavesIsSeenByTheOthers() throws Exception {
        try (RunningCompanion harriers = host(); RunningCompanion crows = join(crowsSave);
             RunningCompanion foxes = join(foxesSave)) {
            awaitFoxes(harriers, crows);
            harriers.type("team nebel 1");
            crows.await("You are now on team 1\\.");

            rewrite(crowsSave, save -> save.replace("3025-03-08", "3025-03-09")
                    .replace("<currentSystemId>Galatea", "<currentSystemId>Solaris")
                    .replace("</currentReport>", "<reportLine><![CDATA[<b>Käthe</b> &amp; crew rest]]></reportLine>"
                            + "</currentReport>"));
            long writtenNs = System.nanoTime();
            crows.await("Your save: you are now at 3025-03-09\\.");
            harriers.await(CROWS + " is now in Solaris\\.");
            harriers.await(CROWS + " is now at 3025-03-09\\.");
            foxes.await(CROWS + " is now at 3025-03-09\\.");
            System.out.println("figure save to other screens ms: "
                    + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - writtenNs));
            harriers.await(CROWS + ", 3025-03-09: Käthe & crew rest");

            rewrite(foxesSave, save -> save.replace("3025-03-01", "3025-03-05"));
            harriers.await(FOXES + " is now at 3025-03-05\\.");
            crows.await(FOXES + " is now at 3025-03-05\\.");

            rewrite(harriersSave, save -> save.replace("3025-03-10", "3025-03-12"));
            crows.await(HARRIERS + " is now at 3025-03-12\\.");
            foxes.await(HARRIERS + " is now at 3025-03-12\\.");

            assertThat(foxes.output()).doesNotContain("Käthe");
            for (RunningCompanion companion : new RunningCompanion[] {harriers, crows, foxes}) {
                assertThat(companion.output()).doesNotContain("cannot be read", "Not announced", "Refused");
            }
            System.out.println("figure companions: 3");
            System.out.println("figure saves written in two halves: 3");
        }
    }

    @Test
    void anOlderSaveThatIsLoadedAgainIsSeenByTheOthersAndMayFollowAnew() throws Exception {
        try (RunningCompanion harriers = host(); RunningCompanion crows = join(crowsSave);
             RunningCompanion foxes = join(foxesSave)) {
            awaitFoxes(harriers, crows);
            rewrite(crowsSave, save -> save.replace("3025-03-08", "3025-02-01"));
            crows.await("Your save went back: you are now at 3025-02-01\\.");
            crows.await("Connected again\\.");
            harriers.await(CROWS + " joined at 3025-02-01 .*");
            foxes.await(CROWS + " joined at 3025-02-01 .*");
            crows.type("advance 2");
            harriers.await(CROWS + " is now at 3025-02-03\\.");
            foxes.await(CROWS + " is now at 3025-02-03\\.");
        }
    }

    @Test
    void aSavePastTheHostsDateIsShownAsAheadAndMayNotAdvance() throws Exception {
        try (RunningCompanion harriers = host(); RunningCompanion crows = join(crowsSave)) {
            harriers.await(CROWS + " joined .*");
            rewrite(crowsSave, save -> save.replace("3025-03-08", "3025-03-20"));
            crows.await("The host is at 3025-03-10: wait until it has passed your date\\.");
            crows.await("Refused: CampaignDateChanged \\(AHEAD_OF_HOST\\).*");
            harriers.await(CROWS + " is now at 3025-03-20\\.");
            crows.type("advance");
            crows.type("ready");
            harriers.await(CROWS + " is ready to advance from 3025-03-20\\.");
            harriers.type("board");
            harriers.type("date 3025-03-21");
            crows.await("You may advance: the host is at 3025-03-21\\.");
            assertThat(harriers.output()).containsPattern(CROWS + " +3025-03-20 +-10 +yes +ahead, waits for the host");
            crows.type("advance");
            harriers.await(CROWS + " is now at 3025-03-21\\.");
        }
    }

    private static void awaitFoxes(RunningCompanion... others) throws InterruptedException {
        for (RunningCompanion other : others) {
            other.await(FOXES + " joined .*");
        }
    }

    private RunningCompanion host() throws InterruptedException {
        RunningCompanion host = new RunningCompanion(new LibrarySessions(), "host", harriersSave.toString(), "--bind",
                "127.0.0.1", "--port", "0");
        port = Integer.parseInt(host.await("Hosting .* on port (\\d+)\\.").group(1));
        return host;
    }

    private RunningCompanion join(Path save) throws InterruptedException {
        RunningCompanion remote =
                new RunningCompanion(new LibrarySessions(), "join", save.toString(), "127.0.0.1:" + port,
                        "--trust-on-first-use");
        remote.await(".* joined the session of .*");
        return remote;
    }

    private Path copy(String sample) throws IOException {
        return Files.copy(Path.of("samples", sample), folder.resolve(sample));
    }

    private static void rewrite(Path save, UnaryOperator<String> change) throws IOException, InterruptedException {
        boolean gzipped = save.toString().endsWith(".gz");
        String before;
        try (InputStream raw = Files.newInputStream(save); InputStream in = gzipped ? new GZIPInputStream(raw) : raw) {
            before = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = gzipped ? new GZIPOutputStream(bytes) : bytes) {
            out.write(change.apply(before).getBytes(StandardCharsets.UTF_8));
        }
        byte[] content = bytes.toByteArray();
        // Within the first kilobyte, so that the half lacks something that a companion needs.
        int half = Math.min(content.length / 2, 1_000);
        try (OutputStream out = Files.newOutputStream(save)) {
            out.write(content, 0, half);
            out.flush();
            Thread.sleep(BETWEEN_HALVES_MS);
            out.write(Arrays.copyOfRange(content, half, content.length));
        }
    }
}
