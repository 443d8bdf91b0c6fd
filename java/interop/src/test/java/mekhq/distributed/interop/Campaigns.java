// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.interop;

import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import mekhq.distributed.CampaignDetails;
import mekhq.distributed.CampaignStatus;
import mekhq.distributed.force.Force;
import mekhq.distributed.force.ForceUnit;
import mekhq.distributed.settlement.Standing;

/** The campaigns that the tests play with. Nobody is further along than the host campaign. */
final class Campaigns {
    /** The MekHQ version of everyone who gets along. */
    static final String VERSION = "0.50.06";

    static final CampaignDetails HOST = campaign(1, "Wächter der Grenze", LocalDate.of(3025, 6, 1), "Galatea", false);
    static final CampaignDetails FIRST =
            campaign(2, "Lance à Louer 🦊", LocalDate.of(3025, 1, 31), "Outreach", true);
    static final CampaignDetails SECOND = campaign(3, "Third Shift", LocalDate.of(3025, 2, 28), "Solaris", false);

    /** A table of organisation three levels deep, with names beyond ASCII and a unit that nobody commands. */
    static final Force TOE = new Force(
            0,
            "Wächter",
            List.of(new Force(
                    1,
                    "1. Kompanie 🛡",
                    List.of(new Force(-7, "Scouts", List.of(), List.of(unit(11, "Locust LCT-1V", "")))),
                    List.of(unit(12, "Atlas AS7-D", "Żaneta O'Néill")))),
            List.of(unit(13, "Manticore Heavy Tank", "Kpt. Berg")));

    private Campaigns() {}

    /** The same campaign as others see it while it is connected; what only the host sets is left out. */
    static CampaignDetails active(CampaignDetails details) {
        return with(details, true);
    }

    /** The same campaign as others see it while it is away; what only the host sets is left out. */
    static CampaignDetails inactive(CampaignDetails details) {
        return with(details, false);
    }

    private static CampaignDetails with(CampaignDetails details, boolean active) {
        return new CampaignDetails(
                details.id(), details.name(), details.date(), 0, details.location(), details.gmMode(), active,
                CampaignStatus.UNKNOWN, false, Standing.CLEAN);
    }

    private static CampaignDetails campaign(
            int number, String name, LocalDate date, String location, boolean gmMode) {
        return CampaignDetails.of(id(number), name, date, location, gmMode);
    }

    private static ForceUnit unit(int number, String name, String commander) {
        return new ForceUnit(id(number).toString(), name, commander);
    }

    private static UUID id(int number) {
        return new UUID(0x5e55_10b5_0000_4000L, 0x8000_0000_0000_0000L | number);
    }
}
