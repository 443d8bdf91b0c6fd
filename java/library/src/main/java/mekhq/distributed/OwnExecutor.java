// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs the listeners of a session that was given no executor, on one daemon thread. The thread ends when it has had
 * nothing to do for a while, so nobody has to end it.
 */
final class OwnExecutor implements Executor {
    private final ThreadPoolExecutor pool;

    OwnExecutor(long sessionId) {
        pool = new ThreadPoolExecutor(1, 1, 2, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                task -> Threads.daemon("mekhq-distributed-listeners-" + sessionId, task));
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(task);
    }
}
