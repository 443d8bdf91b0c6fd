// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.integration;

/** Something that happened to a campaign. */
public class CampaignEvent {
    private final Campaign campaign;
    private boolean cancelled;

    CampaignEvent(Campaign campaign) {
        this.campaign = campaign;
    }

    public Campaign getCampaign() {
        return campaign;
    }

    public void cancel() {
        cancelled = true;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Before a day ends; who cancels it keeps the campaign on its date. */
    public static final class DayEndingEvent extends CampaignEvent {
        DayEndingEvent(Campaign campaign) {
            super(campaign);
        }
    }

    /** The last thing that happens to a new day. */
    public static final class NewDayEvent extends CampaignEvent {
        NewDayEvent(Campaign campaign) {
            super(campaign);
        }
    }

    /** The campaign entered or left GM mode. */
    public static final class GMModeEvent extends CampaignEvent {
        private final boolean gmMode;

        GMModeEvent(Campaign campaign, boolean gmMode) {
            super(campaign);
            this.gmMode = gmMode;
        }

        public boolean isGMMode() {
            return gmMode;
        }
    }

    /** The campaign is in another system. */
    public static final class LocationChangedEvent extends CampaignEvent {
        private final boolean kfJump;

        LocationChangedEvent(Campaign campaign, boolean kfJump) {
            super(campaign);
            this.kfJump = kfJump;
        }

        public boolean isKFJump() {
            return kfJump;
        }
    }

    /** The table of organisation changed; fires for each unit that is moved. */
    public static final class OrganizationChangedEvent extends CampaignEvent {
        OrganizationChangedEvent(Campaign campaign) {
            super(campaign);
        }
    }
}
