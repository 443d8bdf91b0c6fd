// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import mekhq.distributed.CampaignStatus;
import mekhq.distributed.team.DailyLog;
import mekhq.distributed.timeline.MayAdvance;

/** What a companion says of the common calendar, of teams and of teammates' days. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class CalendarEventsTest {

    private static final UUID RAVENS = Campaigns.RAVENS.id();
    private static final LocalDate DAY = LocalDate.of(3025, 1, 7);

    private final Play play = new Play();

    @Test
    void theHostHearsWhoIsReady() throws Exception {
        play.hostUntilClosed(events -> {
            play.session().know(Campaigns.RAVENS);
            events.onReadyToAdvance(RAVENS, DAY);
        });
        assertThat(play.lines()).contains("14:02  Ravens is ready to advance from 3025-01-07.");
    }

    @Test
    void whoWaitedHearsThatTheHostHasMovedOn() throws Exception {
        play.joinUntilClosed(Play.connected(false).andThen(events -> {
            events.onMayAdvanceChanged(MayAdvance.ALLOWED);
            events.onMayAdvanceChanged(MayAdvance.WAIT_FOR_HOST);
            events.onMayAdvanceChanged(MayAdvance.ALLOWED);
        }));
        assertThat(play.lines()).filteredOn(line -> line.contains("may advance"))
                .containsExactly("14:02  You may advance: the host is at 3025-01-10.");
    }

    @Test
    void whoWaitedWhenTheLinkWasLostHearsItAfterTheReturn() throws Exception {
        play.joinUntilClosed(Play.connected(false).andThen(events -> {
            events.onMayAdvanceChanged(MayAdvance.AHEAD_OF_HOST);
            events.onMayAdvanceChanged(MayAdvance.HOST_LOST);
            events.onMayAdvanceChanged(MayAdvance.ALLOWED);
        }));
        assertThat(play.lines()).contains("14:02  You may advance: the host is at 3025-01-10.");
    }

    @Test
    void aChangedTeamIsNewsAndAFirstOneIsNot() throws Exception {
        play.joinUntilClosed(Play.connected(false).andThen(events -> {
            play.session().know(Campaigns.RAVENS);
            events.onTeamsAssigned(Map.of(RAVENS, 3, Campaigns.FOXES.id(), 2));
            events.onTeamsAssigned(Map.of(RAVENS, 1, Campaigns.FOXES.id(), 2));
            events.onTeamsAssigned(Map.of(RAVENS, 1, Campaigns.FOXES.id(), 1));
        }));
        assertThat(play.lines()).filteredOn(line -> line.contains("team"))
                .containsExactly("14:02  Ravens is now on team 1.", "14:02  You are now on team 1.");
    }

    @Test
    void aTeamThatAReturningCampaignHadIsTheOneThatChanges() throws Exception {
        play.hostUntilClosed(events -> {
            play.session().know(Campaigns.RAVENS);
            events.onCampaignJoined(Campaigns.told(Campaigns.RAVENS, "3025-01-07", true, CampaignStatus.BEHIND, false));
            events.onTeamsAssigned(Map.of(RAVENS, 3));
            events.onTeamsAssigned(Map.of(RAVENS, 4));
        });
        assertThat(play.lines()).filteredOn(line -> line.contains("team"))
                .containsExactly("14:02  Ravens is now on team 4.");
    }

    @Test
    void aTeammatesDayIsPrintedAsPlainTextLineByLine() throws Exception {
        play.joinUntilClosed(Play.connected(false).andThen(events -> {
            play.session().know(Campaigns.RAVENS);
            events.onDailyLog(new DailyLog(RAVENS, DAY, List.of("<a href='PERSON:1'>Käthe</a> &amp; crew rest",
                    "\u001b[2Jsecond\r\n\u202eline")));
        }));
        assertThat(play.lines()).contains("14:02  Ravens, 3025-01-07: Käthe & crew rest",
                "14:02  Ravens, 3025-01-07: second line");
        assertThat(play.printed()).doesNotContain("\u001b", "\u202e", "href");
    }

    @Test
    void aLongDayIsCut() throws Exception {
        play.joinUntilClosed(Play.connected(false).andThen(events -> {
            play.session().know(Campaigns.RAVENS);
            events.onDailyLog(new DailyLog(RAVENS, DAY,
                    IntStream.rangeClosed(1, 256).mapToObj(number -> "line " + number).toList()));
        }));
        assertThat(play.lines()).filteredOn(line -> line.contains("Ravens, ")).hasSize(41)
                .endsWith("14:02  Ravens, 3025-01-07: line 40", "14:02  Ravens, 3025-01-07: … and 216 more lines.");
    }
}
