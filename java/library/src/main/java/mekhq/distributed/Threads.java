// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

/** Makes the threads of this library. */
final class Threads {

    private Threads() {
    }

    /**
     * A daemon thread, not started. It keeps nothing of the calling thread's: no context class loader of an
     * application, no inheritable thread locals.
     */
    static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(null, task, name, 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(Threads.class.getClassLoader());
        return thread;
    }
}
