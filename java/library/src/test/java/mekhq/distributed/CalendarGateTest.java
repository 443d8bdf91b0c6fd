// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

import javax.swing.SwingUtilities;

import mekhq.distributed.integration.Campaign;
import mekhq.distributed.integration.CampaignEvent.DayEndingEvent;
import mekhq.distributed.integration.EventBus;
import mekhq.distributed.integration.SharedCalendar;
import mekhq.distributed.integration.Subscribe;
import mekhq.distributed.timeline.MayAdvance;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A day that is advanced through MekHQ's event bus passes the gate or is kept, with the reason (protocol.md section 3).
 * All of the campaign happens on the Swing thread, as in MekHQ.
 */
class CalendarGateTest {
    private static final LocalDate START = Campaigns.START;
    private static final UUID ANNA = Campaigns.named("Anna").id();
    private static final String WAITING = "The host has not reached tomorrow yet. It knows that you are ready.";

    private final Play play = new Play();
    private final EventBus bus = new EventBus();
    private final Campaign campaign = new Campaign(bus, ANNA, "Anna", START);
    private SharedCalendar calendar;

    @BeforeEach
    void join() {
        calendar = swing(() -> new SharedCalendar(campaign, Campaigns.VERSION, "", SwingUtilities::invokeLater));
        swing(() -> {
            calendar.join(RemoteSession.builder().invitation(play.host.invitation()));
            return null;
        });
        Await.until("a session", () -> swing(() -> calendar.session() != null));
        play.hostRecorder.await("joined Anna");
    }

    @AfterEach
    void close() {
        swing(() -> {
            calendar.leave();
            return null;
        });
        play.close();
    }

    @Test
    void aDayOnTheHostDateIsKeptWithItsReasonAndTheHostKnowsWhoIsReady() {
        assertThat(swing(campaign::newDay)).isFalse();

        assertThat(swing(campaign::getLocalDate)).isEqualTo(START);
        assertThat(swing(campaign::getReports)).containsExactly(WAITING);
        play.hostRecorder.await("ready " + ANNA + " " + START);
    }

    @Test
    void aDayBeforeTheHostDatePassesAndIsTold() {
        hostGoesTo(START.plusDays(2));
        assertThat(swing(campaign::newDay)).isTrue();
        play.hostRecorder.await("date " + ANNA + " " + START.plusDays(1));
        assertThat(swing(campaign::getReports)).isEmpty();
    }

    @Test
    void aDayIsKeptWhenTheGatesOwnCodeThrows() {
        hostGoesTo(START.plusDays(2));
        for (Error error : new Error[] {new NoClassDefFoundError("gone"), new StackOverflowError("too deep")}) {
            boolean passed = swing(() -> {
                campaign.breakWith(error);
                boolean newDay = campaign.newDay();
                campaign.breakWith(null);
                return newDay;
            });
            assertThat(passed).isFalse();
            assertThat(swing(campaign::getReports)).last().asString()
                    .startsWith("The shared calendar could not be asked: ").contains(error.getMessage());
        }
        assertThat(swing(campaign::getLocalDate)).isEqualTo(START);
        assertThat(bus.logged()).as("left to the bus").isEmpty();
    }

    @Test
    void aGateThatLetItsExceptionsEscapeWouldLetTheDayThrough() {
        hostGoesTo(START.plusDays(2));
        swing(() -> {
            bus.register(new Careless());
            return null;
        });
        assertThat(swing(campaign::newDay)).isTrue();
        assertThat(bus.logged()).hasSize(1);
    }

    @Test
    void anAdvanceOf30DaysStopsOnTheHostDate() {
        hostGoesTo(START.plusDays(12));
        int passed = swing(() -> campaign.advanceDays(30));

        assertThat(passed).isEqualTo(12);
        assertThat(swing(campaign::getLocalDate)).isEqualTo(START.plusDays(12));
        assertThat(swing(campaign::getReports)).containsExactly(WAITING);
        play.hostRecorder.await("ready " + ANNA + " " + START.plusDays(12));
        Figures.print("days asked for", 30);
        Figures.print("days that passed before the host date", passed);
        Figures.print("days past the host date", 0);
    }

    @Test
    void anAdvanceOf30DaysStopsAtOnceWhenTheGatesOwnCodeThrows() {
        hostGoesTo(START.plusDays(40));
        int passed = swing(() -> {
            campaign.breakWith(new ExceptionInInitializerError("broken"));
            int days = campaign.advanceDays(30);
            campaign.breakWith(null);
            return days;
        });
        assertThat(passed).isZero();
        assertThat(swing(campaign::getReports)).hasSize(1);
    }

    @Test
    void theGateKnowsOfTheHostsDateWhileTheSwingThreadIsBusy() {
        CountDownLatch kept = new CountDownLatch(1);
        AtomicReference<Integer> passed = new AtomicReference<>();
        SwingUtilities.invokeLater(() -> {
            int days = campaign.advanceDays(30);
            kept.countDown();
            // No queued Swing work has its turn from here to the end.
            Await.until("the gate to open", () -> calendar.session().timeline()
                    .mayAdvance(campaign.getLocalDate()) == MayAdvance.ALLOWED);
            passed.set(days + campaign.advanceDays(30));
        });
        Await.latch(kept, "a day that is kept");
        play.host.timeline().sendDateChanged(START.plusDays(5));
        Await.until("the end of the advance", () -> passed.get() != null);

        assertThat(passed).hasValue(5);
    }

    @Test
    void withoutItsHostACampaignIsKeptOnTheLastHostDateUntilItsPlayerChoosesToGoOn() {
        hostGoesTo(START.plusDays(3));
        play.host.close();
        Await.until("the loss", () -> swing(campaign::getReports)
                .contains("The connection to the host was lost: trying again."));
        assertThat(swing(() -> campaign.advanceDays(30))).isEqualTo(3);
        assertThat(swing(campaign::getReports)).last()
                .isEqualTo("The host is out of reach. Continue without it, or wait.");

        swing(() -> {
            calendar.continueWithoutHost(true);
            return null;
        });
        Await.until("the choice", () -> swing(campaign::newDay));
    }

    @Test
    void aSaveThatIsNotConnectedYetIsKeptOnTheHostDateThatItKnew() {
        hostGoesTo(START.plusDays(2));
        String saved = swing(calendar::memento);
        Campaign loaded = new Campaign(new EventBus(), UUID.randomUUID(), "Loaded", START);
        SharedCalendar unconnected = new SharedCalendar(loaded, Campaigns.VERSION, saved, Runnable::run);

        assertThat(loaded.advanceDays(30)).isEqualTo(2);
        assertThat(loaded.getReports()).containsExactly("The host is out of reach. Continue without it, or wait.");
        unconnected.continueWithoutHost(true);
        assertThat(loaded.advanceDays(30)).isEqualTo(30);
        assertThat(unconnected.memento()).isEqualTo(saved);
    }

    @Test
    void aCampaignThatPlaysByItselfAdvancesFreely() {
        Campaign alone = new Campaign(new EventBus(), UUID.randomUUID(), "Alone", START);
        SharedCalendar unused = new SharedCalendar(alone, Campaigns.VERSION, "", Runnable::run);

        assertThat(alone.advanceDays(30)).isEqualTo(30);
        assertThat(List.of(alone.getReports(), alone.getBus().logged())).containsOnly(List.of());
        assertThat(unused.session()).isNull();
    }

    private void hostGoesTo(LocalDate date) {
        play.host.timeline().sendDateChanged(date);
        Session session = swing(calendar::session);
        Await.until("the host's date", () -> session.timeline().hostDate().filter(date::equals).isPresent());
    }

    /** On the Swing thread. */
    private static <T> T swing(Callable<T> task) {
        AtomicReference<T> result = new AtomicReference<>();
        AtomicReference<Exception> failure = new AtomicReference<>();
        try {
            SwingUtilities.invokeAndWait(() -> {
                try {
                    result.set(task.call());
                } catch (Exception e) {
                    failure.set(e);
                }
            });
        } catch (InterruptedException | InvocationTargetException e) {
            throw new AssertionError("on the Swing thread", e);
        }
        if (failure.get() != null) {
            throw new AssertionError("on the Swing thread", failure.get());
        }
        return result.get();
    }

    /** A gate without a catch. */
    public static final class Careless {
        @Subscribe
        public void handle(DayEndingEvent event) {
            throw new IllegalStateException("thrown by the test");
        }
    }
}
