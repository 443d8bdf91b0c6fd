// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;


/** A host's virtual machine dies in the middle of play, and the session goes on in another one. */
class RestartTest {
    private static final String PORT = "hosting on port ";
    private static final UUID ANNA = Campaigns.named("Anna").id();
    private static final UUID BEN = Campaigns.named("Ben").id();
    private static final UUID CLARA = Campaigns.named("Clara").id();

    /** Hosts, puts Anna and Ben on one team, and dies without a word when it is told a location. */
    static final class Main {
        private Main() {
        }

        public static void main(String[] arguments) throws InterruptedException {
            Recorder recorder = new Recorder() {
                @Override
                public void onLocationChanged(UUID campaign, String systemId, boolean gmMovement) {
                    Runtime.getRuntime().halt(9);
                }
            };
            HostSession host = recorder.on(Campaigns.host("Host"))
                    .dataFolder(Path.of(System.getProperty("test.folder"))).start();
            System.out.println(PORT + host.port());
            System.out.flush();
            recorder.await("joined Ben");
            recorder.await("joined Anna");
            host.teams().assign(ANNA, 5);
            host.teams().assign(BEN, 5);
            // Told after Anna's log, on the same bus: what is recorded from here on is recorded after the log.
            recorder.await("gm " + ANNA + " true");
            recorder.await("joined Clara");
            host.teams().assign(CLARA, 9);
            Thread.currentThread().join();
        }
    }

    @Test
    void aHostThatDiedGoesOnWithItsRosterItsTeamsAndTheLogsItKept() {
        Path folder = Campaigns.newDataFolder();
        CompletableFuture<Integer> port = new CompletableFuture<>();
        CompletableFuture<ForkedJvm.Outcome> died = CompletableFuture.supplyAsync(() ->
                new ForkedJvm(Main.class).withLibrary().property("test.folder", folder).run(line -> {
                    if (line.startsWith(PORT)) {
                        port.complete(Integer.parseInt(line.substring(PORT.length())));
                    }
                }));
        Recorder annaHears = new Recorder();
        try (RemoteSession anna = join("Anna", annaHears, Await.result(port))) {
            playUntilTheHostDies(anna, annaHears, Await.result(port));
            assertThat(Await.result(died).exitCode()).isEqualTo(9);
            annaHears.await("disconnected RESET reconnecting");
            goOn(folder, annaHears, Await.result(port));
        }
    }

    private static RemoteSession join(String name, Recorder recorder, int port) {
        return Await.result(recorder.on(Campaigns.remote(name, port)).connect());
    }

    private static void playUntilTheHostDies(RemoteSession anna, Recorder annaHears, int port) {
        try (RemoteSession ben = join("Ben", new Recorder(), port)) {
            Await.until("one team", () -> ben.teams().teamOf(ANNA) == 5 && anna.teams().teamOf(BEN) == 5);
        }
        annaHears.await("left Ben UNKNOWN");
        anna.teams().sendDailyLog(Campaigns.START, List.of("Zahltag 💰"));
        anna.roster().sendGmModeChanged(true);
        try (RemoteSession clara = join("Clara", new Recorder(), port)) {
            // A team that is told is on the disk, and so is all that was recorded before it.
            Await.until("a team", () -> clara.teams().teamOf(CLARA) == 9);
            anna.roster().sendLocationChanged("Galatea", false);
            annaHears.await("disconnected RESET reconnecting");
        }
    }

    private static void goOn(Path folder, Recorder annaHears, int port) {
        Recorder hostHears = new Recorder();
        try (HostSession host = hostHears.on(Campaigns.host("Host").dataFolder(folder).port(port)).start()) {
            assertThat(host.roster().campaigns()).extracting(CampaignDetails::id)
                    .containsExactlyInAnyOrder(ANNA, BEN, CLARA);
            assertThat(host.teams().teamOf(CLARA)).isEqualTo(9);
            hostHears.await("joined Anna");
            Await.until("reconnected", () -> annaHears.count("connected Host " + Campaigns.VERSION) == 2);
            Recorder benHears = new Recorder();
            try (RemoteSession ben = join("Ben", benHears, port)) {
                benHears.await("log " + ANNA + " " + Campaigns.START + " [Zahltag 💰]");
                assertThat(ben.teams().teamOf(BEN)).isEqualTo(5);
            }
        }
    }
}
