// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.lang.System.Logger.Level;
import java.util.stream.Stream;

import mekhq.distributed.internal.proto.bridge.LogBatch;
import mekhq.distributed.internal.proto.bridge.LogLevel;
import mekhq.distributed.internal.proto.bridge.LogRecord;

import com.google.protobuf.InvalidProtocolBufferException;

/**
 * Forwards the native library's log to {@link System.Logger}, on one daemon thread for the whole process. A record
 * goes to the logger {@code mekhq.distributed} followed by where in the library it comes from.
 */
final class Logs {
    private static final String CRATE = "distributed_mekhq";

    private Logs() {
    }

    /** Called once, when the library has been loaded. */
    static void forward() {
        int level = lowestLevel(System.getLogger(Log.NAME)).getNumber();
        Threads.daemon("mekhq-distributed-logs", () -> Native.deliverLogs(level, Logs::onRecords)).start();
    }

    /** What no logger would show need not cross the boundary. */
    static LogLevel lowestLevel(System.Logger logger) {
        return Stream.of(LogLevel.LOG_LEVEL_TRACE, LogLevel.LOG_LEVEL_DEBUG, LogLevel.LOG_LEVEL_INFO,
                        LogLevel.LOG_LEVEL_WARNING)
                .filter(level -> logger.isLoggable(toLevel(level)))
                .findFirst()
                .orElse(LogLevel.LOG_LEVEL_ERROR);
    }

    static void onRecords(byte[] bytes) {
        try {
            LogBatch batch = LogBatch.parseFrom(bytes);
            batch.getRecordsList().forEach(Logs::log);
            if (batch.getDropped() > 0) {
                log(Log.NAME, Level.WARNING, batch.getDropped() + " log records were dropped");
            }
        } catch (InvalidProtocolBufferException e) {
            Log.error("unreadable log records", e);
        }
    }

    /** {@code distributed_mekhq::net::host} is told by the logger {@code mekhq.distributed.net.host}. */
    static String loggerName(String target) {
        String path = target.startsWith(CRATE) ? target.substring(CRATE.length()) : "::" + target;
        return Log.NAME + path.replace("::", ".");
    }

    static Level toLevel(LogLevel level) {
        return switch (level) {
            case LOG_LEVEL_TRACE -> Level.TRACE;
            case LOG_LEVEL_DEBUG -> Level.DEBUG;
            case LOG_LEVEL_INFO -> Level.INFO;
            case LOG_LEVEL_WARNING -> Level.WARNING;
            case LOG_LEVEL_ERROR, UNRECOGNIZED -> Level.ERROR;
        };
    }

    private static void log(LogRecord record) {
        log(loggerName(record.getTarget()), toLevel(record.getLevel()), record.getMessage());
    }

    /** A logger that throws must not make the native side log that it threw, and so on without end. */
    private static void log(String logger, Level level, String message) {
        try {
            System.getLogger(logger).log(level, message);
        } catch (RuntimeException | LinkageError e) {
            // There is nowhere left to tell it.
        }
    }
}
