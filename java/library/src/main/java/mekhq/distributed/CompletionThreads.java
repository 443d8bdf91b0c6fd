// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where futures are completed. As many daemon threads as there are completions at the same time: what depends on a
 * future may block, and must not hold up another future. Idle threads end after a few seconds.
 */
final class CompletionThreads {
    private static final Executor EXECUTOR = new ThreadPoolExecutor(0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS,
            new SynchronousQueue<>(), task -> Threads.daemon("mekhq-distributed-completion", task));

    private CompletionThreads() {
    }

    static void execute(Runnable task) {
        EXECUTOR.execute(task);
    }
}
