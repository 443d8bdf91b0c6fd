// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.internal.proto.bridge.MembershipChanged;
import mekhq.distributed.roster.Member;
import mekhq.distributed.roster.Members;
import mekhq.distributed.roster.Membership;

import com.google.protobuf.InvalidProtocolBufferException;

/** Who belongs to a host's session, kept by the native library. */
final class NativeMembers implements Members {
    private final SessionCore core;

    NativeMembers(SessionCore core) {
        this.core = core;
    }

    @Override
    public List<Member> all() {
        try {
            return mekhq.distributed.internal.proto.bridge.Members.parseFrom(Native.members(core.id()))
                    .getMembersList().stream().map(MemberConvert::toMember).toList();
        } catch (InvalidProtocolBufferException e) {
            throw new DistributedMekHQException(ErrorCode.INTERNAL, "unreadable members: " + e.getMessage());
        }
    }

    @Override
    public Optional<Member> find(UUID campaign) {
        return all().stream().filter(member -> member.campaign().id().equals(campaign)).findFirst();
    }

    @Override
    public void kick(UUID campaign, String reason) {
        decide(campaign, Membership.KICKED, reason);
    }

    @Override
    public void ban(UUID campaign, String reason) {
        decide(campaign, Membership.BANNED, reason);
    }

    @Override
    public void unban(UUID campaign, String reason) {
        decide(campaign, Membership.UNBANNED, reason);
    }

    @Override
    public void retire(UUID campaign, String reason) {
        decide(campaign, Membership.RETIRED, reason);
    }

    @Override
    public void readmit(UUID campaign, String reason) {
        decide(campaign, Membership.READMITTED, reason);
    }

    @Override
    public void resetKey(UUID campaign, String reason) {
        decide(campaign, Membership.KEY_RESET, reason);
    }

    private void decide(UUID campaign, Membership change, String reason) {
        MembershipChanged changed = MembershipChanged.newBuilder()
                .setCampaign(campaign.toString())
                .setChange(MemberConvert.toWire(change))
                .setReason(reason)
                .build();
        Native.changeMembership(core.id(), changed.toByteArray());
    }
}
