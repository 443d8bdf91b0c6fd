// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.internal.proto.Refused;
import mekhq.distributed.internal.proto.bridge.Connected;
import mekhq.distributed.internal.proto.bridge.HostDistrusted;

/**
 * Between the values of the API and the messages that cross into the native library, which has checked whatever comes
 * from there: ids are UUIDs, dates are dates.
 */
final class Convert {

    private Convert() {
    }

    static mekhq.distributed.internal.proto.CampaignDetails toWire(CampaignDetails campaign) {
        return mekhq.distributed.internal.proto.CampaignDetails.newBuilder()
                .setId(campaign.id().toString())
                .setName(campaign.rawName())
                .setDate(campaign.date().toString())
                .setTeam(campaign.team())
                .setLocation(campaign.rawLocation())
                .setIsGMMode(campaign.gmMode())
                .setIsActive(campaign.active())
                .build();
    }

    static CampaignDetails toCampaign(mekhq.distributed.internal.proto.CampaignDetails wire) {
        return new CampaignDetails(UUID.fromString(wire.getId()), wire.getName(), LocalDate.parse(wire.getDate()),
                wire.getTeam(), wire.getLocation(), wire.getIsGMMode(), wire.getIsActive(),
                CampaignStatus.fromWire(wire.getStatusValue()), wire.getReady(),
                SettlementConvert.toStanding(wire.getStanding()));
    }

    static mekhq.distributed.internal.proto.bridge.VersionRule toWire(VersionRule rule) {
        return switch (rule) {
            case EXACT -> mekhq.distributed.internal.proto.bridge.VersionRule.VERSION_RULE_EXACT;
            case SAME_MINOR -> mekhq.distributed.internal.proto.bridge.VersionRule.VERSION_RULE_SAME_MINOR;
            case ANY -> mekhq.distributed.internal.proto.bridge.VersionRule.VERSION_RULE_ANY;
        };
    }

    static ConnectedHost toConnectedHost(Connected wire) {
        String host = wire.getRoster().getHost();
        CampaignDetails campaign = wire.getRoster().getCampaignsList().stream()
                .filter(candidate -> candidate.getId().equals(host))
                .findFirst()
                .map(Convert::toCampaign)
                .orElseThrow(() -> new DistributedMekHQException(ErrorCode.INTERNAL, "a roster without its host"));
        return new ConnectedHost(campaign, toOptionalUuid(wire.getSession()), PlainText.of(wire.getHostVersion()),
                wire.getLegacyHost());
    }

    static DistrustedHost toDistrustedHost(HostDistrusted wire) {
        Optional<Fingerprint> expected =
                Optional.of(wire.getExpected()).filter(text -> !text.isEmpty()).map(Fingerprint::new);
        return new DistrustedHost(wire.getAddress(), new Fingerprint(wire.getFingerprint()), expected);
    }

    static Refusal toRefusal(Refused wire) {
        return new Refusal(toOptionalUuid(wire.getRequest()), ErrorCode.fromWire(wire.getCodeValue()),
                PlainText.of(wire.getReason()), wire.getRevision(), PlainText.of(wire.getRefused()));
    }

    static Statistics toStatistics(mekhq.distributed.internal.proto.bridge.Statistics wire, Backlog backlog) {
        return new Statistics(wire.getUnknownTypes(), wire.getMalformed(), wire.getNotYours(), wire.getIgnored(),
                wire.getRefusalsDropped() + backlog.refusalsDropped(),
                wire.getDailyLogsDropped() + backlog.dailyLogsDropped());
    }

    private static Optional<UUID> toOptionalUuid(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(UUID.fromString(text));
    }
}
