// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.interop;

import com.google.protobuf.Message;
import java.time.LocalDate;
import java.util.UUID;
import mekhq.distributed.force.Force;
import mekhq.distributed.interop.legacy.CampaignDateChanged;
import mekhq.distributed.interop.legacy.CampaignDetails;
import mekhq.distributed.interop.legacy.GMModeChanged;
import mekhq.distributed.interop.legacy.LocationChanged;
import mekhq.distributed.interop.legacy.TOEUpdated;

/** The game messages of the old contract. */
final class Messages {
    private Messages() {}

    static CampaignDateChanged dateChanged(UUID campaign, LocalDate date) {
        return CampaignDateChanged.newBuilder().setId(campaign.toString()).setDate(date.toString()).build();
    }

    static GMModeChanged gmModeChanged(UUID campaign, boolean gmMode) {
        return GMModeChanged.newBuilder().setId(campaign.toString()).setValue(gmMode).build();
    }

    static LocationChanged locationChanged(UUID campaign, String location, boolean gmMovement) {
        return LocationChanged.newBuilder()
                .setId(campaign.toString())
                .setLocation(location)
                .setIsGmMovement(gmMovement)
                .build();
    }

    static TOEUpdated toeUpdated(UUID campaign, Force force) {
        return TOEUpdated.newBuilder().setId(campaign.toString()).setForce(Translation.toLegacy(force)).build();
    }

    /** A campaign's details once it has said this; unchanged by what it says of others, or of its forces. */
    static CampaignDetails applied(CampaignDetails details, Message payload) {
        if (payload instanceof CampaignDateChanged date && date.getId().equals(details.getId())) {
            return details.toBuilder().setDate(date.getDate()).build();
        }
        if (payload instanceof GMModeChanged mode && mode.getId().equals(details.getId())) {
            return details.toBuilder().setIsGMMode(mode.getValue()).build();
        }
        if (payload instanceof LocationChanged location && location.getId().equals(details.getId())) {
            return details.toBuilder().setLocation(location.getLocation()).build();
        }
        return details;
    }
}
