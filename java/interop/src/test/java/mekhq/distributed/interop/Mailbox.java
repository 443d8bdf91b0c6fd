// SPDX-License-Identifier: GPL-3.0-or-later
//
// Concurrency: network and listener threads add, the test thread awaits. One monitor guards both lists; waiting is
// bounded by the watchdog only, so a test never depends on how fast a machine is.
package mekhq.distributed.interop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;

/**
 * What arrived at one end, in order.
 *
 * @param <T> what arrives
 */
final class Mailbox<T> {
    private static final long WATCHDOG_NANOS = Duration.ofSeconds(20).toNanos();

    private final List<T> history = new ArrayList<>();
    private final List<T> untaken = new ArrayList<>();

    synchronized void add(T item) {
        history.add(item);
        untaken.add(item);
        notifyAll();
    }

    /**
     * Waits for the first item not taken yet that is wanted, and takes it. Items before it stay for later calls.
     *
     * @param what  what is awaited, for the failure's message
     * @param wanted tells the item
     * @return the item
     */
    synchronized T await(String what, Predicate<? super T> wanted) {
        long deadline = System.nanoTime() + WATCHDOG_NANOS;
        while (true) {
            for (Iterator<T> items = untaken.iterator(); items.hasNext();) {
                T item = items.next();
                if (wanted.test(item)) {
                    items.remove();
                    return item;
                }
            }
            waitUntil(deadline, what);
        }
    }

    /** Waits for the next item not taken yet, whatever it is. */
    T awaitAny(String what) {
        return await(what, item -> true);
    }

    /** Everything that ever arrived, taken or not. */
    synchronized List<T> history() {
        return List.copyOf(history);
    }

    private void waitUntil(long deadline, String what) {
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (millis <= 0) {
            throw new AssertionError("never arrived: " + what + "; what did: " + history);
        }
        try {
            wait(millis);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while awaiting " + what, interruption);
        }
    }
}
