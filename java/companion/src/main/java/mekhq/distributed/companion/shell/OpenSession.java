// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.Optional;
import java.util.OptionalInt;

import mekhq.distributed.roster.Members;
import mekhq.distributed.roster.Roster;
import mekhq.distributed.team.Teams;
import mekhq.distributed.timeline.Timeline;

/**
 * What the companion uses of a session, so that it can be tried without the native library.
 */
public interface OpenSession extends AutoCloseable {

    /**
     * The port that a host campaign listens on.
     *
     * @return the port; empty on a remote campaign
     */
    OptionalInt hostedPort();

    /**
     * The line by which others join a host campaign. Whoever reads it can join.
     *
     * @return the invitation; empty on a remote campaign
     */
    Optional<String> invitation();

    /**
     * What a host campaign shows so that others know it.
     *
     * @return the fingerprint; empty on a remote campaign, and without encryption
     */
    Optional<String> fingerprint();

    /**
     * Whether the host is in reach.
     *
     * @return true on a host campaign
     */
    boolean connected();

    /**
     * Who is there.
     *
     * @return the roster, never null
     */
    Roster roster();

    /**
     * The dates.
     *
     * @return the timeline, never null
     */
    Timeline timeline();

    /**
     * Who plays on one side.
     *
     * @return the teams, never null
     */
    Teams teams();

    /**
     * Who belongs to the session.
     *
     * @return the members; empty on a remote campaign
     */
    Optional<Members> members();

    /**
     * What the campaign's save must remember.
     *
     * @return the memento's text, never null; also after the session was closed
     */
    String memento();

    /** Says goodbye and ends the session. Idempotent, any thread. */
    @Override
    void close();
}
