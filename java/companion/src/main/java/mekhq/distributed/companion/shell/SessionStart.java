// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.concurrent.Executor;

import mekhq.distributed.companion.CompanionException;

/** How the session of a shell comes to be. */
@FunctionalInterface
public interface SessionStart {

    /**
     * Hosts or joins. May block until the outcome is known.
     *
     * @param executor runs the events; a single thread that is busy with this call
     * @param events   hears the events from the first on
     * @return the open session
     * @throws CompanionException if the session cannot be had
     */
    OpenSession open(Executor executor, SessionEvents events) throws CompanionException;
}
