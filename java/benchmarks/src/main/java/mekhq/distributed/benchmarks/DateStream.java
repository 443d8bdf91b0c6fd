// SPDX-License-Identifier: GPL-3.0-or-later
//
// Concurrency: one thread sends, the session's executor listens. The permits are what the sender may still send before
// the listener has caught up; the counts are written by the listener alone and published by releasing permits, and read
// by the sender after it has acquired them all.
package mekhq.distributed.benchmarks;

import java.time.Duration;
import java.time.LocalDate;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import mekhq.distributed.timeline.Timeline;
import mekhq.distributed.timeline.TimelineListener;

/** A stream of dates from one timeline to a listener elsewhere, with a bounded number of them on their way. */
final class DateStream implements TimelineListener {
    // Below every bound on the way, so that nothing is dropped or coalesced and nobody is thought slow.
    private static final int ON_THEIR_WAY_MAX = 48;
    private static final long WATCHDOG_SECONDS = 20;

    private final Semaphore permits = new Semaphore(ON_THEIR_WAY_MAX);
    private long sent;
    private long lastHeard;
    private long heard;
    private long heardAtNanos;

    @Override
    public void onCampaignDateChanged(UUID campaign, LocalDate date) {
        heardAtNanos = System.nanoTime();
        long message = DateSequence.messageOf(date);
        int caughtUp = Math.toIntExact(message - lastHeard);
        lastHeard = message;
        heard++;
        permits.release(caughtUp);
    }

    /** Sends one date, waits until it is heard, and returns how long it took to be heard, in nanoseconds. */
    long sendOne(Timeline sender) {
        acquire(1);
        long sentAtNanos = System.nanoTime();
        sender.sendDateChanged(DateSequence.dateOf(++sent));
        awaitAll();
        return heardAtNanos - sentAtNanos;
    }

    /** Sends dates back to back for a time and waits until the last is heard. */
    Throughput sendFor(Timeline sender, Duration time) {
        long sentBefore = sent;
        long heardBefore = heard;
        long start = System.nanoTime();
        long end = start + time.toNanos();
        while (System.nanoTime() < end && sent < DateSequence.LENGTH) {
            acquire(1);
            sender.sendDateChanged(DateSequence.dateOf(++sent));
        }
        awaitAll();
        return new Throughput(sent - sentBefore, heard - heardBefore, heardAtNanos - start);
    }

    private void awaitAll() {
        acquire(ON_THEIR_WAY_MAX);
        permits.release(ON_THEIR_WAY_MAX);
    }

    private void acquire(int count) {
        try {
            if (!permits.tryAcquire(count, WATCHDOG_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a date was never heard");
            }
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interruption);
        }
    }

    /**
     * What passed.
     *
     * @param sent  dates sent
     * @param heard dates the listener heard; fewer where dates were coalesced on their way
     * @param nanos from the first sent to the last heard
     */
    record Throughput(long sent, long heard, long nanos) {
        /** Dates that the listener heard in a second. */
        double heardPerSecond() {
            return heard * 1e9 / nanos;
        }

        /** Time between two dates heard, in nanoseconds. */
        double nanosPerHeard() {
            return (double) nanos / heard;
        }
    }
}
