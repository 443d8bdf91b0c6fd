// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.interop;

import java.time.LocalDate;
import java.util.UUID;
import mekhq.distributed.CampaignDetails;
import mekhq.distributed.CampaignStatus;
import mekhq.distributed.force.Force;
import mekhq.distributed.force.ForceUnit;
import mekhq.distributed.settlement.Standing;

/** The same values as the facade's records and as messages of the old contract. */
final class Translation {
    private Translation() {}

    static mekhq.distributed.interop.legacy.CampaignDetails toLegacy(CampaignDetails details) {
        return mekhq.distributed.interop.legacy.CampaignDetails.newBuilder()
                .setId(details.id().toString())
                .setName(details.name())
                .setDate(details.date().toString())
                .setTeam(details.team())
                .setLocation(details.location())
                .setIsGMMode(details.gmMode())
                .setIsActive(details.active())
                .build();
    }

    static CampaignDetails fromLegacy(mekhq.distributed.interop.legacy.CampaignDetails details) {
        return new CampaignDetails(
                UUID.fromString(details.getId()),
                details.getName(),
                LocalDate.parse(details.getDate()),
                details.getTeam(),
                details.getLocation(),
                details.getIsGMMode(),
                details.getIsActive(),
                CampaignStatus.UNKNOWN,
                false,
                Standing.CLEAN);
    }

    static mekhq.distributed.interop.legacy.Force toLegacy(Force force) {
        return mekhq.distributed.interop.legacy.Force.newBuilder()
                .setId(force.id())
                .setName(force.name())
                .addAllSubForces(force.subForces().stream().map(Translation::toLegacy).toList())
                .addAllUnits(force.units().stream().map(Translation::toLegacy).toList())
                .build();
    }

    private static mekhq.distributed.interop.legacy.ForceUnit toLegacy(ForceUnit unit) {
        return mekhq.distributed.interop.legacy.ForceUnit.newBuilder()
                .setId(unit.id())
                .setName(unit.name())
                .setCommander(unit.commander())
                .build();
    }
}
