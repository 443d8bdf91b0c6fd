// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Predicate;

import mekhq.distributed.internal.proto.bridge.Event;

/**
 * The events that wait for the executor, bounded in number and in encoded size.
 *
 * <p>Most events tell of state that can be read again. When there are too many, all of those are dropped, and further
 * ones too, until the native library has put an event Resynchronised into the stream: whoever drains asks for it once,
 * see {@link #takeResynchronisationDemand()}. Events that are no state are kept; when they alone are too many, the
 * oldest refusals and daily logs go first and are counted, then the oldest news of the connection. Closed is always
 * kept.
 *
 * <p>Concurrency: every method holds this object's monitor, and none calls out while it does.
 */
final class Backlog {
    static final int EVENTS_MAX = 1_024;
    static final long BYTES_MAX = 8L * 1_024 * 1_024;

    private record Entry(Event event, int bytes) {
    }

    private final int eventsMax;
    private final long bytesMax;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long bytes;
    /** State was dropped and Resynchronised has not come yet. */
    private boolean dropping;
    private boolean demanded;
    private boolean ended;
    private boolean closedTaken;
    private long refusalsDropped;
    private long dailyLogsDropped;
    private int peakEvents;
    private long peakBytes;

    Backlog(int eventsMax, long bytesMax) {
        this.eventsMax = eventsMax;
        this.bytesMax = bytesMax;
    }

    /** Adds an event, or drops it, or others, as the bounds demand. Nothing is added after Closed. */
    synchronized void add(Event event) {
        if (closedTaken || ended && !event.hasClosed()) {
            return;
        }
        if (event.hasResynchronised()) {
            dropping = false;
            demanded = false;
        } else if (dropping && isState(event)) {
            return;
        }
        closedTaken = event.hasClosed();
        Entry entry = new Entry(event, event.getSerializedSize());
        entries.addLast(entry);
        bytes += entry.bytes;
        if (isOver()) {
            shrink();
        }
        peakEvents = Math.max(peakEvents, entries.size());
        peakBytes = Math.max(peakBytes, bytes);
    }

    /** Events were lost on the way here: as if the bounds had been passed. */
    synchronized void lost() {
        if (!ended && !closedTaken) {
            removeAll(Backlog::isState);
            demandAnew();
        }
    }

    /** Returns the oldest event and removes it; null when there is none. */
    synchronized Event poll() {
        Entry entry = entries.pollFirst();
        if (entry == null) {
            return null;
        }
        bytes -= entry.bytes;
        return entry.event;
    }

    /** Returns true once after state was dropped: the caller must ask for Resynchronised. */
    synchronized boolean takeResynchronisationDemand() {
        boolean take = isDemandOpen();
        demanded |= take;
        return take;
    }

    synchronized boolean hasWork() {
        return !entries.isEmpty() || isDemandOpen();
    }

    /** Drops everything, and whatever comes, except Closed. */
    synchronized void end() {
        ended = true;
        removeAll(event -> !event.hasClosed());
    }

    synchronized long refusalsDropped() {
        return refusalsDropped;
    }

    synchronized long dailyLogsDropped() {
        return dailyLogsDropped;
    }

    /** The most events that waited at the same time. */
    synchronized int peakEvents() {
        return peakEvents;
    }

    /** The most bytes, as encoded, that waited at the same time. */
    synchronized long peakBytes() {
        return peakBytes;
    }

    private boolean isDemandOpen() {
        return dropping && !demanded && !ended && !closedTaken;
    }

    private boolean isOver() {
        return entries.size() > eventsMax || bytes > bytesMax;
    }

    private void shrink() {
        dropState();
        while (isOver() && (removeOldest(Backlog::isReport) || removeOldest(event -> !event.hasClosed()))) {
            // One event at a time, until the rest fits.
        }
    }

    private void dropState() {
        if (removeAll(Backlog::isState)) {
            demandAnew();
        }
    }

    private void demandAnew() {
        dropping = true;
        demanded = false;
    }

    private boolean removeAll(Predicate<Event> which) {
        boolean removed = entries.removeIf(entry -> which.test(entry.event));
        bytes = entries.stream().mapToLong(Entry::bytes).sum();
        return removed;
    }

    private boolean removeOldest(Predicate<Event> which) {
        for (Iterator<Entry> iterator = entries.iterator(); iterator.hasNext();) {
            Entry entry = iterator.next();
            if (which.test(entry.event)) {
                iterator.remove();
                bytes -= entry.bytes;
                refusalsDropped += entry.event.hasRefused() ? 1 : 0;
                dailyLogsDropped += entry.event.hasDailyLog() ? 1 : 0;
                return true;
            }
        }
        return false;
    }

    /** Of such events there may be any number. */
    private static boolean isReport(Event event) {
        return event.hasRefused() || event.hasDailyLog();
    }

    private static boolean isState(Event event) {
        return switch (event.getEventCase()) {
            case CONNECTED, CONNECT_FAILED, DISCONNECTED, REFUSED, DAILY_LOG, CLOSED -> false;
            default -> true;
        };
    }
}
