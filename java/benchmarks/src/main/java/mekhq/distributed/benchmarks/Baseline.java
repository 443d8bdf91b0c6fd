// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.benchmarks;

import java.nio.file.Path;

/** A native library that does nothing: what a call from Java costs at the least. */
final class Baseline {
    /** System property that names the library's file. */
    static final String LIBRARY_PROPERTY = "distributed.mekhq.baseline";

    static {
        // The Java Native Interface takes absolute paths only.
        System.load(Path.of(System.getProperty(LIBRARY_PROPERTY)).toAbsolutePath().toString());
    }

    private Baseline() {}

    static native void empty();
}
