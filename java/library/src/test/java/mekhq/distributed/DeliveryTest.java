// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import mekhq.distributed.timeline.TimelineListener;

import org.junit.jupiter.api.Test;

class DeliveryTest {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final AtomicInteger demands = new AtomicInteger();
    private final Listeners listeners = new Listeners(List.of(), List.of(), List.of(), List.of(), List.of());
    private final Recorder recorder = Recorder.addedTo(listeners);
    private final Delivery delivery = new Delivery(1, listeners, tasks::add, demands::incrementAndGet);

    @Test
    void atMostOneTaskIsQueued() {
        addDates(1, 500);
        assertThat(tasks).hasSize(1);
    }

    @Test
    void aTaskYieldsAfterAShareOfTheEvents() {
        addDates(1, 600);

        tasks.remove().run();
        assertThat(recorder.heard()).hasSize(Delivery.EVENTS_PER_TASK);
        assertThat(tasks).as("the rest is queued behind others").hasSize(1);
        tasks.remove().run();
        tasks.remove().run();
        assertThat(recorder.heard()).hasSize(600).last().isEqualTo(Events.heardDate(600));
        assertThat(tasks).isEmpty();
    }

    @Test
    void anOverflowIsFollowedByOneResynchronisation() {
        addDates(1, Backlog.EVENTS_MAX + 1);
        assertThat(demands).as("only the drain may ask").hasValue(0);

        tasks.remove().run();
        addDates(2_000, 3_000);
        delivery.add(Events.RESYNCHRONISED);
        delivery.add(Events.date(4_000));
        tasks.remove().run();

        assertThat(demands).hasValue(1);
        assertThat(recorder.heard()).containsExactly("resynchronised", Events.heardDate(4_000));
    }

    @Test
    void aListenerThatThrowsHoldsUpNeitherListenersNorEvents() {
        TimelineListener throwing = new TimelineListener() {
            @Override
            public void onCampaignDateChanged(UUID campaign, LocalDate date) {
                throw new AssertionError("thrown by the test");
            }
        };
        listeners.timeline().add(0, throwing);
        addDates(1, 2);
        tasks.remove().run();

        assertThat(recorder.heard()).containsExactly(Events.heardDate(1), Events.heardDate(2));
    }

    @Test
    void anExecutorThatRejectsIsTriedAgainAtTheNextEvent() {
        AtomicInteger asked = new AtomicInteger();
        Executor rejecting = task -> {
            if (asked.incrementAndGet() < 3) {
                throw new RejectedExecutionException("thrown by the test");
            }
            tasks.add(task);
        };
        Delivery rejected = new Delivery(1, listeners, rejecting, demands::incrementAndGet);
        IntStream.rangeClosed(1, 3).mapToObj(Events::date).forEach(rejected::add);

        tasks.remove().run();
        assertThat(recorder.heard()).hasSize(3);
    }

    @Test
    void anExecutorThatRunsTasksAtOnceHearsEverythingInOrder() {
        Delivery direct = new Delivery(1, listeners, Runnable::run, demands::incrementAndGet);
        IntStream.rangeClosed(1, 2_000).mapToObj(Events::date).forEach(direct::add);

        assertThat(recorder.heard()).hasSize(2_000).last().isEqualTo(Events.heardDate(2_000));
        assertThat(demands).hasValue(0);
    }

    @Test
    void afterStopNothingIsHeardButClosedOnce() {
        addDates(1, 3);
        delivery.stop();
        addDates(4, 6);
        delivery.add(Events.CLOSED);
        delivery.add(Events.CLOSED);
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }

        assertThat(recorder.heard()).containsExactly("closed");
    }

    @Test
    void stoppingInsideAListenerSilencesTheListenersBehindItToo() {
        listeners.timeline().add(0, new TimelineListener() {
            @Override
            public void onCampaignDateChanged(UUID campaign, LocalDate date) {
                delivery.stop();
                delivery.awaitCallInProgress(Duration.ofDays(1));
            }
        });
        addDates(1, 2);
        tasks.remove().run();

        assertThat(recorder.heard()).isEmpty();
    }

    @Test
    void aCallInProgressIsAwaitedUntilItEnds() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        addBlockingListener(begun, release);
        addDates(1, 1);
        Thread drain = new Thread(tasks.remove());
        drain.start();
        Await.latch(begun, "listener call");
        delivery.stop();

        Thread waiting = new Thread(() -> delivery.awaitCallInProgress(Duration.ofDays(1)));
        waiting.start();
        Await.until("someone who waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
        release.countDown();
        waiting.join(Await.WATCHDOG_MS);
        drain.join(Await.WATCHDOG_MS);

        assertThat(waiting.isAlive()).isFalse();
        assertThat(recorder.heard()).isEmpty();
    }

    @Test
    void aCallThatNeverEndsIsNotAwaitedForEver() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        addBlockingListener(begun, release);
        addDates(1, 1);
        Thread drain = new Thread(tasks.remove());
        drain.start();
        Await.latch(begun, "listener call");

        delivery.stop();
        delivery.awaitCallInProgress(Duration.ofMillis(10));

        assertThat(drain.isAlive()).isTrue();
        release.countDown();
        drain.join(Await.WATCHDOG_MS);
    }

    private void addBlockingListener(CountDownLatch begun, CountDownLatch release) {
        listeners.timeline().add(0, new TimelineListener() {
            @Override
            public void onCampaignDateChanged(UUID campaign, LocalDate date) {
                begun.countDown();
                Await.latch(release, "release");
            }
        });
    }

    private void addDates(int from, int to) {
        IntStream.rangeClosed(from, to).mapToObj(Events::date).forEach(delivery::add);
    }
}
