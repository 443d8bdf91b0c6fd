// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

/** Open sessions do not keep a virtual machine alive. */
class ForkedJvmExitTest {
    private static final int RUNS = Integer.getInteger("distributed.mekhq.exit.runs", 3);
    private static final String RETURNING = "main returns with open sessions: ";
    private static final int PAIRS = 4;

    /** Opens sessions and leaves them open. */
    static final class Main {
        private static final List<Session> OPEN = new ArrayList<>();

        private Main() {
        }

        public static void main(String[] arguments) {
            for (int pair = 0; pair < PAIRS; pair++) {
                Recorder recorder = new Recorder();
                HostSession host = Campaigns.host("Host " + pair).start();
                OPEN.add(host);
                OPEN.add(Await.result(recorder.on(Campaigns.remote("Remote " + pair, host.port())).connect()));
                host.timeline().sendDateChanged(Campaigns.START.plusDays(1));
                recorder.await("date " + host.campaignId() + " " + Campaigns.START.plusDays(1));
            }
            System.out.println(RETURNING + OPEN.size());
            System.out.flush();
        }
    }

    @Test
    void theJvmExitsByItselfAfterMainReturned() {
        long slowestMs = 0;
        for (int run = 0; run < RUNS; run++) {
            slowestMs = Math.max(slowestMs, exitMs());
        }
        Figures.print("forked JVMs that exited by themselves", RUNS);
        Figures.print("slowest exit after main returned ms", slowestMs);
        assertThat(slowestMs).isLessThanOrEqualTo(Figures.claimMs(2_000));
    }

    private static long exitMs() {
        AtomicLong returned = new AtomicLong();
        ForkedJvm.Outcome outcome = new ForkedJvm(Main.class).withLibrary().run(line -> {
            if (line.startsWith(RETURNING)) {
                returned.set(System.nanoTime());
            }
        });
        long ended = System.nanoTime();
        assertThat(outcome.exitCode()).as("%s", outcome.output()).isZero();
        assertThat(outcome.output()).as("no warning of -Xcheck:jni either").containsExactly(RETURNING + 2 * PAIRS);
        return TimeUnit.NANOSECONDS.toMillis(ended - returned.get());
    }
}
