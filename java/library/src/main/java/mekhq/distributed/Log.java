// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.lang.System.Logger.Level;

/** The facade's own log. Whatever stands behind the logger must not be able to harm a session, so nothing is thrown. */
final class Log {
    /** Name of the logger; the native library's records go to loggers below it. */
    static final String NAME = "mekhq.distributed";

    private static final System.Logger LOGGER = System.getLogger(NAME);

    private Log() {
    }

    static void error(String message, Throwable cause) {
        log(Level.ERROR, message, cause);
    }

    static void warning(String message, Throwable cause) {
        log(Level.WARNING, message, cause);
    }

    static void debug(String message, Throwable cause) {
        log(Level.DEBUG, message, cause);
    }

    private static void log(Level level, String message, Throwable cause) {
        try {
            LOGGER.log(level, message, cause);
        } catch (RuntimeException | LinkageError e) {
            // There is nowhere left to tell it.
        }
    }
}
