// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

import mekhq.distributed.integration.Campaign;
import mekhq.distributed.integration.EventBus;
import mekhq.distributed.integration.SharedCalendar;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the adapter of docs/integrating-mekhq.md hands over money that is on its way: here it is due in ten days. */
class SharedCalendarMoneyTest {
    private static final LocalDate DUE = Campaigns.START.plusDays(10);

    /** The Swing thread's queue; this test's thread is the Swing thread. */
    private final ConcurrentLinkedQueue<Runnable> queued = new ConcurrentLinkedQueue<>();
    private final Trader host = new Trader("Host", 100);
    private final Campaign campaign = annaAt(Campaigns.START);
    private final SharedCalendar calendar = calendar(campaign, "");

    @BeforeEach
    void hostPays() {
        host.host(Campaigns.host("Host").dataFolder(Campaigns.newDataFolder()));
        host.memento.day(DUE);
        host.session().timeline().sendDateChanged(DUE);
        calendar.join(RemoteSession.builder().host("127.0.0.1").port(host.port()).trust(Campaigns.trust()));
        Await.until("a session", () -> done(calendar.session() != null));
        host.recorder.await("joined Anna");
        UUID request = Await.result(host.session().transfers().request(campaign.getId(), Money.cBills(60), ""));
        Await.until("the question", () -> done(!calendar.session().transfers().open().isEmpty()));
        calendar.session().transfers().accept(request);
        Await.until("the outcome", () -> done(campaign.getReports().contains("60 CSB was wired.")));
        assertThat(campaign.getFinances().getBalance()).as("not due yet").isZero();
    }

    @AfterEach
    void close() {
        calendar.unload();
        host.close();
    }

    @Test
    void aJumpHandsOverWhatFellDueOnTheDaysThatWereSkipped() {
        campaign.setGMMode(true);
        calendar.jump();
        assertThat(campaign.getLocalDate()).isEqualTo(DUE);
        assertThat(campaign.getFinances().getBalance()).isEqualTo("60");
        host.recorder.await("date " + campaign.getId() + " " + DUE);
    }

    @Test
    void aSaveThatIsLoadedOnOrAfterTheDayIsGivenItAtOnceAndOnlyOnce() {
        Campaign loaded = annaAt(DUE);
        SharedCalendar anew = calendar(loaded, calendar.memento());
        assertThat(loaded.getFinances().getBalance()).isEqualTo("60");
        Campaign again = annaAt(DUE.plusDays(1));
        SharedCalendar onceMore = calendar(again, anew.memento());
        assertThat(again.getFinances().getBalance()).isZero();
        anew.unload();
        onceMore.unload();
    }

    private static Campaign annaAt(LocalDate date) {
        return new Campaign(new EventBus(), Campaigns.named("Anna").id(), "Anna", date);
    }

    private SharedCalendar calendar(Campaign of, String memento) {
        return new SharedCalendar(of, Campaigns.VERSION, memento, queued::add);
    }

    /** Does what is queued on the Swing thread. */
    private boolean done(boolean before) {
        for (Runnable task = queued.poll(); task != null; task = queued.poll()) {
            task.run();
        }
        return before;
    }
}
