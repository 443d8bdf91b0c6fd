// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.Timeline;
import mekhq.distributed.timeline.TimelineListener;

/**
 * Four threads of a remote campaign ask whether they may advance while the host's dates arrive. It can be watched from
 * outside: each asking thread first prints the operating system's id of it, {@value #THREAD} and a number, and encloses
 * its asking in two writes of its own to a file that keeps nothing, {@value #BEGIN} and {@value #END}.
 *
 * <p>Concurrency: the asking threads share nothing with one another but {@code stop}, which they only read, and neither
 * allocate nor print while they ask. What they count is read after they have been joined.
 */
final class MayAdvanceProgram {
    static final String THREAD = "asking thread ";
    static final String BEGIN = "asking begins";
    static final String END = "asking ends";
    /** Dates to arrive. */
    static final String DATES = "distributed.mekhq.dates";
    private static final int THREADS = 4;
    private static final String NOWHERE = File.separatorChar == '/' ? "/dev/null" : "NUL";
    /** Fewer than make the host coalesce dates that wait. */
    private static final int UNDER_WAY_MAX = 48;
    /** Enough for every class and method on the path to be ready. */
    private static final int WARM_UP = 20_000;
    private static final int ALONE = 1_000_000;

    private final Play play = new Play();
    private final AtomicInteger arrived = new AtomicInteger();
    private final RemoteSession remote;
    private final Timeline timeline;
    private volatile boolean stop;

    /** What came of it; times per call, processor time of the calling thread where several ask. */
    record Result(int dates, long calls, long wentBack, long nsAlone, long nsNative, long nsTogether) {
        void print() {
            Figures.print("dates that arrived", dates);
            Figures.print("calls of mayAdvance meanwhile, by " + THREADS + " threads", calls);
            Figures.print("answers that went back", wentBack);
            Figures.print("mayAdvance meanwhile, processor ns per call", nsTogether);
            Figures.print("mayAdvance alone, ns per call", nsAlone);
            Figures.print("a native call that only looks its session up, ns per call", nsNative);
        }
    }

    private MayAdvanceProgram() {
        remote = play.join(Campaigns.remote("Anna", play.host.port()).timelineListener(new TimelineListener() {
            @Override
            public void onCampaignDateChanged(UUID campaign, LocalDate date) {
                arrived.incrementAndGet();
            }
        }));
        timeline = remote.timeline();
    }

    public static void main(String[] arguments) {
        run(Integer.getInteger(DATES)).print();
    }

    static Result run(int dates) {
        MayAdvanceProgram program = new MayAdvanceProgram();
        try {
            return program.measure(dates);
        } finally {
            program.play.close();
        }
    }

    private Result measure(int dates) {
        timeAlone(WARM_UP);
        timeNative(WARM_UP);
        long nsAlone = timeAlone(ALONE);
        long nsNative = timeNative(ALONE);
        CountDownLatch ready = new CountDownLatch(THREADS);
        List<Asker> askers = new ArrayList<>();
        for (int number = 0; number < THREADS; number++) {
            Asker asker = new Asker(ready);
            asker.start();
            askers.add(asker);
        }
        Await.latch(ready, "askers");
        send(dates);
        stop = true;
        askers.forEach(MayAdvanceProgram::join);
        long calls = askers.stream().mapToLong(asker -> asker.calls).sum();
        long cpuNs = askers.stream().mapToLong(asker -> asker.cpuNs).sum();
        long wentBack = askers.stream().mapToLong(asker -> asker.wentBack).sum();
        return new Result(arrived.get(), calls, wentBack, nsAlone, nsNative, cpuNs / calls);
    }

    private void send(int dates) {
        for (int number = 1; number <= dates; number++) {
            while (number - arrived.get() > UNDER_WAY_MAX) {
                LockSupport.parkNanos(20_000);
            }
            play.host.timeline().sendDateChanged(Campaigns.START.plusDays(number));
        }
        Await.until("all dates", () -> arrived.get() >= dates);
    }

    private long timeAlone(int calls) {
        long begin = System.nanoTime();
        for (int call = 0; call < calls; call++) {
            timeline.mayAdvance(Campaigns.START);
        }
        return (System.nanoTime() - begin) / calls;
    }

    private long timeNative(int calls) {
        long id = play.host.core().id();
        long begin = System.nanoTime();
        for (int call = 0; call < calls; call++) {
            Native.hostPort(id);
        }
        return (System.nanoTime() - begin) / calls;
    }

    private static void join(Asker asker) {
        try {
            asker.join(Await.WATCHDOG_MS);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
        if (asker.isAlive()) {
            throw new AssertionError("still asking");
        }
    }

    /** Asks from the date on which the host stood at first: the answer changes once, and not back. */
    private final class Asker extends Thread {
        private final CountDownLatch ready;
        private long calls;
        private long wentBack;
        private long cpuNs;

        Asker(CountDownLatch ready) {
            super("asker");
            this.ready = ready;
            setDaemon(true);
        }

        @Override
        public void run() {
            byte[] begin = BEGIN.getBytes(StandardCharsets.UTF_8);
            byte[] end = END.getBytes(StandardCharsets.UTF_8);
            try (FileOutputStream nowhere = new FileOutputStream(NOWHERE)) {
                nowhere.write(new byte[0]);
                System.out.println(THREAD + systemId());
                long cpuBefore = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                ask(WARM_UP);
                ready.countDown();
                nowhere.write(begin);
                ask(Long.MAX_VALUE);
                nowhere.write(end);
                cpuNs = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpuBefore;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void ask(long callsMax) {
            boolean passed = false;
            for (long call = 0; call < callsMax && !stop; call++) {
                MayAdvance answer = timeline.mayAdvance(Campaigns.START);
                calls++;
                boolean allowed = answer == MayAdvance.ALLOWED;
                if (passed && !allowed || !allowed && answer != MayAdvance.WAIT_FOR_HOST) {
                    wentBack++;
                }
                passed = allowed;
            }
        }

        /** The operating system's id of this thread, where it tells. */
        private static String systemId() throws IOException {
            Path self = Path.of("/proc/thread-self");
            return Files.exists(self) ? self.toRealPath().getFileName().toString() : "unknown";
        }
    }
}
