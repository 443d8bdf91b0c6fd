// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.UUID;

import mekhq.distributed.force.ForceVisibility;
import mekhq.distributed.timeline.MayAdvance;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A remote campaign whose link is lost comes back by itself (protocol.md section 2, points 7 and 12). */
class ReconnectTest {
    private static final UUID HOST = Campaigns.named("Host").id();
    private static final UUID ANNA = Campaigns.named("Anna").id();
    private static final UUID BEN = Campaigns.named("Ben").id();
    private static final LocalDate START = Campaigns.START;
    private static final String CONNECTED = "connected Host 0.50.06";

    private final Recorder annaRecorder = new Recorder();
    private Play play;
    private FaultyProxy proxy;

    @BeforeEach
    void begin() {
        play = new Play();
        proxy = new FaultyProxy(play.host.port());
    }

    @AfterEach
    void close() {
        // First: what stalls in it would hold up the play's end.
        proxy.close();
        play.close();
    }

    @Test
    void aCutLinkIsHeardAsResetAndTheStateIsTheHostsOnceItIsBack() {
        RemoteSession anna = joinAnna();
        RemoteSession ben = play.join("Ben", new Recorder());
        cut();

        play.host.timeline().sendDateChanged(START.plusDays(2));
        play.host.roster().sendGmModeChanged(true);
        play.host.teams().assign(BEN, 9);
        ben.roster().sendLocationChanged("Terra", false);
        ben.forces().sendToeUpdated(Campaigns.force(3));
        Await.until("what the host knows meanwhile", () -> play.host.forces().find(BEN).isPresent());
        anna.forces().sendToeUpdated(Campaigns.force(1));
        proxy.heal();
        awaitConnections(2);

        play.hostRecorder.await("toe " + ANNA + " " + Campaigns.force(1));
        Await.until("the host's date", () -> anna.timeline().hostDate().filter(START.plusDays(2)::equals).isPresent());
        Await.until("Ben's team", () -> anna.teams().teamOf(BEN) == 9);
        Await.until("Ben's TOE", () -> anna.forces().find(BEN).filter(Campaigns.force(3)::equals).isPresent());
        assertThat(anna.roster().host()).map(CampaignDetails::gmMode).hasValue(true);
        assertThat(anna.roster().find(BEN)).map(CampaignDetails::location).hasValue("Terra");
        assertThat(anna.isConnected()).isTrue();
        assertThat(play.host.roster().campaigns()).hasSize(2).allMatch(CampaignDetails::active);
    }

    @Test
    void withoutItsHostACampaignIsFreeUpToTheHostDateItKnewAndFurtherByItsPlayersChoice() {
        RemoteSession anna = joinAnna();
        cut();
        annaRecorder.await("may advance HOST_LOST");
        assertThat(anna.timeline().mayAdvance(START.minusDays(1))).isEqualTo(MayAdvance.ALLOWED);
        assertThat(anna.timeline().mayAdvance(START)).isEqualTo(MayAdvance.HOST_LOST);
        assertThat(anna.timeline().hostDate()).hasValue(START);
        assertThat(anna.isConnected()).isFalse();
        assertThat(anna.isClosed()).isFalse();

        anna.timeline().continueWithoutHost(true);
        annaRecorder.await("may advance ALLOWED");
        assertThat(anna.timeline().mayAdvance(START.plusDays(5))).isEqualTo(MayAdvance.ALLOWED);
        anna.timeline().sendDateChanged(START.plusDays(5));
        proxy.heal();
        awaitConnections(2);

        assertThat(anna.timeline().mayAdvance(START.plusDays(5))).isEqualTo(MayAdvance.AHEAD_OF_HOST);
        Await.until("what it did alone", () -> play.host.roster().find(ANNA)
                .filter(campaign -> campaign.status() == CampaignStatus.AHEAD).isPresent());
    }

    @Test
    void aDeadLinkIsFoundByPingAndTheCampaignThatCameAnewTakesItsOwnPlace() {
        RemoteSession anna = play.join(annaRecorder.on(Campaigns.remote("Anna", proxy.port()))
                .pingInterval(Duration.ofSeconds(1)));
        play.hostRecorder.await("joined Anna");
        annaRecorder.await(CONNECTED);
        long before = annaRecorder.count(CONNECTED);
        proxy.stall();
        annaRecorder.await("disconnected TIMED_OUT reconnecting");
        proxy.heal();
        Await.until("another connection", () -> annaRecorder.count(CONNECTED) > before);

        play.hostRecorder.await("left Anna SUPERSEDED");
        assertThat(anna.isConnected()).isTrue();
        assertThat(play.host.roster().campaigns()).hasSize(1);
        play.host.timeline().sendDateChanged(START.plusDays(1));
        annaRecorder.await("date " + HOST + " " + START.plusDays(1));
    }

    @Test
    void whoWasReadyIsReadyOnItsReturn() {
        RemoteSession anna = joinAnna();
        anna.timeline().readyToAdvance();
        play.hostRecorder.await("ready " + ANNA + " " + START);
        cut();
        assertThat(play.host.roster().find(ANNA)).map(CampaignDetails::ready).hasValue(false);
        proxy.heal();
        awaitConnections(2);

        Await.until("readiness", () -> play.host.roster().find(ANNA).filter(CampaignDetails::ready).isPresent());
    }

    @Test
    void aHostThatClosesAndOpensAgainIsFoundAgain() {
        int port = play.host.port();
        RemoteSession anna = play.join(annaRecorder.on(Campaigns.remote("Anna", port)));
        play.host.close();
        annaRecorder.await("disconnected HOST_CLOSING reconnecting");
        try (HostSession again = Campaigns.host("Host").port(port).forceVisibility(ForceVisibility.TEAM).start()) {
            awaitConnections(2);
            assertThat(again.roster().find(ANNA)).map(CampaignDetails::active).hasValue(true);
            anna.close();
        }
    }

    @Test
    void aRefusalThatDoesNotPassEndsTheAttempts() {
        int port = play.host.port();
        RemoteSession anna = play.join(annaRecorder.on(Campaigns.remote("Anna", port)));
        play.host.close();
        annaRecorder.await("disconnected HOST_CLOSING reconnecting");
        try (HostSession again = Campaigns.host("Host").port(port).password("geheim 🗝").start()) {
            annaRecorder.await("given up BAD_PASSWORD the password is missing or wrong");
            assertThat(anna.isClosed()).isFalse();
            assertThat(anna.isConnected()).isFalse();
            assertThat(anna.timeline().mayAdvance(START)).isEqualTo(MayAdvance.HOST_LOST);
            assertThat(again.roster().campaigns()).isEmpty();
        }
    }

    @Test
    void aCampaignThatWaitsForItsHostClosesAtOnceAndIsHeardOfOnce() {
        RemoteSession anna = joinAnna();
        cut();
        anna.close();
        annaRecorder.await("closed");
        assertThat(annaRecorder.count(CONNECTED)).isEqualTo(1);
        assertThat(annaRecorder.heard()).last().isEqualTo("closed");
    }

    private RemoteSession joinAnna() {
        RemoteSession anna = play.join(annaRecorder.on(Campaigns.remote("Anna", proxy.port())));
        play.hostRecorder.await("joined Anna");
        return anna;
    }

    private void cut() {
        proxy.cut();
        annaRecorder.await("disconnected RESET reconnecting");
        play.hostRecorder.await("left Anna RESET");
    }

    private void awaitConnections(int count) {
        Await.until(count + " connections", () -> annaRecorder.count(CONNECTED) == count);
    }
}
