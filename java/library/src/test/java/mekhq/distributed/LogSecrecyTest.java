// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

/** What the library logs, on both sides of the boundary and on all levels, while everything happens. */
class LogSecrecyTest {
    private static final String PASSWORD = "offen 🗝";
    /** A token or a key. */
    private static final Pattern SECRET = Pattern.compile("[0-9a-fA-F]{64}|🗝");

    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logRecord) {
            logged.add(logRecord.getLevel() + " " + logRecord.getMessage() + " " + logRecord.getThrown());
        }

        @Override
        public void flush() {
        }

        @Override
        public void close() {
        }
    };

    private static CampaignDetails campaign(String name) {
        return CampaignDetails.of(Campaigns.named(name).id(), name + " 🦊", Campaigns.START, "Fuchsbau 🦊", false);
    }

    private static RemoteSession.Builder remote(HostSession host, String password) {
        return Campaigns.remote("Anna", host.port()).campaign(campaign("Anna")).password(password);
    }

    private static void play() {
        Recorder hears = new Recorder();
        try (HostSession host = hears.on(Campaigns.host("Host")).campaign(campaign("Host")).password(PASSWORD).start();
                RemoteSession anna = remote(host, PASSWORD).connect().join()) {
            assertThat(catchThrowable(() -> remote(host, "falsch 🗝").connect().join())).isNotNull();
            assertThat(catchThrowable(() -> remote(host, PASSWORD).dataFolder(Campaigns.newDataFolder()).connect()
                    .join())).isNotNull();
            host.teams().assign(anna.campaignId(), 1);
            anna.teams().sendDailyLog(Campaigns.START, List.of("Lohn 🦊"));
            anna.forces().sendToeUpdated(Campaigns.force(2));
            anna.roster().sendLocationChanged("Bau 🦊", true);
            hears.await("location " + anna.campaignId() + " Bau 🦊 true");
            host.members().ban(anna.campaignId(), "zu laut 🦊");
            hears.await("membership " + anna.campaignId() + " BANNED zu laut 🦊");
            CampaignKeys.in(Campaigns.newDataFolder()).importKeys("", false);
        } catch (DistributedMekHQException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        }
    }

    @Test
    void noSecretAndNoPlayersTextStandsInTheLog() {
        Logger logger = Logger.getLogger(Log.NAME);
        Level before = logger.getLevel();
        handler.setLevel(Level.ALL);
        logger.addHandler(handler);
        logger.setLevel(Level.ALL);
        try {
            play();
            Await.until("the log of the end", () -> logged.stream().anyMatch(line -> line.contains("a host session ended")));
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
        }
        assertThat(logged).noneMatch(line -> SECRET.matcher(line).find()).noneMatch(line -> line.contains("🦊"));
    }
}
