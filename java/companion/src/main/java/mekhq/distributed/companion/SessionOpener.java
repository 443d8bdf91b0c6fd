// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.util.Optional;
import java.util.concurrent.Executor;

import mekhq.distributed.companion.shell.OpenSession;
import mekhq.distributed.companion.shell.SessionEvents;

/** Opens sessions; the companion's only way to the library. Calls block until the outcome is known. */
interface SessionOpener {

    /**
     * Hosts a session.
     *
     * @param plan        what is hosted
     * @param bindAddress IP address to listen on; empty: all
     * @param port        0 to 65,535, 0 for any free one
     * @param executor    runs the events
     * @param events      hears the events
     * @return the open session
     * @throws CompanionException if it cannot be hosted
     */
    OpenSession host(SessionPlan plan, Optional<String> bindAddress, int port, Executor executor, SessionEvents events)
            throws CompanionException;

    /**
     * Joins a session.
     *
     * @param plan     who joins
     * @param address  where the host listens
     * @param executor runs the events
     * @param events   hears the events
     * @return the open session
     * @throws CompanionException if it cannot be joined
     */
    OpenSession join(SessionPlan plan, HostAddress address, Executor executor, SessionEvents events)
            throws CompanionException;
}
