// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.team;

import java.util.Map;
import java.util.UUID;

/**
 * Hears of teams and of teammates' days. All methods run on the session's executor, in the order of the events; what
 * they throw is logged, and the next event follows.
 */
public interface TeamListener {

    /**
     * The host told everyone's team: when this campaign connected, and after every change.
     *
     * @param teams the team of each campaign on the roster, this one and the host included, by UUID; from 1. Not
     *              modifiable
     */
    default void onTeamsAssigned(Map<UUID, Integer> teams) {
    }

    /**
     * A teammate told of its day. What it told while this campaign was away comes once it is back. A day with many
     * lines comes in several logs, in order.
     *
     * @param log the lines
     */
    default void onDailyLog(DailyLog log) {
    }
}
