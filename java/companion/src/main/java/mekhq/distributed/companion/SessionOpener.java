// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.util.concurrent.Executor;

import mekhq.distributed.companion.shell.OpenSession;
import mekhq.distributed.companion.shell.SessionEvents;

/** Opens sessions; the companion's only way to the library. Calls block until the outcome is known. */
interface SessionOpener {

    /**
     * Hosts a session.
     *
     * @param plan     what is hosted
     * @param host     where it listens, and what it shows
     * @param executor runs the events
     * @param events   hears the events
     * @return the open session
     * @throws CompanionException if it cannot be hosted
     */
    OpenSession host(SessionPlan plan, HostPlan host, Executor executor, SessionEvents events) throws CompanionException;

    /**
     * Joins a session.
     *
     * @param plan     who joins
     * @param host     whom to join
     * @param executor runs the events
     * @param events   hears the events
     * @return the open session
     * @throws CompanionException if it cannot be joined
     */
    OpenSession join(SessionPlan plan, JoinPlan host, Executor executor, SessionEvents events)
            throws CompanionException;
}
