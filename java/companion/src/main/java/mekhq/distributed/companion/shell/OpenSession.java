// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

import mekhq.distributed.Money;
import mekhq.distributed.roster.Members;
import mekhq.distributed.roster.Roster;
import mekhq.distributed.settlement.Adjustment;
import mekhq.distributed.settlement.CampaignStatement;
import mekhq.distributed.settlement.HeldSession;
import mekhq.distributed.settlement.SessionStatement;
import mekhq.distributed.team.Teams;
import mekhq.distributed.timeline.Timeline;
import mekhq.distributed.transfer.Transfer;

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
     * Wires money to another campaign, or asks it for money by an amount below 0.
     *
     * @param target who is asked
     * @param amount the amount
     * @param memo   for people; may be empty
     * @return the request's UUID; completed on the companion thread, as each of these
     */
    CompletionStage<UUID> wire(UUID target, Money amount, String memo);

    /**
     * Answers a wire transfer that another campaign asks for.
     *
     * @param request  the request's UUID
     * @param accepted whether the answer is yes
     * @return completed when the answer is on its way
     */
    CompletionStage<Void> answer(UUID request, boolean accepted);

    /**
     * Takes back a wire transfer that this campaign asked for.
     *
     * @param request the request's UUID
     * @return completed when that is on its way
     */
    CompletionStage<Void> cancel(UUID request);

    /**
     * Goes on from what the host's ledger knows.
     *
     * @return completed when that is asked for
     */
    CompletionStage<Void> exitQuarantine();

    /**
     * Tries a paused settlement again.
     *
     * @return completed when it was tried
     */
    CompletionStage<Void> retry();

    /**
     * Does without a paused settlement.
     *
     * @return completed when it was skipped
     */
    CompletionStage<Void> skip();

    /**
     * Sets something right in a campaign's save; only on a host campaign.
     *
     * @param adjustment what is set right
     */
    void adjust(Adjustment adjustment);

    /**
     * What moved between all campaigns; only on a host campaign.
     *
     * @return the statement; completed on the companion thread, as both below
     */
    CompletionStage<SessionStatement> sessionStatement();

    /**
     * What one campaign settled; only on a host campaign.
     *
     * @param campaign whose statement
     * @return the statement
     */
    CompletionStage<CampaignStatement> campaignStatement(UUID campaign);

    /**
     * Copies the ledger; only on a host campaign.
     *
     * @param file a file that does not exist yet
     * @return completed when the copy is on the disk
     */
    CompletionStage<Void> backup(Path file);

    /**
     * Open wire transfers that this campaign takes part in.
     *
     * @return the transfers, never null
     */
    List<Transfer> openTransfers();

    /**
     * The session that this is.
     *
     * @return its UUID; empty while the host is out of reach
     */
    Optional<UUID> connectedSession();

    /**
     * The sessions in which the campaign has set something aside, this one or others.
     *
     * @return the sessions, never null
     */
    List<HeldSession> heldSessions();

    /**
     * Gives up a session that will never come back: what is set aside for it is free again.
     *
     * @param session its UUID, not that of {@link #connectedSession()}
     */
    void abandon(UUID session);

    /**
     * What is to be booked in MekHQ.
     *
     * @return the list, never null
     */
    TodoList todos();

    /**
     * The campaign stands on another date: what has fallen due comes in.
     *
     * @param date the date
     */
    void day(LocalDate date);

    /**
     * What must be remembered of the campaign's sessions: the memento, and what is to be booked. To be read on the
     * companion thread, so that both are of one moment.
     *
     * @return the text, never null; also after the session was closed
     */
    String memento();

    /** Says goodbye and ends the session. Idempotent, any thread. */
    @Override
    void close();
}
