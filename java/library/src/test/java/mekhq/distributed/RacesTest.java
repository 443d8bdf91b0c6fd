// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.junit.jupiter.api.Test;

/** Many threads that do anything at any time. */
class RacesTest {
    private static final int OPERATIONS = Integer.getInteger("distributed.mekhq.races.operations", 300);
    private static final long SEED = Long.getLong("distributed.mekhq.races.seed", 20_250_131L);
    private static final int THREADS = 16;
    private static final int SLOTS = 12;
    private static final int CALLERS = 256;
    /** What a call may come to while others close what it needs, or connect the same campaign at the same moment. */
    private static final Set<ErrorCode> DOCUMENTED = EnumSet.of(ErrorCode.SESSION_CLOSED, ErrorCode.HOST_UNREACHABLE,
            ErrorCode.HOST_LOST, ErrorCode.TIMED_OUT, ErrorCode.ALREADY_CONNECTED, ErrorCode.UNAUTHENTICATED,
            ErrorCode.TOO_MANY, ErrorCode.FORBIDDEN);

    private final AtomicReferenceArray<HostSession> hosts = new AtomicReferenceArray<>(SLOTS);
    private final AtomicReferenceArray<RemoteSession> remotes = new AtomicReferenceArray<>(SLOTS);
    private final Queue<CompletableFuture<RemoteSession>> futures = new ConcurrentLinkedQueue<>();
    private final Queue<Recorder> recorders = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> undocumented = new ConcurrentLinkedQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();

    @Test
    void randomOperationsFromManyThreadsFailOnlyAsDocumented() throws InterruptedException {
        AtomicInteger left = new AtomicInteger(OPERATIONS);
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < THREADS; number++) {
            Random random = new Random(SEED + number);
            threads.add(started(() -> {
                while (left.getAndDecrement() > 0) {
                    documented(() -> operate(random));
                }
            }));
        }
        join(threads);
        for (int slot = 0; slot < SLOTS; slot++) {
            close(hosts.get(slot));
            close(remotes.get(slot));
        }
        long hanging = futures.stream().filter(future -> !isDone(future)).count();
        futures.stream().filter(RacesTest::isConnected).forEach(future -> future.join().close());
        recorders.forEach(recorder -> recorder.await("closed"));

        Figures.print("random operations", OPERATIONS);
        Figures.print("random operations seed", SEED);
        Figures.print("documented exceptions", refusals.get());
        Figures.print("connect futures", futures.size());
        Figures.print("hanging futures", hanging);
        assertThat(undocumented).isEmpty();
        assertThat(hanging).isZero();
        assertThat(recorders).allSatisfy(recorder -> assertThat(recorder.count("closed")).isEqualTo(1));
    }

    @Test
    void closeDuringManyCallsInFlightEndsThemAll() throws InterruptedException {
        HostSession host = Campaigns.host("Host").start();
        RemoteSession remote = Await.result(Campaigns.remote("Anna", host.port()).connect());
        CountDownLatch start = new CountDownLatch(1);
        CountDownLatch calling = new CountDownLatch(CALLERS);
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < CALLERS; number++) {
            Random random = new Random(SEED + number);
            Session session = number % 2 == 0 ? host : remote;
            threads.add(started(() -> {
                Await.latch(start, "start");
                callUntilClosed(session, random, calling);
            }));
        }
        for (int number = 0; number < 32; number++) {
            futures.add(Campaigns.remote("Joining " + number, host.port()).connect());
        }
        start.countDown();
        Await.latch(calling, "every caller's first call");
        remote.close();
        host.close();
        join(threads);
        long hanging = futures.stream().filter(future -> !isDone(future)).count();
        futures.stream().filter(RacesTest::isConnected).forEach(future -> future.join().close());

        Figures.print("calls in flight at close", CALLERS);
        Figures.print("futures left hanging by close", hanging);
        assertThat(undocumented).isEmpty();
        assertThat(hanging).isZero();
    }

    private void operate(Random random) {
        int slot = random.nextInt(SLOTS);
        switch (random.nextInt(8)) {
            case 0 -> openHost(slot);
            case 1, 2 -> connect(slot, random);
            case 3 -> call(hosts.get(slot), random);
            case 4, 5 -> call(remotes.get(slot), random);
            case 6 -> close(random.nextBoolean() ? hosts.get(slot) : remotes.get(slot));
            default -> closeTwice(random.nextBoolean() ? hosts.get(slot) : remotes.get(slot));
        }
    }

    private void openHost(int slot) {
        Recorder recorder = recorder();
        close(hosts.getAndSet(slot, recorder.on(Campaigns.host("Host " + slot)).start()));
    }

    private void connect(int slot, Random random) {
        HostSession host = hosts.get(random.nextInt(SLOTS));
        if (host == null) {
            return;
        }
        CompletableFuture<RemoteSession> future = recorder().on(Campaigns.remote("Remote " + slot, host.port()))
                .connectTimeout(Duration.ofSeconds(5)).connect();
        futures.add(future);
        if (random.nextInt(4) == 0) {
            future.cancel(true);
        } else {
            close(remotes.getAndSet(slot, future.join()));
        }
    }

    private Recorder recorder() {
        Recorder recorder = new Recorder();
        recorders.add(recorder);
        return recorder;
    }

    private static void call(Session session, Random random) {
        if (session == null) {
            return;
        }
        switch (random.nextInt(12)) {
            case 0 -> session.timeline().sendDateChanged(Campaigns.START.plusDays(random.nextInt(100)));
            case 1 -> session.roster().sendGmModeChanged(random.nextBoolean());
            case 2 -> session.roster().sendLocationChanged("System " + random.nextInt(100), false);
            case 3 -> session.forces().sendToeUpdated(Campaigns.force(random.nextInt(20)));
            case 4 -> session.roster().campaigns();
            case 5 -> session.forces().find(session.campaignId());
            case 6 -> session.timeline().mayAdvance(Campaigns.START.plusDays(random.nextInt(100)));
            case 7 -> session.timeline().readyToAdvance();
            case 8 -> session.timeline().continueWithoutHost(random.nextBoolean());
            case 9 -> session.timeline().board();
            case 10 -> session.teams().sendDailyLog(Campaigns.START, List.of("Line " + random.nextInt(100)));
            default -> session.statistics();
        }
    }

    private void callUntilClosed(Session session, Random random, CountDownLatch calling) {
        while (undocumented.isEmpty()) {
            try {
                call(session, random);
            } catch (DistributedMekHQException e) {
                if (e.code() == ErrorCode.SESSION_CLOSED) {
                    return;
                }
                documented(() -> {
                    throw e;
                });
            } finally {
                calling.countDown();
            }
        }
    }

    private static void close(Session session) {
        if (session != null) {
            session.close();
        }
    }

    private static void closeTwice(Session session) {
        close(session);
        close(session);
    }

    private void documented(Runnable operation) {
        try {
            operation.run();
        } catch (CancellationException e) {
            refusals.incrementAndGet();
        } catch (DistributedMekHQException | CompletionException e) {
            Throwable cause = e instanceof CompletionException ? e.getCause() : e;
            if (cause instanceof DistributedMekHQException failure && DOCUMENTED.contains(failure.code())) {
                refusals.incrementAndGet();
            } else {
                undocumented.add(cause);
            }
        } catch (RuntimeException e) {
            undocumented.add(e);
        }
    }

    private Thread started(Runnable work) {
        Thread thread = Threads.daemon("races", work);
        thread.setUncaughtExceptionHandler((where, e) -> undocumented.add(e));
        thread.start();
        return thread;
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
        for (Thread thread : threads) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
            assertThat(thread.isAlive()).as("a thread that hangs in %s", List.of(thread.getStackTrace())).isFalse();
        }
    }

    private static boolean isDone(CompletableFuture<?> future) {
        try {
            future.get(Await.WATCHDOG_MS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException | CancellationException e) {
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static boolean isConnected(CompletableFuture<?> future) {
        return future.isDone() && !future.isCompletedExceptionally();
    }
}
