// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.Optional;

import mekhq.distributed.roster.Member;
import mekhq.distributed.roster.Membership;

/** Between the members of the API and those that cross into the native library. */
final class MemberConvert {

    private MemberConvert() {
    }

    static Member toMember(mekhq.distributed.internal.proto.bridge.Member wire) {
        return new Member(Convert.toCampaign(wire.getCampaign()), wire.getHasKey(), toReason(wire.getBanReason()),
                toReason(wire.getRetirementReason()));
    }

    /** Empty for a decision that this version does not know, which no native library of the same version tells. */
    static Optional<Membership> toMembership(mekhq.distributed.internal.proto.bridge.Membership wire) {
        return switch (wire) {
            case MEMBERSHIP_KICKED -> Optional.of(Membership.KICKED);
            case MEMBERSHIP_BANNED -> Optional.of(Membership.BANNED);
            case MEMBERSHIP_UNBANNED -> Optional.of(Membership.UNBANNED);
            case MEMBERSHIP_RETIRED -> Optional.of(Membership.RETIRED);
            case MEMBERSHIP_READMITTED -> Optional.of(Membership.READMITTED);
            case MEMBERSHIP_KEY_RESET -> Optional.of(Membership.KEY_RESET);
            case MEMBERSHIP_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    static mekhq.distributed.internal.proto.bridge.Membership toWire(Membership change) {
        return switch (change) {
            case KICKED -> mekhq.distributed.internal.proto.bridge.Membership.MEMBERSHIP_KICKED;
            case BANNED -> mekhq.distributed.internal.proto.bridge.Membership.MEMBERSHIP_BANNED;
            case UNBANNED -> mekhq.distributed.internal.proto.bridge.Membership.MEMBERSHIP_UNBANNED;
            case RETIRED -> mekhq.distributed.internal.proto.bridge.Membership.MEMBERSHIP_RETIRED;
            case READMITTED -> mekhq.distributed.internal.proto.bridge.Membership.MEMBERSHIP_READMITTED;
            case KEY_RESET -> mekhq.distributed.internal.proto.bridge.Membership.MEMBERSHIP_KEY_RESET;
        };
    }

    private static Optional<String> toReason(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(PlainText.of(text));
    }
}
