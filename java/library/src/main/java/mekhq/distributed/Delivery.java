// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import mekhq.distributed.internal.proto.bridge.Event;

/**
 * Hands the events of one session over to its listeners, on the executor that the user gave.
 *
 * <p>Concurrency: {@code taskQueued} says that a drain task is queued or running; whoever flips it to true hands the
 * task in. A drain flips it back when it is through and then looks for work again, and whoever adds an event adds it
 * before looking at the flag: so no event is left lying. As only one drain exists at a time, listener calls never
 * overlap.
 *
 * <p>That no call begins after {@link #stop()} and {@link #awaitCallInProgress(Duration)} is the work of {@code lock}:
 * a call begins by leaving its thread in {@code calling} while {@code stopped} is false. Stop sets {@code stopped},
 * and then waits for a call that got in before, but not for long, since one that lasts has obviously begun; and not
 * at all on the calling thread itself, where a listener is closing the session.
 */
final class Delivery {
    /** After so many events other tasks of the executor get their turn. */
    static final int EVENTS_PER_TASK = 256;

    private final long sessionId;
    private final Executor executor;
    private final Runnable resynchronisationDemand;
    private final Backlog backlog = new Backlog(Backlog.EVENTS_MAX, Backlog.BYTES_MAX);
    private final EventDispatcher dispatcher;
    private final AtomicBoolean taskQueued = new AtomicBoolean();
    private final AtomicBoolean rejectionTold = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition callEnded = lock.newCondition();
    private volatile Runnable booksWaiting = () -> { };
    private boolean stopped;
    private Thread calling;

    /** The demand makes an event Resynchronised come; what it throws is logged. */
    Delivery(long sessionId, Listeners listeners, Executor executor, Runnable resynchronisationDemand) {
        this.sessionId = sessionId;
        this.executor = executor;
        this.resynchronisationDemand = resynchronisationDemand;
        this.dispatcher = new EventDispatcher(listeners, this::call, () -> booksWaiting.run());
    }

    /** What runs on the executor when something waits for the campaign's books. */
    void whenBooksWait(Runnable turn) {
        booksWaiting = turn;
    }

    /** Runs a task on the executor, beside the events. */
    void execute(Runnable task) {
        executor.execute(task);
    }

    Backlog backlog() {
        return backlog;
    }

    void add(Event event) {
        backlog.add(event);
        handOver();
    }

    /** Events were lost on the way here. */
    void lost() {
        backlog.lost();
        handOver();
    }

    /** From now on no listener call begins, except onClosed. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
        } finally {
            lock.unlock();
        }
        backlog.end();
    }

    /** Waits for a listener call that is in progress on another thread, but no longer than that. */
    void awaitCallInProgress(Duration max) {
        lock.lock();
        try {
            long remaining = max.toNanos();
            while (calling != null && calling != Thread.currentThread() && remaining > 0) {
                remaining = callEnded.awaitNanos(remaining);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void handOver() {
        if (!backlog.hasWork() || !taskQueued.compareAndSet(false, true)) {
            return;
        }
        try {
            executor.execute(this::drain);
        } catch (Throwable e) {
            taskQueued.set(false);
            if (rejectionTold.compareAndSet(false, true)) {
                Log.warning("the executor of session " + sessionId + " takes no tasks; its listeners hear nothing", e);
            }
        }
    }

    private void drain() {
        try {
            for (int delivered = 0; delivered < EVENTS_PER_TASK; delivered++) {
                if (backlog.takeResynchronisationDemand()) {
                    demandResynchronisation();
                }
                Event event = backlog.poll();
                if (event == null) {
                    break;
                }
                dispatcher.dispatch(event);
            }
        } catch (Throwable e) {
            Log.error("an event of session " + sessionId + " could not be delivered", e);
        } finally {
            taskQueued.set(false);
            handOver();
        }
    }

    private void demandResynchronisation() {
        try {
            resynchronisationDemand.run();
        } catch (DistributedMekHQException e) {
            // Closed meanwhile: nobody needs it any more.
            Log.debug("session " + sessionId + " was not resynchronised", e);
        }
    }

    /** Calls a listener, unless the session has been closed. The last call of all takes place in any case. */
    void call(Runnable listenerCall, boolean last) {
        if (!beginCall(last)) {
            return;
        }
        try {
            listenerCall.run();
        } catch (Throwable e) {
            Log.error("a listener of session " + sessionId + " failed", e);
        } finally {
            endCall();
        }
    }

    private boolean beginCall(boolean last) {
        lock.lock();
        try {
            if (stopped && !last) {
                return false;
            }
            calling = Thread.currentThread();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void endCall() {
        lock.lock();
        try {
            calling = null;
            callEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
