// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import mekhq.distributed.team.Teams;

/**
 * Report lines on their way to the teammates. A session carries them over a living connection only, so what is told
 * while the host is out of reach waits here for its return. Used by the companion thread only.
 */
final class LogOutbox {

    /** As long as the host keeps logs for those who are away (protocol.md section 4). */
    private static final int DAYS_MAX = 90;

    private record Day(LocalDate date, List<String> lines) {
    }

    private final Deque<Day> waiting = new ArrayDeque<>();
    /** Null while the host is out of reach. */
    private Teams teams;

    /** The host is in reach. */
    void open(Teams reached) {
        teams = reached;
        while (!waiting.isEmpty()) {
            Day day = waiting.peek();
            teams.sendDailyLog(day.date(), day.lines());
            waiting.remove();
        }
    }

    /** The host is out of reach. */
    void close() {
        teams = null;
    }

    /**
     * Tells the teammates, at once or later.
     *
     * @param date  the day
     * @param lines its report lines, fit for a daily log
     */
    void tell(LocalDate date, List<String> lines) {
        if (teams != null) {
            teams.sendDailyLog(date, lines);
            return;
        }
        if (waiting.size() == DAYS_MAX) {
            waiting.remove();
        }
        waiting.add(new Day(date, lines));
    }
}
