// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import mekhq.distributed.force.ForceVisibility;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who plays on one side (protocol.md section 4). */
class TeamsTest {
    private static final UUID HOST = Campaigns.named("Host").id();
    private static final UUID ANNA = Campaigns.named("Anna").id();
    private static final UUID BEN = Campaigns.named("Ben").id();

    private final Recorder annaRecorder = new Recorder();
    private final Recorder benRecorder = new Recorder();
    private Play play;
    private RemoteSession anna;
    private RemoteSession ben;

    @BeforeEach
    void join() {
        play = new Play();
        anna = play.join("Anna", annaRecorder);
        ben = play.join("Ben", benRecorder);
        play.hostRecorder.await("joined Ben");
        annaRecorder.await("joined Ben");
    }

    @AfterEach
    void close() {
        play.close();
    }

    @Test
    void theHostIsOnTeam1AndWhomNobodyAssignedHasATeamOfItsOwn() {
        benRecorder.await(teams(1, 2, 3));

        assertThat(ben.teams().teamOf(HOST)).isEqualTo(1);
        assertThat(ben.teams().teamOf(ANNA)).isEqualTo(2);
        assertThat(play.host.teams().teamOf(BEN)).isEqualTo(3);
        assertThat(ben.teams().teamOf(UUID.randomUUID())).isZero();
    }

    @Test
    void everyChangeIsToldToEveryone() {
        play.host.teams().assign(BEN, 2);
        play.hostRecorder.await(teams(1, 2, 2));
        annaRecorder.await(teams(1, 2, 2));
        benRecorder.await(teams(1, 2, 2));

        assertThat(anna.teams().teamOf(BEN)).isEqualTo(2);
        assertThat(ben.teams().teamOf(BEN)).as("its own").isEqualTo(2);
        assertThat(play.host.roster().find(BEN)).map(CampaignDetails::team).hasValue(2);
    }

    @Test
    void whoComesBackFindsItsTeam() {
        play.host.teams().assign(BEN, 7);
        benRecorder.await(teams(1, 2, 7));
        ben.close();
        play.hostRecorder.await("left Ben LEAVING");
        Recorder again = new Recorder();
        RemoteSession back = play.join("Ben", again);

        again.await(teams(1, 2, 7));
        assertThat(back.teams().teamOf(BEN)).isEqualTo(7);
    }

    @Test
    void whoLeavesATeamSeesItsForcesNoLonger() {
        play.host.forces().setVisibility(ForceVisibility.TEAM);
        play.host.teams().assign(BEN, 2);
        annaRecorder.await(teams(1, 2, 2));
        anna.forces().sendToeUpdated(Campaigns.force(1));
        benRecorder.await("toe " + ANNA + " " + Campaigns.force(1));
        play.host.teams().assign(BEN, 3);
        benRecorder.await("toe hidden " + ANNA);

        assertThat(ben.forces().find(ANNA)).isEmpty();
        assertThat(anna.forces().find(ANNA)).as("its own").isPresent();
    }

    @Test
    void onlyTheHostAssignsTeams() {
        assertRefused(ErrorCode.FORBIDDEN, () -> anna.teams().assign(BEN, 2));
    }

    @Test
    void whatIsNoTeamOrNoCampaignIsRefused() {
        assertRefused(ErrorCode.INVALID_ARGUMENT, () -> play.host.teams().assign(BEN, 0));
        assertRefused(ErrorCode.INVALID_ARGUMENT, () -> play.host.teams().assign(HOST, 2));
        assertRefused(ErrorCode.INVALID_ARGUMENT, () -> play.host.teams().assign(UUID.randomUUID(), 2));
    }

    @Test
    void whatTheHostIsToldOfTeamsIsNotToBeChanged() {
        Map<UUID, Integer> teams = TeamConvert.toTeams(
                mekhq.distributed.internal.proto.TeamAssignment.getDefaultInstance());
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> teams.put(ANNA, 1));
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatExceptionOfType(DistributedMekHQException.class).isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    private static String teams(int host, int anna, int ben) {
        return "teams " + new TreeMap<>(Map.of(HOST, host, ANNA, anna, BEN, ben));
    }
}
