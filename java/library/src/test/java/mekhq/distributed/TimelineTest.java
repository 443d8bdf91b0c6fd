// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.LocalDate;
import java.util.UUID;

import mekhq.distributed.timeline.BoardRow;
import mekhq.distributed.timeline.MayAdvance;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The common calendar, row by row of protocol.md section 3. */
class TimelineTest {
    private static final UUID HOST = Campaigns.named("Host").id();
    private static final UUID ANNA = Campaigns.named("Anna").id();
    private static final LocalDate START = Campaigns.START;

    private final Recorder annaRecorder = new Recorder();
    private Play play;
    private RemoteSession anna;

    @BeforeEach
    void join() {
        play = new Play();
        anna = play.join("Anna", annaRecorder);
        play.hostRecorder.await("joined Anna");
    }

    @AfterEach
    void close() {
        play.close();
    }

    @Test
    void theHostAdvancesFreely() {
        for (int day = -1; day <= 1; day++) {
            assertThat(play.host.timeline().mayAdvance(START.plusDays(day))).isEqualTo(MayAdvance.ALLOWED);
        }
        assertThat(play.host.timeline().hostDate()).hasValue(START);
    }

    @Test
    void aRemoteAdvancesUpToTheHostDateAndWaitsThereUntilTheHostHasPassedIt() {
        assertThat(anna.timeline().mayAdvance(START.minusDays(1))).isEqualTo(MayAdvance.ALLOWED);
        assertThat(anna.timeline().mayAdvance(START)).isEqualTo(MayAdvance.WAIT_FOR_HOST);
        assertThat(anna.timeline().mayAdvance(START.plusDays(1))).isEqualTo(MayAdvance.AHEAD_OF_HOST);

        hostGoesTo(START.plusDays(30));
        annaRecorder.await("may advance ALLOWED");
        for (int day = 0; day < 30; day++) {
            assertThat(anna.timeline().mayAdvance(START.plusDays(day))).isEqualTo(MayAdvance.ALLOWED);
        }
        assertThat(anna.timeline().mayAdvance(START.plusDays(30))).isEqualTo(MayAdvance.WAIT_FOR_HOST);
    }

    @Test
    void aDateOutsideOfTheCalendarIsRefusedByName() {
        assertThatExceptionOfType(DistributedMekHQException.class)
                .isThrownBy(() -> anna.timeline().mayAdvance(LocalDate.MAX))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    }

    @Test
    void whoIsReadyIsToldToTheHostAndShownOnTheBoardUntilItsDateChanges() {
        anna.timeline().readyToAdvance();
        play.hostRecorder.await("ready " + ANNA + " " + START);
        BoardRow row = annasRow(play.host);
        assertThat(row.campaign().ready()).isTrue();
        assertThat(row.campaign().status()).isEqualTo(CampaignStatus.LEVEL);
        assertThat(row.lagDays()).isZero();
        assertThat(row.mayAdvance()).isEqualTo(MayAdvance.WAIT_FOR_HOST);

        hostGoesTo(START.plusDays(3));
        annaGoesTo(START.plusDays(1));
        BoardRow later = annasRow(play.host);
        assertThat(later.campaign().ready()).isFalse();
        assertThat(later.campaign().status()).isEqualTo(CampaignStatus.BEHIND);
        assertThat(later.campaign().date()).isEqualTo(START.plusDays(1));
        assertThat(later.lagDays()).isEqualTo(2);
        assertThat(later.mayAdvance()).isEqualTo(MayAdvance.ALLOWED);
    }

    @Test
    void everyoneSeesTheBoardOfTheOthers() {
        RemoteSession ben = play.join(Campaigns.remote("Ben", play.host.port()).pingInterval(Duration.ofSeconds(2)));
        anna.timeline().readyToAdvance();

        Await.until("Anna's readiness", () -> annasRow(ben).campaign().ready());
        assertThat(ben.timeline().board()).extracting(row -> row.campaign().id())
                .as("its own line included").containsExactlyInAnyOrder(ANNA, ben.campaignId());
        assertThat(play.host.timeline().board()).extracting(row -> row.campaign().id())
                .containsExactlyInAnyOrder(ANNA, ben.campaignId());
    }

    @Test
    void whoJoinsAheadIsShownAsAheadAndMayNotAdvanceUntilTheHostHasPassedIt() {
        LocalDate ahead = START.plusDays(5);
        Recorder benRecorder = new Recorder();
        RemoteSession ben = play.join(benRecorder.on(Campaigns.remote("Ben", play.host.port()))
                .campaign(CampaignDetails.of(Campaigns.named("Ben").id(), "Ben", ahead, "Outreach", false)));
        play.hostRecorder.await("joined Ben");
        annaRecorder.await("joined Ben");

        assertThat(play.host.roster().find(ben.campaignId())).map(CampaignDetails::status)
                .hasValue(CampaignStatus.AHEAD);
        assertThat(anna.roster().find(ben.campaignId())).map(CampaignDetails::status).hasValue(CampaignStatus.AHEAD);
        assertThat(ben.timeline().mayAdvance(ahead)).isEqualTo(MayAdvance.AHEAD_OF_HOST);
        assertThat(anna.timeline().timelineDate()).isEqualTo(ahead);
        assertThat(anna.timeline().hostDate()).as("one that is ahead shifts nothing").hasValue(START);
        assertThat(anna.timeline().mayAdvance(START)).isEqualTo(MayAdvance.WAIT_FOR_HOST);

        hostGoesTo(ahead);
        benRecorder.await("may advance WAIT_FOR_HOST");
        hostGoesTo(ahead.plusDays(1));
        benRecorder.await("may advance ALLOWED");
    }

    @Test
    void aDatePastTheHostsIsRecordedAndItsSenderTold() {
        annaGoesTo(START.plusDays(1));
        annaRecorder.await("refused CampaignDateChanged AHEAD_OF_HOST");

        assertThat(annasRow(play.host).lagDays()).isEqualTo(-1);
        assertThat(annasRow(play.host).mayAdvance()).isEqualTo(MayAdvance.AHEAD_OF_HOST);
        assertThat(play.host.timeline().timelineDate()).isEqualTo(START.plusDays(1));
    }

    @Test
    void inGmModeACampaignBehindMayJumpToTheHostDate() {
        hostGoesTo(START.plusDays(40));
        anna.roster().sendGmModeChanged(true);
        anna.timeline().jump(START.plusDays(40));
        play.hostRecorder.await("date " + ANNA + " " + START.plusDays(40));

        assertThat(annasRow(play.host).campaign().status()).isEqualTo(CampaignStatus.LEVEL);
        assertThat(annaRecorder.heard()).noneMatch(line -> line.startsWith("refused"));
    }

    @Test
    void withoutGmModeAJumpIsForbidden() {
        hostGoesTo(START.plusDays(40));
        anna.timeline().jump(START.plusDays(40));
        annaRecorder.await("refused CampaignDateChanged FORBIDDEN");
        assertThat(annasRow(play.host).campaign().date()).isEqualTo(START);
    }

    @Test
    void whoLoadsAnOlderSaveConnectsAnewByItselfAndIsShownAsRewound() {
        hostGoesTo(START.plusDays(20));
        annaGoesTo(START.plusDays(10));
        anna.timeline().sendDateChanged(START.plusDays(3));
        Await.until("a second connection", () -> annaRecorder.count("connected Host 0.50.06") == 2);
        Await.until("a second arrival", () -> play.hostRecorder.count("joined Anna") == 2);
        assertThat(annaRecorder.heard().stream().filter(line -> line.contains("connected")))
                .containsExactly("connected Host 0.50.06", "disconnected LEAVING reconnecting",
                        "connected Host 0.50.06");

        assertThat(annasRow(play.host).campaign().status()).isEqualTo(CampaignStatus.REWOUND);
        assertThat(annasRow(play.host).campaign().date()).isEqualTo(START.plusDays(3));
        assertThat(anna.timeline().mayAdvance(START.plusDays(3))).isEqualTo(MayAdvance.ALLOWED);
        anna.timeline().sendDateChanged(START.plusDays(10));
        Await.until("where it was", () -> annasRow(play.host).campaign().status() == CampaignStatus.BEHIND);
    }

    @Test
    void aHostThatLoadsAnOlderSaveTakesTheGateBack() {
        hostGoesTo(START.plusDays(20));
        annaGoesTo(START.plusDays(10));
        hostGoesTo(START.plusDays(5));

        assertThat(anna.timeline().mayAdvance(START.plusDays(10))).isEqualTo(MayAdvance.AHEAD_OF_HOST);
        assertThat(annasRow(play.host).campaign().status()).isEqualTo(CampaignStatus.AHEAD);
        annaRecorder.await("may advance AHEAD_OF_HOST");
    }

    @Test
    void continuingWithoutAHostChangesNothingWhileTheHostIsThere() {
        anna.timeline().continueWithoutHost(true);
        assertThat(anna.timeline().mayAdvance(START)).isEqualTo(MayAdvance.WAIT_FOR_HOST);
    }

    @Test
    void aHostHasNoHostToContinueWithout() {
        assertThatExceptionOfType(DistributedMekHQException.class)
                .isThrownBy(() -> play.host.timeline().continueWithoutHost(true))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.FORBIDDEN));
    }

    @Test
    void afterTheSessionNobodyIsLeftToWaitForButTheHostAdvancesAsEver() {
        anna.close();
        play.host.close();

        assertThat(anna.timeline().mayAdvance(START.minusDays(1))).isEqualTo(MayAdvance.HOST_LOST);
        assertThat(play.host.timeline().mayAdvance(START)).isEqualTo(MayAdvance.ALLOWED);
    }

    private void hostGoesTo(LocalDate date) {
        play.host.timeline().sendDateChanged(date);
        annaRecorder.await("date " + HOST + " " + date);
        Await.until("the host's own date", () -> play.host.timeline().ownDate().equals(date));
    }

    private void annaGoesTo(LocalDate date) {
        anna.timeline().sendDateChanged(date);
        play.hostRecorder.await("date " + ANNA + " " + date);
    }

    private static BoardRow annasRow(Session session) {
        return session.timeline().board().stream()
                .filter(row -> row.campaign().id().equals(ANNA))
                .findFirst()
                .orElseThrow();
    }
}
