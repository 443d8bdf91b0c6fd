// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.roster;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Who belongs to a session, decided by its host's player (protocol.md section 2, point 9). Each decision has a reason,
 * which the campaign's player reads: at once when it is connected, and at every attempt to join that fails for it. All
 * but a kick are kept in the ledger and outlive the host's program.
 *
 * <p>All methods may be called on any thread. A decision is checked at once and takes effect shortly after the call;
 * {@link RosterListener#onMembershipChanged} tells when it has. Each method throws a {@code DistributedMekHQException}:
 * {@code INVALID_ARGUMENT} when the campaign is not what the decision needs, or the reason has not 1 to 1,024 bytes in
 * UTF-8 or has control characters; {@code HOST_READ_ONLY} when the ledger cannot be written (a kick works then);
 * {@code SESSION_CLOSED}. Where a decision has become impossible between the call and its turn, {@code onRefused} of
 * the session's listeners tells so.
 */
public interface Members {

    /** {@return everyone on the roster but the host, and those who have retired from it; unmodifiable} */
    List<Member> all();

    /**
     * One of them.
     *
     * @param campaign the campaign's UUID
     * @return the campaign, or empty when the session does not know it
     */
    Optional<Member> find(UUID campaign);

    /**
     * Ends a campaign's connection. It may join again at once, but does not do so by itself.
     *
     * @param campaign the UUID of a campaign on the roster
     * @param reason   why
     */
    void kick(UUID campaign, String reason);

    /**
     * Ends a campaign's connection and lets it in no more. It stays on the roster, as inactive. A ban is for one
     * campaign: a player with the password can come with another one.
     *
     * @param campaign the UUID of a campaign that the session knows
     * @param reason   why
     */
    void ban(UUID campaign, String reason);

    /**
     * Lets a banned campaign in again.
     *
     * @param campaign the UUID of a banned campaign
     * @param reason   why
     */
    void unban(UUID campaign, String reason);

    /**
     * Takes a campaign that has left the session for good off the roster. What the ledger has of it stays. It gives up
     * its place and its team.
     *
     * @param campaign the UUID of a campaign on the roster
     * @param reason   why
     */
    void retire(UUID campaign, String reason);

    /**
     * Puts a retired campaign back on the roster, as inactive; it can join again. When the roster has become full since,
     * the session's listeners hear {@code HOST_FULL}.
     *
     * @param campaign the UUID of a retired campaign
     * @param reason   why
     */
    void readmit(UUID campaign, String reason);

    /**
     * Forgets a campaign's key, for a player who has lost it, and ends the campaign's connection: the next one who joins
     * under this id is taken for the campaign. So be sure who that will be.
     *
     * @param campaign the UUID of a campaign with a key
     * @param reason   why
     */
    void resetKey(UUID campaign, String reason);
}
