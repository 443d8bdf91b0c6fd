// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.util.UUID;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.CampaignStatus;
import mekhq.distributed.settlement.Standing;

/** Campaigns for tests. */
public final class Campaigns {

    public static final CampaignDetails LANCERS = of(1, "Copper Lancers", "3025-01-10", "Outreach");
    public static final CampaignDetails FOXES = of(2, "Grüne Füchse 🦊", "3025-01-05", "Galatea");
    public static final CampaignDetails RAVENS = of(3, "Ravens", "3025-01-07", "Solaris");

    private Campaigns() {
    }

    public static CampaignDetails of(int number, String name, String date, String location) {
        return CampaignDetails.of(new UUID(0, number), name, LocalDate.parse(date), location, false);
    }

    /** As the host tells of it. */
    public static CampaignDetails told(CampaignDetails own, String date, boolean active, CampaignStatus status,
                                       boolean ready) {
        return new CampaignDetails(own.id(), own.name(), LocalDate.parse(date), 3, own.location(), own.gmMode(), active,
                status, ready, Standing.CLEAN);
    }

    /** As the host tells of a campaign whose save could not apply everything. */
    public static CampaignDetails told(CampaignDetails told, Standing standing) {
        return new CampaignDetails(told.id(), told.name(), told.date(), told.team(), told.location(), told.gmMode(),
                told.active(), told.status(), told.ready(), standing);
    }
}
