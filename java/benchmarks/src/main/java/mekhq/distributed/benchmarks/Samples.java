// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.benchmarks;

import java.util.Arrays;

/** Durations that were measured one by one. */
final class Samples {
    private final long[] sortedNanos;

    /** Takes at least one duration, in nanoseconds. */
    Samples(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("no samples");
        }
        sortedNanos = nanos.clone();
        Arrays.sort(sortedNanos);
    }

    /**
     * The smallest duration that at least this share of the samples does not exceed, in microseconds.
     *
     * @param share above 0, at most 1
     */
    double quantileMicros(double share) {
        int rank = (int) Math.ceil(share * sortedNanos.length);
        return sortedNanos[Math.max(rank, 1) - 1] / 1_000.0;
    }
}
