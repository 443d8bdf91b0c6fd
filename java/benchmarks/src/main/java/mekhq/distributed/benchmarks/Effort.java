// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.benchmarks;

import java.time.Duration;

/**
 * How long to measure. What is measured stays the same.
 *
 * @param warmUp          time before each pipelined measurement
 * @param pipelined       time of each pipelined measurement
 * @param latencyWarmUps  messages before the latencies count
 * @param latencySamples  messages whose latency counts
 * @param callWarmUps     iterations of {@code callIteration} before the calls count
 * @param callIterations  iterations of {@code callIteration} that count
 * @param callIteration   length of an iteration of calls
 */
record Effort(
        Duration warmUp,
        Duration pipelined,
        int latencyWarmUps,
        int latencySamples,
        int callWarmUps,
        int callIterations,
        Duration callIteration) {

    /** Figures to compare by; less than a minute in all. */
    static Effort full() {
        return new Effort(
                Duration.ofSeconds(2), Duration.ofSeconds(4), 5_000, 20_000, 3, 5, Duration.ofMillis(700));
    }

    /** Shows that everything runs; less than ten seconds in all. */
    static Effort quick() {
        return new Effort(
                Duration.ofMillis(200), Duration.ofMillis(300), 300, 700, 1, 2, Duration.ofMillis(100));
    }
}
