// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.roster;

import java.util.UUID;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.EndCause;

/**
 * Hears how the roster changes. All methods run on the session's executor, one at a time and in the order of the
 * events; what they throw is logged, and the next event follows.
 */
public interface RosterListener {

    /**
     * A campaign came, or came back.
     *
     * @param campaign the campaign
     */
    default void onCampaignJoined(CampaignDetails campaign) {
    }

    /**
     * A campaign left. It stays on the roster as inactive, unless it has retired.
     *
     * @param campaign the campaign
     * @param cause    how it left; {@link EndCause#UNKNOWN} on remote campaigns, as only the host learns it
     * @param reason   why, for people; may be empty
     */
    default void onCampaignLeft(CampaignDetails campaign, EndCause cause, String reason) {
    }

    /**
     * A campaign's GM mode was switched.
     *
     * @param campaign the campaign's UUID
     * @param gmMode   whether it is in GM mode now
     */
    default void onGmModeChanged(UUID campaign, boolean gmMode) {
    }

    /**
     * A campaign is somewhere else now.
     *
     * @param campaign   the campaign's UUID
     * @param systemId   MekHQ's id of the planetary system
     * @param gmMovement the movement was a GM's doing, not a journey
     */
    default void onLocationChanged(UUID campaign, String systemId, boolean gmMovement) {
    }

    /**
     * A decision of the host's player about who belongs to the session has taken effect. Only called on a host campaign,
     * and not for what was decided before this session object began; {@link Members#all()} tells how things stand.
     *
     * @param campaign the campaign's UUID
     * @param change   what was decided
     * @param reason   why, as it was given
     */
    default void onMembershipChanged(UUID campaign, Membership change, String reason) {
    }
}
