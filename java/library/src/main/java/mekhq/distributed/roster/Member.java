// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.roster;

import java.util.Objects;
import java.util.Optional;

import mekhq.distributed.CampaignDetails;

/**
 * How a campaign belongs to the host's session.
 *
 * @param campaign         the campaign as it was last known
 * @param hasKey           whether it is known by its key, so that nobody without that key can join in its place
 * @param banReason        why it may not join; empty when it is not banned
 * @param retirementReason why it has left for good; empty when it has not retired
 */
public record Member(CampaignDetails campaign, boolean hasKey, Optional<String> banReason,
        Optional<String> retirementReason) {

    /** Checks that nothing is null. */
    public Member {
        Objects.requireNonNull(campaign, "campaign");
        Objects.requireNonNull(banReason, "banReason");
        Objects.requireNonNull(retirementReason, "retirementReason");
    }

    /** {@return whether it may not join until it is unbanned} */
    public boolean isBanned() {
        return banReason.isPresent();
    }

    /** {@return whether it is off the roster until it is readmitted} */
    public boolean isRetired() {
        return retirementReason.isPresent();
    }
}
