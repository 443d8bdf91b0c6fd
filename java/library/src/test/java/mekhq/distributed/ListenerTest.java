// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import mekhq.distributed.timeline.TimelineListener;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Listeners that misbehave. */
class ListenerTest {
    private static final LocalDate NEXT = Campaigns.START.plusDays(1);

    private final Play play = new Play();
    private final Recorder recorder = new Recorder();
    private final String heardNext = "date " + play.host.campaignId() + " " + NEXT;

    @AfterEach
    void close() {
        play.close();
    }

    @Test
    void aListenerThatThrowsHoldsUpNobody() {
        play.join(recorder.on(remote().timelineListener(onDate(date -> {
            throw new IllegalStateException("thrown by the test");
        }))));
        play.host.timeline().sendDateChanged(NEXT);
        recorder.await(heardNext);
        play.host.timeline().sendDateChanged(NEXT.plusDays(1));
        recorder.await("date " + play.host.campaignId() + " " + NEXT.plusDays(1));
    }

    @Test
    void aListenerThatBlocksHoldsUpNeitherCloseNorOtherSessions() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        RemoteSession blocked = play.join(recorder.on(remote()
                .closeTimeout(Campaigns.USUAL_CLOSE_TIMEOUT).timelineListener(onDate(date -> {
            begun.countDown();
            Await.latch(release, "release");
        }))));
        Recorder other = new Recorder();
        play.join("Ben", other);
        play.host.timeline().sendDateChanged(NEXT);
        Await.latch(begun, "the blocking call");
        other.await(heardNext);

        long before = System.nanoTime();
        blocked.close();
        long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
        release.countDown();
        recorder.await("closed");

        assertThat(tookMs).isLessThan(Figures.claimMs(1_100));
        assertThat(recorder.count(heardNext)).as("calls that begin after close").isZero();
    }

    @Test
    void aListenerMayCloseItsSession() {
        AtomicReference<RemoteSession> session = new AtomicReference<>();
        CountDownLatch closed = new CountDownLatch(1);
        session.set(play.join(recorder.on(remote().timelineListener(onDate(date -> {
            session.get().close();
            closed.countDown();
        })))));
        play.host.timeline().sendDateChanged(NEXT);

        Await.latch(closed, "close in a listener");
        recorder.await("closed");
        play.hostRecorder.await("left Anna LEAVING");
        assertThat(recorder.count(heardNext)).as("calls that begin after close").isZero();
    }

    @Test
    void aHostMayBeClosedInItsListener() {
        play.join(recorder.on(remote()));
        play.host.timeline().addListener(onDate(date -> play.host.close()));
        play.join("Ben", new Recorder()).timeline().sendDateChanged(NEXT);

        recorder.await("disconnected HOST_CLOSING reconnecting");
        play.hostRecorder.await("closed");
    }

    @Test
    void listenersRunOnTheGivenExecutorInTheOrderOfTheEvents() {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> Threads.daemon("the test's own", task));
        LinkedBlockingQueue<String> threads = new LinkedBlockingQueue<>();
        play.join(recorder.on(remote().executor(executor)
                .timelineListener(onDate(date -> threads.add(Thread.currentThread().getName())))));
        for (int day = 1; day <= 50; day++) {
            play.host.timeline().sendDateChanged(Campaigns.START.plusDays(day));
        }
        recorder.await("date " + play.host.campaignId() + " " + Campaigns.START.plusDays(50));

        assertThat(threads).containsOnly("the test's own");
        assertThat(recorder.heard()).filteredOn(line -> line.startsWith("date ")).isSorted();
        executor.shutdownNow();
    }

    @Test
    void anExecutorThatRunsTasksAtOnceWillDo() {
        RemoteSession remote = play.join(recorder.on(remote().executor(Runnable::run)));
        play.host.timeline().sendDateChanged(NEXT);
        recorder.await(heardNext);
        remote.close();
        recorder.await("closed");
    }

    @Test
    void anExecutorThatWasShutDownHarmsNothingElse() {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        RemoteSession remote = play.join(recorder.on(remote().executor(executor)));
        executor.shutdownNow();
        play.host.timeline().sendDateChanged(NEXT);
        Await.until("the date", () -> remote.timeline().hostDate().filter(NEXT::equals).isPresent());

        remote.close();
        play.hostRecorder.await("left Anna LEAVING");
        assertThat(remote.isClosed()).isTrue();
    }

    private RemoteSession.Builder remote() {
        return Campaigns.remote("Anna", play.host.port());
    }

    private static TimelineListener onDate(Consumer<LocalDate> action) {
        return new TimelineListener() {
            @Override
            public void onCampaignDateChanged(UUID campaign, LocalDate date) {
                action.accept(date);
            }
        };
    }
}
