// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.roster;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.CampaignDetails;

/**
 * Who is in the session (protocol.md section 2). What this object tells is the session's present state, which may be
 * ahead of the events that the listeners have heard so far; what this campaign sends becomes part of it a moment
 * after the call that sends it. All methods may be called on any thread; after the session was closed all but the
 * listener methods throw {@code DistributedMekHQException} with {@code SESSION_CLOSED}.
 */
public interface Roster {

    /** {@return this campaign, as the others see it} */
    CampaignDetails own();

    /** {@return the host campaign; empty on a remote campaign that has not been connected yet} */
    Optional<CampaignDetails> host();

    /** {@return everyone else, the host included, inactive campaigns too; not modifiable} */
    List<CampaignDetails> campaigns();

    /**
     * Finds a campaign, this one included.
     *
     * @param campaign the campaign's UUID
     * @return the campaign; empty when the session does not know it
     */
    Optional<CampaignDetails> find(UUID campaign);

    /**
     * Tells how long a ping to a campaign and its answer last took.
     *
     * @param campaign the campaign's UUID
     * @return the time, in whole microseconds; empty when it was not measured. A remote campaign knows its host's only
     */
    Optional<Duration> roundTrip(UUID campaign);

    /**
     * Tells the others that this campaign's GM mode was switched.
     *
     * @param gmMode whether the campaign is in GM mode now
     */
    void sendGmModeChanged(boolean gmMode);

    /**
     * Tells the others where this campaign is now.
     *
     * @param systemId   MekHQ's id of the planetary system; 1 to 200 characters, no control characters, otherwise
     *                   {@code INVALID_ARGUMENT}
     * @param gmMovement the movement was a GM's doing, not a journey
     */
    void sendLocationChanged(String systemId, boolean gmMovement);

    /**
     * Adds a listener, which hears the events delivered from now on.
     *
     * @param listener the listener
     */
    void addListener(RosterListener listener);

    /**
     * Removes a listener. Nothing happens when it was never added.
     *
     * @param listener the listener
     */
    void removeListener(RosterListener listener);
}
