// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;
import java.util.UUID;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.roster.Member;
import mekhq.distributed.roster.Members;

/** A decision of the host's player about who belongs to the session. The answer is the event that follows. */
final class MembershipCommand implements Command {

    /** What is decided about a campaign. */
    private interface Decision {
        void make(Members members, UUID campaign, String reason);
    }

    private final String name;
    private final String summary;
    private final Decision decision;

    private MembershipCommand(String name, String summary, Decision decision) {
        this.name = name;
        this.summary = summary;
        this.decision = decision;
    }

    static List<Command> all() {
        return List.of(
                new MembershipCommand("kick", "end a campaign's connection; it may join again", Members::kick),
                new MembershipCommand("ban", "end a campaign's connection and let it in no more", Members::ban),
                new MembershipCommand("unban", "let a banned campaign in again", Members::unban),
                new MembershipCommand("retire", "take a campaign that has left for good off the list", Members::retire),
                new MembershipCommand("readmit", "put a retired campaign back on the list", Members::readmit),
                new MembershipCommand("reset-key", "let a player who lost the campaign's key join with a new one",
                        Members::resetKey));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String usage() {
        return name + " CAMPAIGN REASON";
    }

    @Override
    public String summary() {
        return summary + " (host only)";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        Members members = MembersCommand.of(context);
        List<CampaignDetails> campaigns = members.all().stream().map(Member::campaign).toList();
        if (arguments.isEmpty()) {
            throw usageError();
        }
        NamedCampaign named = NamedCampaign.before(arguments, campaigns);
        if (named.rest().isEmpty()) {
            throw usageError();
        }
        decision.make(members, named.campaign().id(), named.rest());
    }

    private CommandException usageError() {
        return new CommandException("Usage: " + usage() + ", with a REASON that the other player reads.");
    }
}
