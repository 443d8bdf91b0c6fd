// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import mekhq.distributed.SessionListener;
import mekhq.distributed.force.ForceListener;
import mekhq.distributed.roster.RosterListener;
import mekhq.distributed.settlement.SettlementListener;
import mekhq.distributed.team.TeamListener;
import mekhq.distributed.timeline.TimelineListener;
import mekhq.distributed.transfer.TransferListener;

/** Everything that the companion hears from a session, on the companion thread. */
public interface SessionEvents
        extends SessionListener, RosterListener, TimelineListener, TeamListener, ForceListener, SettlementListener,
        TransferListener {
}
