// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.util.concurrent.Executor;

import mekhq.distributed.companion.shell.OpenSession;
import mekhq.distributed.companion.shell.SessionEvents;

/** Has sessions say goodbye also when the player ends the process itself, with Ctrl-C or by closing the window. */
final class ClosingAtExit implements SessionOpener {

    private final SessionOpener sessions;

    ClosingAtExit(SessionOpener sessions) {
        this.sessions = sessions;
    }

    @Override
    public OpenSession host(SessionPlan plan, HostPlan host, Executor executor, SessionEvents events)
            throws CompanionException {
        return closing(sessions.host(plan, host, executor, events));
    }

    @Override
    public OpenSession join(SessionPlan plan, JoinPlan host, Executor executor, SessionEvents events)
            throws CompanionException {
        return closing(sessions.join(plan, host, executor, events));
    }

    private static OpenSession closing(OpenSession session) {
        Runtime.getRuntime().addShutdownHook(new Thread(session::close, "companion-goodbye"));
        return session;
    }
}
