// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what must come, with a watchdog that is far longer than it takes. */
final class Await {
    static final long WATCHDOG_MS = 20_000;

    private Await() {
    }

    static void latch(CountDownLatch latch, String what) {
        latch(latch, what, WATCHDOG_MS);
    }

    /** For what takes longer than others do. */
    static void latch(CountDownLatch latch, String what, long watchdogMs) {
        try {
            if (!latch.await(watchdogMs, TimeUnit.MILLISECONDS)) {
                throw new AssertionError("never came: " + what);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for: " + what, e);
        }
    }

    /** For conditions that nothing announces. */
    static void until(String what, BooleanSupplier condition) {
        until(what, WATCHDOG_MS, condition);
    }

    /** For what takes longer than others do. */
    static void until(String what, long watchdogMs, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(watchdogMs);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never came: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    static <T> T result(CompletableFuture<T> future) {
        try {
            return future.get(WATCHDOG_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("never completed", e);
        }
    }

    /** The exception that the future was completed with. */
    static DistributedMekHQException failure(CompletableFuture<?> future) {
        try {
            Object result = future.get(WATCHDOG_MS, TimeUnit.MILLISECONDS);
            throw new AssertionError("should have failed, but gave " + result);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DistributedMekHQException failure) {
                return failure;
            }
            throw new AssertionError("failed otherwise: " + e.getCause(), e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("never completed", e);
        }
    }
}
