// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import mekhq.distributed.force.ForceListener;
import mekhq.distributed.roster.RosterListener;
import mekhq.distributed.settlement.SettlementListener;
import mekhq.distributed.team.TeamListener;
import mekhq.distributed.timeline.TimelineListener;
import mekhq.distributed.transfer.TransferListener;

/** The listeners of one session. May be changed on any thread, also while an event is being delivered. */
final class Listeners {
    private final List<SessionListener> session;
    private final List<RosterListener> roster;
    private final List<TimelineListener> timeline;
    private final List<TeamListener> team;
    private final List<ForceListener> force;
    private final List<SettlementListener> settlement = new CopyOnWriteArrayList<>();
    private final List<TransferListener> transfer = new CopyOnWriteArrayList<>();

    Listeners(List<SessionListener> session, List<RosterListener> roster, List<TimelineListener> timeline,
              List<TeamListener> team, List<ForceListener> force) {
        this.session = new CopyOnWriteArrayList<>(session);
        this.roster = new CopyOnWriteArrayList<>(roster);
        this.timeline = new CopyOnWriteArrayList<>(timeline);
        this.team = new CopyOnWriteArrayList<>(team);
        this.force = new CopyOnWriteArrayList<>(force);
    }

    List<SessionListener> session() {
        return session;
    }

    List<RosterListener> roster() {
        return roster;
    }

    List<TimelineListener> timeline() {
        return timeline;
    }

    List<TeamListener> team() {
        return team;
    }

    List<ForceListener> force() {
        return force;
    }

    List<SettlementListener> settlement() {
        return settlement;
    }

    List<TransferListener> transfer() {
        return transfer;
    }
}
