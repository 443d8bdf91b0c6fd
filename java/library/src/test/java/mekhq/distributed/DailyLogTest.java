// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import mekhq.distributed.team.DailyLog;
import mekhq.distributed.team.TeamListener;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What teammates tell each other of their days (protocol.md section 4). */
class DailyLogTest {
    private static final UUID ANNA = Campaigns.named("Anna").id();
    private static final UUID BEN = Campaigns.named("Ben").id();
    private static final LocalDate DAY = Campaigns.START;

    private final Recorder benRecorder = new Recorder();
    private final Diary benLogs = new Diary();
    private Play play;
    private RemoteSession anna;
    private RemoteSession ben;

    @BeforeEach
    void joinOneTeam() {
        play = new Play();
        anna = play.join("Anna", new Recorder());
        ben = play.join(benRecorder.on(Campaigns.remote("Ben", play.host.port()).teamListener(benLogs)));
        play.hostRecorder.await("joined Ben");
        play.host.teams().assign(BEN, play.host.teams().teamOf(ANNA));
        Await.until("one team", () -> ben.teams().teamOf(ANNA) == ben.teams().teamOf(BEN));
    }

    @AfterEach
    void close() {
        play.close();
    }

    @Test
    void aTeammateGetsTheLinesWithoutTheirMarkupAndRawOnDemand() {
        String line = "<html><a href='PERSON:1'>Jörg 🎖</a> was <b>wounded</b> &amp; 2 &lt; 3";
        anna.teams().sendDailyLog(DAY, List.of(line, "plain"));

        DailyLog log = benLogs.await(1).get(0);
        assertThat(log.campaign()).isEqualTo(ANNA);
        assertThat(log.date()).isEqualTo(DAY);
        assertThat(log.entries()).containsExactly("Jörg 🎖 was wounded & 2 ‹ 3", "plain");
        assertThat(log.rawEntries()).containsExactly(line, "plain");
    }

    @Test
    void aDayWithManyLinesComesInSeveralLogsInOrder() {
        List<String> lines = IntStream.rangeClosed(1, 600).mapToObj(number -> "line " + number).toList();
        anna.teams().sendDailyLog(DAY, lines);

        assertThat(benLogs.await(3)).extracting(log -> log.entries().size()).containsExactly(256, 256, 88);
        assertThat(benLogs.lines()).isEqualTo(lines);
    }

    @Test
    void longLinesComeInAsManyLogsAsTheSizeOfAMessageDemands() {
        List<String> lines = Collections.nCopies(200, "ß".repeat(TeamConvert.ENTRY_BYTES_MAX / 2));
        anna.teams().sendDailyLog(DAY, lines);

        Await.until("all lines", () -> benLogs.lines().size() == lines.size());
        assertThat(benLogs.lines()).isEqualTo(lines);
        assertThat(benLogs.await(4)).hasSize(4);
    }

    @Test
    void aBadLineIsRefusedBeforeAnythingIsSent() {
        List<String> good = Collections.nCopies(300, "good");
        for (String bad : List.of("", "x".repeat(TeamConvert.ENTRY_BYTES_MAX + 1), "\u001b[2J", "\u0085")) {
            List<String> lines = new ArrayList<>(good);
            lines.add(bad);
            assertThatExceptionOfType(DistributedMekHQException.class)
                    .isThrownBy(() -> anna.teams().sendDailyLog(DAY, lines))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
        }
        anna.teams().sendDailyLog(DAY, List.of());
        anna.teams().sendDailyLog(DAY, List.of("tabs\tand\r\nline ends are fine"));
        assertThat(benLogs.await(1)).hasSize(1);
    }

    @Test
    void whoIsAwayGetsItsTeammatesLogsOnItsReturnAndOnlyOnce() {
        leave();
        anna.teams().sendDailyLog(DAY, List.of("while you were away"));
        anna.teams().sendDailyLog(DAY.plusDays(1), List.of("still away"));
        // The host has taken the logs once it has taken what came after them.
        anna.roster().sendGmModeChanged(true);
        play.hostRecorder.await("gm " + ANNA + " true");

        Diary first = new Diary();
        Recorder recorder = new Recorder();
        RemoteSession back = play.join(recorder.on(Campaigns.remote("Ben", play.host.port()).teamListener(first)));
        first.await(2);
        assertThat(first.lines()).containsExactly("while you were away", "still away");
        // Only an answered ping says that they have arrived.
        Await.until("an answered ping", () -> play.host.roster().roundTrip(BEN).isPresent());

        back.close();
        Await.until("Ben away", () -> play.host.roster().find(BEN).filter(CampaignDetails::active).isEmpty());
        Diary second = new Diary();
        play.join(Campaigns.remote("Ben", play.host.port()).teamListener(second));
        anna.teams().sendDailyLog(DAY.plusDays(2), List.of("welcome back"));
        second.await(1);
        assertThat(second.lines()).containsExactly("welcome back");
    }

    private void leave() {
        ben.close();
        play.hostRecorder.await("left Ben LEAVING");
    }

    /** Keeps what it hears. */
    private static final class Diary implements TeamListener {
        private final List<DailyLog> heard = new ArrayList<>();

        @Override
        public synchronized void onDailyLog(DailyLog log) {
            heard.add(log);
        }

        synchronized List<DailyLog> heard() {
            return List.copyOf(heard);
        }

        List<DailyLog> await(int count) {
            Await.until(count + " logs", () -> heard().size() >= count);
            return heard();
        }

        List<String> lines() {
            return heard().stream().flatMap(log -> log.rawEntries().stream()).toList();
        }
    }
}
