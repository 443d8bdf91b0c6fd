// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thousand messages a second, where the computer can do that, at a campaign that does not listen. */
class SlowListenerTest {
    private static final int SECONDS = Integer.getInteger("distributed.mekhq.slow.seconds", 3);
    private static final int MESSAGES_PER_SECOND = 1_000;
    /** Fewer than make the host coalesce dates that wait, or one who listens be resynchronised. */
    private static final int UNDER_WAY_MAX = 48;

    private final Play play = new Play();
    private final ExecutorService swing = Executors.newSingleThreadExecutor(task -> Threads.daemon("swing", task));
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger waitingMax = new AtomicInteger();
    private final Counter slow = new Counter();
    private final Counter other = new Counter();

    @AfterEach
    void close() {
        release.countDown();
        play.close();
        swing.shutdownNow();
    }

    @Test
    void aBlockedExecutorCostsABoundedBacklogAndOneResynchronisation() {
        RemoteSession remote = play.join(slow.on(Campaigns.remote("Slow", play.host.port())).executor(counting()));
        swing.execute(this::block);
        Await.latch(blocked, "the block");
        flood("blocked executor", remote);
    }

    @Test
    void aBlockedListenerCostsABoundedBacklogAndOneResynchronisation() {
        slow.onFirstDate = this::block;
        RemoteSession remote = play.join(slow.on(Campaigns.remote("Slow", play.host.port())).executor(counting()));
        play.host.timeline().sendDateChanged(Campaigns.START.plusDays(1));
        Await.latch(blocked, "the block");
        flood("blocked listener", remote);
    }

    private void flood(String name, RemoteSession remote) {
        RemoteSession unaffected = play.join(other.on(Campaigns.remote("Other", play.host.port())));
        long begin = System.nanoTime();
        int sent = send(remote);
        long sentInMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        LocalDate last = Campaigns.START.plusDays(sent);
        other.awaitDate(last);
        Await.until("the state behind the block", () -> remote.timeline().hostDate().filter(last::equals).isPresent());
        release.countDown();
        slow.await("resynchronised");
        assertThat(remote.roster().host()).as("state").hasValue(play.host.roster().own());
        assertThat(unaffected.roster().host()).hasValue(play.host.roster().own());
        play.host.timeline().sendDateChanged(last.plusDays(1));
        slow.awaitDate(last.plusDays(1));

        Backlog backlog = remote.core().delivery().backlog();
        Figures.print(name + ", messages sent", sent);
        Figures.print(name + ", ms in which they were sent", sentInMs);
        Figures.print(name + ", drain tasks queued at once", waitingMax.get());
        Figures.print(name + ", most events in the backlog", backlog.peakEvents());
        Figures.print(name + ", most bytes in the backlog", backlog.peakBytes());
        Figures.print(name + ", dates heard by the other campaign", other.dates.get());
        Figures.print(name + ", resynchronisations", slow.count("resynchronised"));
        Figures.print(name + ", resynchronisations of the other campaign", other.count("resynchronised"));
        assertThat(waitingMax).hasValue(1);
        assertThat(backlog.peakEvents()).isLessThanOrEqualTo(Backlog.EVENTS_MAX);
        assertThat(backlog.peakBytes()).isLessThanOrEqualTo(Backlog.BYTES_MAX);
        assertThat(slow.count("resynchronised")).isEqualTo(1);
        assertThat(other.count("resynchronised")).isZero();
        assertThat(slow.dates.get()).as("dates heard by the slow campaign").isLessThan(sent);
    }

    /** Sends at an even pace, unless those who take in what is sent need longer; returns how many. */
    private int send(RemoteSession remote) {
        int messages = SECONDS * MESSAGES_PER_SECOND;
        long intervalNs = TimeUnit.SECONDS.toNanos(1) / MESSAGES_PER_SECOND;
        long begin = System.nanoTime();
        for (int number = 1; number <= messages; number++) {
            while (System.nanoTime() - begin < number * intervalNs) {
                LockSupport.parkNanos(intervalNs / 4);
            }
            LocalDate arrived = Campaigns.START.plusDays(number - UNDER_WAY_MAX);
            Await.until("dates under way", () -> other.hasHeard(arrived) && hasReached(remote, arrived));
            play.host.timeline().sendDateChanged(Campaigns.START.plusDays(number));
        }
        return messages;
    }

    private static boolean hasReached(RemoteSession remote, LocalDate date) {
        return remote.timeline().hostDate().filter(reached -> !reached.isBefore(date)).isPresent();
    }

    private void block() {
        blocked.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One thread as Swing has it, which tells how many tasks of the session wait for it. */
    private Executor counting() {
        return task -> {
            waitingMax.accumulateAndGet(waiting.incrementAndGet(), Math::max);
            swing.execute(() -> {
                waiting.decrementAndGet();
                task.run();
            });
        };
    }

    /** Counts dates rather than to keep a line of each. */
    private static final class Counter extends Recorder {
        private final AtomicInteger dates = new AtomicInteger();
        private volatile Runnable onFirstDate = () -> { };
        private volatile LocalDate lastDate = Campaigns.START;

        @Override
        public void onCampaignDateChanged(UUID campaign, LocalDate date) {
            if (dates.getAndIncrement() == 0) {
                onFirstDate.run();
            }
            lastDate = date;
        }

        boolean hasHeard(LocalDate date) {
            return !lastDate.isBefore(date);
        }

        void awaitDate(LocalDate date) {
            Await.until("date " + date, () -> date.equals(lastDate));
        }
    }
}
