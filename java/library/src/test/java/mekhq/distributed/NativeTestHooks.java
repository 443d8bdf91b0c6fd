// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

/** What debug builds of the native library export for tests. */
final class NativeTestHooks {

    private NativeTestHooks() {
    }

    /** The next call of that entry of {@link Native} by this thread panics. */
    static native void panicNext(String entry);
}
