// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.force.Forces;
import mekhq.distributed.roster.Roster;
import mekhq.distributed.settlement.Settlements;
import mekhq.distributed.team.Teams;
import mekhq.distributed.timeline.Timeline;
import mekhq.distributed.transfer.Transfers;

/**
 * One campaign's part in a session of several campaigns. There is one object per room; all of them, and the session,
 * may be used on any thread.
 */
public sealed interface Session extends AutoCloseable permits HostSession, RemoteSession {

    /** {@return the UUID of this campaign; also after the session has been closed} */
    UUID campaignId();

    /**
     * The session, as the campaign's memento knows it. A host of the old contract names none: its campaign's UUID stands
     * for it.
     *
     * @return the session's UUID; empty before the host was reached for the first time
     * @throws DistributedMekHQException {@link ErrorCode#SESSION_CLOSED}
     */
    Optional<UUID> sessionId();

    /** {@return who is in the session} */
    Roster roster();

    /** {@return the common calendar} */
    Timeline timeline();

    /** {@return who plays on one side, and what teammates tell each other of their days} */
    Teams teams();

    /** {@return the campaigns' tables of organisation and equipment} */
    Forces forces();

    /** {@return what this campaign's save must apply} */
    Settlements settlements();

    /** {@return wire transfers between campaigns} */
    Transfers transfers();

    /**
     * Tells what was passed over or refused so far.
     *
     * @return the counts since the session began
     * @throws DistributedMekHQException {@link ErrorCode#SESSION_CLOSED}
     */
    Statistics statistics();

    /**
     * Adds a listener, which hears the events delivered from now on. A listener that was added twice hears
     * everything twice.
     *
     * @param listener the listener
     */
    void addSessionListener(SessionListener listener);

    /**
     * Removes a listener, once if it was added more than once. Nothing happens when it was never added.
     *
     * @param listener the listener
     */
    void removeSessionListener(SessionListener listener);

    /** {@return whether the session has been closed, by {@link #close()} or because it never came to be} */
    boolean isClosed();

    /**
     * Leaves the session, or ends it for everyone when this is the host campaign. The others are told. Returns within
     * about a second, whatever the network or a listener does; may be called on any thread, in a listener too, and
     * again. Once it has returned no listener call begins any more, except {@link SessionListener#onClosed()}.
     */
    @Override
    void close();
}
