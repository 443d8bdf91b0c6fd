// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.UUID;

import mekhq.distributed.integration.Campaign;
import mekhq.distributed.integration.EventBus;
import mekhq.distributed.integration.SharedCalendar;
import mekhq.distributed.timeline.MayAdvance;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the adapter of docs/integrating-mekhq.md tells the others, and hears of them. */
class SharedCalendarTest {
    private static final LocalDate START = Campaigns.START;
    private static final UUID WOLVES = Campaigns.named("Wolves").id();

    /** The Swing thread's queue; this test's thread is the Swing thread. */
    private final Queue<Runnable> queued = new ArrayDeque<>();
    private final EventBus bus = new EventBus();
    private final Campaign campaign = new Campaign(bus, WOLVES, "Wolves", START);
    private final SharedCalendar calendar = new SharedCalendar(campaign, Campaigns.VERSION, "", this::queue);
    private final Recorder annaRecorder = new Recorder();
    private RemoteSession anna;

    @BeforeEach
    void host() {
        HostSession.Builder builder = HostSession.builder().dataFolder(Campaigns.newDataFolder())
                .bindAddress("127.0.0.1").port(0).certificate(Campaigns.certificate(), Campaigns.certificate());
        calendar.host(builder);
        int port = ((HostSession) calendar.session()).port();
        anna = Await.result(annaRecorder.on(Campaigns.remote("Anna", port)).connect());
        calendar.session().teams().assign(anna.campaignId(), 1);
        Await.until("one team", () -> anna.teams().teamOf(anna.campaignId()) == 1);
    }

    @AfterEach
    void close() {
        anna.close();
        calendar.leave();
    }

    @Test
    void everyNewDayIsTold() {
        assertThat(campaign.advanceDays(30)).as("the host advances freely").isEqualTo(30);
        annaRecorder.await("date " + WOLVES + " " + START.plusDays(30));
        assertThat(annaRecorder.count("date " + WOLVES + " " + START.plusDays(1))).isEqualTo(1);
    }

    @Test
    void gmModeIsTold() {
        campaign.setGMMode(true);
        annaRecorder.await("gm " + WOLVES + " true");
    }

    @Test
    void aLocationIsToldAndThatAJumpIsNoGmMovement() {
        campaign.moveTo("Galatea", true);
        annaRecorder.await("location " + WOLVES + " Galatea false");
        campaign.moveTo("Terra", false);
        annaRecorder.await("location " + WOLVES + " Terra true");
    }

    @Test
    void manyChangesOfTheOrganisationAreToldAsOneToe() {
        for (int companies = 1; companies <= 12; companies++) {
            campaign.setForces(Campaigns.force(companies));
        }
        work();
        campaign.setForces(Campaigns.force(2));
        work();
        annaRecorder.await("toe " + WOLVES + " " + Campaigns.force(2));

        assertThat(annaRecorder.heard().stream().filter(line -> line.startsWith("toe " + WOLVES))
                .filter(line -> line.contains("Company"))).containsExactly("toe " + WOLVES + " " + Campaigns.force(12),
                "toe " + WOLVES + " " + Campaigns.force(2));
    }

    @Test
    void aTeammatesLinesComeIntoTheReportWithoutTheirMarkup() {
        anna.teams().sendDailyLog(START, List.of("<html><a href='UNIT:1'>Atlas</a> repaired"));
        Await.until("the line", () -> {
            work();
            return campaign.getReports().contains("Atlas repaired");
        });
    }

    @Test
    void aSessionThatDoesNotTakeAMessageIsReportedAndMekhqGoesOn() {
        calendar.session().close();
        assertThat(campaign.newDay()).as("a host advances as ever").isTrue();
        assertThat(campaign.getReports()).hasSize(1).first().asString().startsWith("The others were not told: ");
        assertThat(bus.logged()).isEmpty();
    }

    @Test
    void whatChangedWhileItConnectedIsToldOnceItIsConnected() {
        Campaign moving = new Campaign(new EventBus(), UUID.randomUUID(), "Moving", START);
        SharedCalendar joining = new SharedCalendar(moving, Campaigns.VERSION, "", this::queue);
        try (FaultyProxy proxy = new FaultyProxy(((HostSession) calendar.session()).port())) {
            proxy.hold();
            joining.join(RemoteSession.builder().host("127.0.0.1").port(proxy.port()).trust(Campaigns.trust()));
            assertThat(moving.newDay()).isTrue();
            moving.setGMMode(true);
            moving.moveTo("Terra", true);
            proxy.heal();
            Await.until("a session", () -> {
                work();
                return joining.session() != null;
            });

            annaRecorder.await("date " + moving.getId() + " " + START.plusDays(1));
            annaRecorder.await("gm " + moving.getId() + " true");
            annaRecorder.await("location " + moving.getId() + " Terra false");
            joining.leave();
        }
        assertThat(Campaigns.mayAdvance(joining.memento(), START.minusDays(1))).isEqualTo(MayAdvance.ALLOWED);
        assertThat(Campaigns.mayAdvance(joining.memento(), START)).isEqualTo(MayAdvance.HOST_LOST);
    }

    @Test
    void whoHasLeftIsAskedAndToldNothingMore() {
        calendar.leave();
        annaRecorder.await("disconnected HOST_CLOSING reconnecting");
        assertThat(campaign.advanceDays(3)).isEqualTo(3);
        assertThat(calendar.session()).isNull();
        assertThat(Campaigns.mayAdvance(calendar.memento(), START.plusDays(9))).as("it was the host")
                .isEqualTo(MayAdvance.ALLOWED);
        assertThat(bus.logged()).isEmpty();
    }

    /** Does what is queued on the Swing thread. */
    private void work() {
        for (Runnable task = next(); task != null; task = next()) {
            task.run();
        }
    }

    private Runnable next() {
        synchronized (queued) {
            return queued.poll();
        }
    }

    private void queue(Runnable task) {
        synchronized (queued) {
            queued.add(task);
        }
    }
}
