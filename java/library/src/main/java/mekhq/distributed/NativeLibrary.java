// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.function.Supplier;

/**
 * Loads the native library, once for the process. What came of it is remembered: a second attempt could not end
 * otherwise, since the virtual machine keeps what it has loaded.
 */
final class NativeLibrary {
    private static Supplier<DistributedMekHQException> failure;
    private static boolean loaded;

    private NativeLibrary() {
    }

    /**
     * Sees to it that the library is there.
     *
     * @throws DistributedMekHQException {@link ErrorCode#LIBRARY_MISSING} with what was tried,
     *         {@link ErrorCode#LIBRARY_VERSION_MISMATCH} with both versions
     */
    static synchronized void load() {
        if (loaded) {
            return;
        }
        if (failure != null) {
            throw failure.get();
        }
        try {
            LibraryLoader.ofThisProcess().load();
        } catch (DistributedMekHQException e) {
            failure = () -> new DistributedMekHQException(e.code(), e.getMessage());
            throw e;
        }
        loaded = true;
        Logs.forward();
    }
}
