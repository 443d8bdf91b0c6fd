// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

import mekhq.distributed.internal.proto.bridge.LogBatch;
import mekhq.distributed.internal.proto.bridge.LogLevel;
import mekhq.distributed.internal.proto.bridge.LogRecord;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LogsTest {

    @Test
    void aRecordGoesToTheLoggerNamedAfterItsModule() {
        assertThat(Logs.loggerName("distributed_mekhq")).isEqualTo("mekhq.distributed");
        assertThat(Logs.loggerName("distributed_mekhq::net::host")).isEqualTo("mekhq.distributed.net.host");
        assertThat(Logs.loggerName("h2::codec")).isEqualTo("mekhq.distributed.h2.codec");
    }

    @ParameterizedTest
    @EnumSource(value = LogLevel.class, mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void levelsKeepTheirNames(LogLevel level) {
        assertThat("LOG_LEVEL_" + Logs.toLevel(level)).isEqualTo(level.name());
    }

    @Test
    void onlyWhatALoggerWouldShowIsAskedFor() {
        assertThat(Logs.lowestLevel(new FixedLogger(Level.ALL))).isEqualTo(LogLevel.LOG_LEVEL_TRACE);
        assertThat(Logs.lowestLevel(new FixedLogger(Level.INFO))).isEqualTo(LogLevel.LOG_LEVEL_INFO);
        assertThat(Logs.lowestLevel(new FixedLogger(Level.OFF))).isEqualTo(LogLevel.LOG_LEVEL_ERROR);
    }

    @Test
    void recordsAndDroppedOnesAreTold() {
        LogBatch batch = LogBatch.newBuilder()
                .addRecords(LogRecord.newBuilder().setTarget("distributed_mekhq::net").setMessage("Grüße 🚀")
                        .setLevel(LogLevel.LOG_LEVEL_WARNING))
                .setDropped(5)
                .build();
        assertThat(loggedDuring(() -> Logs.onRecords(batch.toByteArray())))
                .containsExactly("mekhq.distributed.net WARNING Grüße 🚀",
                        "mekhq.distributed WARNING 5 log records were dropped");
    }

    @Test
    void bytesThatAreNoRecordsAreToldAndDoNoHarm() {
        assertThat(loggedDuring(() -> Logs.onRecords(new byte[] {-1, -1, -1})))
                .singleElement().asString().contains("unreadable log records");
    }

    private static List<String> loggedDuring(Runnable action) {
        List<String> lines = new ArrayList<>();
        Thread caller = Thread.currentThread();
        Logger logger = Logger.getLogger(Log.NAME);
        Handler handler = new Handler() {
            private final SimpleFormatter formatter = new SimpleFormatter();

            @Override
            public void publish(java.util.logging.LogRecord record) {
                // Sessions of earlier tests may still be telling that they ended, on a thread of their own.
                if (Thread.currentThread() != caller) {
                    return;
                }
                lines.add(record.getLoggerName() + " " + record.getLevel() + " " + formatter.formatMessage(record));
            }

            @Override
            public void flush() {
            }

            @Override
            public void close() {
            }
        };
        logger.addHandler(handler);
        try {
            action.run();
        } finally {
            logger.removeHandler(handler);
        }
        return lines;
    }

    private record FixedLogger(Level level) implements System.Logger {
        @Override
        public String getName() {
            return "fixed";
        }

        @Override
        public boolean isLoggable(Level asked) {
            return asked.getSeverity() >= level.getSeverity();
        }

        @Override
        public void log(Level at, ResourceBundle bundle, String message, Throwable thrown) {
        }

        @Override
        public void log(Level at, ResourceBundle bundle, String format, Object... arguments) {
        }
    }
}
