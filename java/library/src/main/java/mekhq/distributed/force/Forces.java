// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.force;

import java.util.Optional;
import java.util.UUID;

/**
 * The campaigns' tables of organisation and equipment (TOE). What this object tells is the session's present state,
 * which may be ahead of the events that the listeners have heard so far; what this campaign sends becomes part of it a
 * moment after the call that sends it. All methods may be called on any thread; after the session was closed all but
 * the listener methods throw {@code DistributedMekHQException} with {@code SESSION_CLOSED}.
 */
public interface Forces {

    /**
     * Tells the others this campaign's TOE, after it has changed.
     *
     * @param force the whole TOE: at most 2,048 units, nested at most 16 deep, otherwise {@code INVALID_ARGUMENT},
     *              {@code TOO_MANY} or {@code TOO_LARGE}
     */
    void sendToeUpdated(Force force);

    /**
     * Sets who may see whose TOE, which is the host's choice. What becomes visible is shown at once, and what no longer
     * is, is hidden.
     *
     * @param visibility who may; {@link ForceVisibility#TEAM} in a new session
     * @throws mekhq.distributed.DistributedMekHQException {@code FORBIDDEN} on a remote campaign
     */
    void setVisibility(ForceVisibility visibility);

    /**
     * Finds the TOE of a campaign.
     *
     * @param campaign the campaign's UUID
     * @return its TOE as it was last told; empty when it has told none, or none that this campaign may see
     */
    Optional<Force> find(UUID campaign);

    /**
     * Adds a listener, which hears the events delivered from now on.
     *
     * @param listener the listener
     */
    void addListener(ForceListener listener);

    /**
     * Removes a listener. Nothing happens when it was never added.
     *
     * @param listener the listener
     */
    void removeListener(ForceListener listener);
}
