// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import mekhq.distributed.internal.proto.LogEntry;
import mekhq.distributed.internal.proto.TeamAssignment;
import mekhq.distributed.team.DailyLog;

/** Between the teams and daily logs of the API and those that cross into the native library. */
final class TeamConvert {
    /** Lines of one message (protocol.md section 1, "256 ids in a list message"). */
    static final int ENTRIES_MAX = 256;
    /** Bytes of one line. */
    static final int ENTRY_BYTES_MAX = 8 * 1_024;
    /** Bytes of the lines of one message: what its limit of 512 KiB leaves, with room for envelope and names. */
    static final int LOG_BYTES_MAX = 480 * 1_024;
    /** Bytes that a line takes besides its text. */
    private static final int ENTRY_OVERHEAD = 8;

    private TeamConvert() {
    }

    static Map<UUID, Integer> toTeams(TeamAssignment wire) {
        Map<UUID, Integer> teams = new LinkedHashMap<>();
        wire.getTeamsList().forEach(team -> teams.put(UUID.fromString(team.getId()), team.getTeam()));
        return Collections.unmodifiableMap(teams);
    }

    static DailyLog toDailyLog(mekhq.distributed.internal.proto.DailyLog wire) {
        List<String> entries = wire.getEntriesList().stream().map(LogEntry::getEntry).toList();
        return new DailyLog(UUID.fromString(wire.getId()), LocalDate.parse(wire.getDate()), entries);
    }

    /** As many messages as the lines need, in order. Every line is checked before the first message leaves. */
    static List<mekhq.distributed.internal.proto.DailyLog> toWire(LocalDate date, List<String> entries) {
        List<mekhq.distributed.internal.proto.DailyLog> logs = new ArrayList<>();
        mekhq.distributed.internal.proto.DailyLog.Builder log = newLog(date);
        int logBytes = 0;
        for (String entry : entries) {
            int entryBytes = checkedBytes(entry) + ENTRY_OVERHEAD;
            if (log.getEntriesCount() == ENTRIES_MAX || logBytes + entryBytes > LOG_BYTES_MAX) {
                logs.add(log.build());
                log = newLog(date);
                logBytes = 0;
            }
            log.addEntries(LogEntry.newBuilder().setEntry(entry));
            logBytes += entryBytes;
        }
        if (log.getEntriesCount() > 0) {
            logs.add(log.build());
        }
        return logs;
    }

    private static mekhq.distributed.internal.proto.DailyLog.Builder newLog(LocalDate date) {
        return mekhq.distributed.internal.proto.DailyLog.newBuilder().setDate(date.toString());
    }

    private static int checkedBytes(String entry) {
        int bytes = entry.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > ENTRY_BYTES_MAX) {
            throw invalid("has not 1 to " + ENTRY_BYTES_MAX + " bytes");
        }
        if (entry.codePoints().anyMatch(letter -> Character.isISOControl(letter) && "\n\r\t".indexOf(letter) < 0)) {
            throw invalid("has control characters");
        }
        return bytes;
    }

    private static DistributedMekHQException invalid(String what) {
        return new DistributedMekHQException(ErrorCode.INVALID_ARGUMENT, "entry: " + what);
    }
}
