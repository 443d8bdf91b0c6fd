// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a host and two remote campaigns see of each other. */
class PlayTest {
    private static final UUID HOST = Campaigns.named("Host").id();
    private static final UUID ANNA = Campaigns.named("Anna's Äxte 🪓").id();
    private static final UUID BEN = Campaigns.named("Ben").id();

    private final Recorder annaRecorder = new Recorder();
    private final Recorder benRecorder = new Recorder();
    private Play play;
    private RemoteSession anna;
    private RemoteSession ben;

    @BeforeEach
    void join() {
        play = new Play();
        anna = play.join("Anna's Äxte 🪓", annaRecorder);
        ben = play.join("Ben", benRecorder);
        annaRecorder.await("joined Ben");
        play.hostRecorder.await("joined Ben");
    }

    @AfterEach
    void close() {
        play.close();
    }

    @Test
    void everyoneIsOnEveryonesRoster() {
        benRecorder.await("connected Host 0.50.06");

        assertThat(play.host.roster().campaigns()).extracting(CampaignDetails::id).containsExactlyInAnyOrder(ANNA, BEN);
        assertThat(anna.roster().campaigns()).extracting(CampaignDetails::id).containsExactlyInAnyOrder(HOST, BEN);
        assertThat(ben.roster().campaigns()).extracting(CampaignDetails::id).containsExactlyInAnyOrder(HOST, ANNA);
        assertThat(ben.roster().find(ANNA)).hasValueSatisfying(campaign -> {
            assertThat(campaign.name()).isEqualTo("Anna's Äxte 🪓");
            assertThat(campaign.date()).isEqualTo(Campaigns.START);
            assertThat(campaign.location()).isEqualTo("Outreach 🦊");
            assertThat(campaign.gmMode()).isFalse();
            assertThat(campaign.active()).isTrue();
        });
    }

    @Test
    void everySessionKnowsItselfAndItsHost() {
        assertThat(anna.campaignId()).isEqualTo(ANNA);
        assertThat(anna.roster().own().id()).isEqualTo(ANNA);
        assertThat(anna.roster().find(ANNA)).hasValue(anna.roster().own());
        assertThat(anna.roster().host()).map(CampaignDetails::id).hasValue(HOST);
        assertThat(play.host.roster().own().id()).isEqualTo(HOST);
        assertThat(play.host.roster().host()).hasValue(play.host.roster().own());
        assertThat(anna.roster().find(UUID.randomUUID())).isEmpty();
        assertThat(anna.isConnected()).isTrue();
        assertThat(anna.isClosed()).isFalse();
    }

    @Test
    void aDateReachesEveryoneButItsSender() {
        play.host.timeline().sendDateChanged(LocalDate.of(3025, 3, 1));
        String heardFromHost = "date " + HOST + " 3025-03-01";
        annaRecorder.await(heardFromHost);
        benRecorder.await(heardFromHost);
        anna.timeline().sendDateChanged(LocalDate.of(3025, 2, 28));
        String heardFromAnna = "date " + ANNA + " 3025-02-28";
        play.hostRecorder.await(heardFromAnna);
        benRecorder.await(heardFromAnna);

        assertThat(anna.timeline().hostDate()).hasValue(LocalDate.of(3025, 3, 1));
        assertThat(anna.timeline().ownDate()).isEqualTo(LocalDate.of(3025, 2, 28));
        assertThat(ben.roster().find(ANNA)).map(CampaignDetails::date).hasValue(LocalDate.of(3025, 2, 28));
        assertThat(play.host.timeline().hostDate()).hasValue(LocalDate.of(3025, 3, 1));
        assertThat(annaRecorder.count(heardFromAnna)).isZero();
        assertThat(play.hostRecorder.count(heardFromHost)).isZero();
    }

    @Test
    void gmModeReachesEveryoneButItsSender() {
        ben.roster().sendGmModeChanged(true);
        annaRecorder.await("gm " + BEN + " true");
        play.hostRecorder.await("gm " + BEN + " true");
        play.host.roster().sendGmModeChanged(true);
        benRecorder.await("gm " + HOST + " true");

        assertThat(anna.roster().find(BEN)).map(CampaignDetails::gmMode).hasValue(true);
        assertThat(ben.roster().own().gmMode()).isTrue();
        assertThat(benRecorder.count("gm " + BEN + " true")).isZero();
    }

    @Test
    void aLocationReachesEveryoneButItsSender() {
        anna.roster().sendLocationChanged("Sankt Jürgen 🌍", true);
        benRecorder.await("location " + ANNA + " Sankt Jürgen 🌍 true");
        play.hostRecorder.await("location " + ANNA + " Sankt Jürgen 🌍 true");
        play.host.roster().sendLocationChanged("Galatea", false);
        annaRecorder.await("location " + HOST + " Galatea false");

        assertThat(ben.roster().find(ANNA)).map(CampaignDetails::location).hasValue("Sankt Jürgen 🌍");
    }

    @Test
    void aToeReachesEveryoneButItsSender() {
        anna.forces().sendToeUpdated(Campaigns.force(12));
        benRecorder.await("toe " + ANNA + " " + Campaigns.force(12));
        play.hostRecorder.await("toe " + ANNA + " " + Campaigns.force(12));
        play.host.forces().sendToeUpdated(Campaigns.force(2));
        annaRecorder.await("toe " + HOST + " " + Campaigns.force(2));

        assertThat(ben.forces().find(ANNA)).hasValue(Campaigns.force(12));
        assertThat(play.host.forces().find(ANNA)).hasValue(Campaigns.force(12));
        assertThat(anna.forces().find(HOST)).hasValue(Campaigns.force(2));
        assertThat(anna.forces().find(BEN)).isEmpty();
    }

    @Test
    void whoLeavesStaysOnTheRosterAsInactive() {
        ben.close();
        play.hostRecorder.await("left Ben LEAVING");
        annaRecorder.await("left Ben UNKNOWN");

        assertThat(anna.roster().find(BEN)).map(CampaignDetails::active).hasValue(false);
        assertThat(play.host.roster().campaigns()).hasSize(2);
        assertThat(ben.isClosed()).isTrue();
        assertThat(ben.isConnected()).isFalse();
        benRecorder.await("closed");
    }

    @Test
    void whoLeftMayComeBack() {
        ben.close();
        play.hostRecorder.await("left Ben LEAVING");
        Recorder again = new Recorder();
        RemoteSession back = play.join("Ben", again);

        Await.until("two arrivals at the host", () -> play.hostRecorder.count("joined Ben") == 2);
        assertThat(back.roster().host()).isPresent();
    }

    @Test
    void aHostThatClosesIsToldAsSuch() {
        play.host.close();
        annaRecorder.await("disconnected HOST_CLOSING reconnecting");
        benRecorder.await("disconnected HOST_CLOSING reconnecting");

        assertThat(anna.isConnected()).isFalse();
    }

    @Test
    void roundTripsAreMeasured() {
        long before = System.nanoTime();
        RemoteSession late = play.join("Late", new Recorder());
        AtomicReference<Optional<Duration>> measured = new AtomicReference<>();
        Await.until("a round trip", () -> {
            measured.set(late.roster().roundTrip(HOST));
            return measured.get().isPresent();
        });

        // Of the bus's first ping; times are whole milliseconds.
        Duration longest = Duration.ofNanos(System.nanoTime() - before).plusMillis(1);
        assertThat(measured.get()).hasValueSatisfying(time -> assertThat(time).isBetween(Duration.ZERO, longest));
        assertThat(late.roster().roundTrip(BEN)).isEqualTo(Optional.empty());
    }

    @Test
    void aListenerThatWasRemovedHearsNothingMore() {
        Recorder removed = new Recorder();
        anna.timeline().addListener(removed);
        anna.roster().addListener(removed);
        anna.forces().addListener(removed);
        anna.addSessionListener(removed);
        play.host.timeline().sendDateChanged(LocalDate.of(3025, 4, 1));
        removed.await("may advance ALLOWED");

        anna.timeline().removeListener(removed);
        anna.roster().removeListener(removed);
        anna.forces().removeListener(removed);
        anna.removeSessionListener(removed);
        play.host.timeline().sendDateChanged(LocalDate.of(3025, 4, 2));
        play.host.roster().sendGmModeChanged(true);
        play.host.forces().sendToeUpdated(Campaigns.force(1));
        annaRecorder.await("toe " + HOST + " " + Campaigns.force(1));
        anna.close();
        annaRecorder.await("closed");

        assertThat(removed.heard()).containsExactly("date " + HOST + " 3025-04-01", "may advance ALLOWED");
    }

    @Test
    void nothingIsCountedAgainstWhoeverKeepsToTheProtocol() {
        assertThat(List.of(play.host.statistics(), anna.statistics(), ben.statistics()))
                .containsOnly(new Statistics(0, 0, 0, 0, 0, 0));
    }
}
