// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.benchmarks;

import java.time.LocalDate;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import mekhq.distributed.CampaignDetails;
import mekhq.distributed.HostSession;
import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.Timeline;
import mekhq.distributed.timeline.TimelineListener;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Calls into the native library, beside one into a library that does nothing. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NativeCallBenchmark {
    // Below the commands that a session lets wait, so that none is refused.
    private static final int COMMANDS_AT_ONCE = 256;

    /** A host without remotes: the calls are measured, not the network. */
    @State(Scope.Benchmark)
    public static class Host {
        private Playground playground;
        private HostSession session;

        /** Starts the host. */
        @Setup
        public void start() {
            playground = new Playground(DateSequence.dateOf(0));
            session = playground.host();
        }

        /** Closes the host. */
        @TearDown
        public void close() {
            playground.close();
        }
    }

    /** A remote that is connected and waits on the host date. */
    @State(Scope.Benchmark)
    public static class Remote {
        private final LocalDate from = DateSequence.dateOf(0);
        private Playground playground;
        private Timeline timeline;

        /** Starts a host and connects. */
        @Setup
        public void connect() {
            playground = new Playground(from);
            timeline = playground.connect(new TimelineListener() {}).timeline();
        }

        /** Closes both. */
        @TearDown
        public void close() {
            playground.close();
        }
    }

    /** Dates for one batch of commands. The last differs, so that it shows when all have been carried out. */
    @State(Scope.Benchmark)
    public static class Dates {
        private long batches;
        private LocalDate common;
        private LocalDate last;

        /** Waits until the commands of the batch before have been carried out. */
        @Setup(Level.Invocation)
        public void prepare(Host host) {
            while (batches > 0 && !host.session.timeline().ownDate().equals(last)) {
                Thread.onSpinWait();
            }
            batches++;
            common = DateSequence.dateOf(2 * batches);
            last = DateSequence.dateOf(2 * batches + 1);
        }
    }

    /** The least a call can cost. */
    @Benchmark
    public void emptyCall() {
        Baseline.empty();
    }

    /** What MekHQ asks before each day. */
    @Benchmark
    public MayAdvance mayAdvance(Remote remote) {
        return remote.timeline.mayAdvance(remote.from);
    }

    /** A read: the published state, as bytes, decoded. */
    @Benchmark
    public CampaignDetails rosterOwn(Host host) {
        return host.session.roster().own();
    }

    /** A command: handed to the session's task. */
    @Benchmark
    @OperationsPerInvocation(COMMANDS_AT_ONCE)
    public void sendDateChanged(Host host, Dates dates) {
        Timeline timeline = host.session.timeline();
        for (int command = 1; command < COMMANDS_AT_ONCE; command++) {
            timeline.sendDateChanged(dates.common);
        }
        timeline.sendDateChanged(dates.last);
    }

    /**
     * Runs all of them, each in a virtual machine of its own.
     *
     * @throws RunnerException when one of them failed
     */
    static void run(Effort effort, Figures figures) throws RunnerException {
        Options options = new OptionsBuilder()
                .include(NativeCallBenchmark.class.getName() + "\\.")
                .forks(1)
                .warmupIterations(effort.callWarmUps())
                .warmupTime(TimeValue.milliseconds(effort.callIteration().toMillis()))
                .measurementIterations(effort.callIterations())
                .measurementTime(TimeValue.milliseconds(effort.callIteration().toMillis()))
                .shouldFailOnError(true)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        for (RunResult result : results) {
            figures.put(figureOf(result.getPrimaryResult().getLabel()), result.getPrimaryResult().getScore());
        }
    }

    private static String figureOf(String benchmark) {
        return switch (benchmark) {
            case "emptyCall" -> "jni_empty_call_ns";
            case "mayAdvance" -> "jni_may_advance_ns";
            case "rosterOwn" -> "jni_roster_own_ns";
            case "sendDateChanged" -> "jni_send_date_changed_ns";
            default -> throw new IllegalArgumentException(benchmark);
        };
    }
}
