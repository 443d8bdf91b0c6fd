// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Test;

/** A closed session holds on to nothing. */
class CollectedListenersTest {
    private final ExecutorService pool = Executors.newCachedThreadPool(task -> Threads.daemon("the test's own", task));

    @Test
    void listenersAndExecutorAreCollectedAfterClose() {
        CountDownLatch closed = new CountDownLatch(2);
        WeakReference<?>[] references = playOnce(closed);
        Await.latch(closed, "onClosed of both sessions");

        for (WeakReference<?> reference : references) {
            Await.until("collection", () -> {
                System.gc();
                return reference.get() == null;
            });
        }
        pool.shutdownNow();
    }

    private WeakReference<?>[] playOnce(CountDownLatch closed) {
        SessionListener listener = new SessionListener() {
            @Override
            public void onClosed() {
                closed.countDown();
            }
        };
        Executor executor = task -> pool.execute(task);
        HostSession host = Campaigns.host("Host").sessionListener(listener).executor(executor).start();
        RemoteSession remote = Await.result(
                Campaigns.remote("Anna", host.port()).sessionListener(listener).executor(executor).connect());
        remote.close();
        host.close();
        return new WeakReference<?>[] {new WeakReference<>(listener), new WeakReference<>(executor),
            new WeakReference<>(host), new WeakReference<>(remote)};
    }
}
