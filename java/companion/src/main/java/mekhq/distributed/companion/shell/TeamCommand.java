// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

import mekhq.distributed.CampaignDetails;

/** Puts a campaign on a team. The answer is the event that everyone hears. */
final class TeamCommand implements Command {

    @Override
    public String name() {
        return "team";
    }

    @Override
    public String usage() {
        return "team CAMPAIGN NUMBER";
    }

    @Override
    public String summary() {
        return "put a campaign on a team (host only); the beginning of its name will do";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        int end = arguments.lastIndexOf(' ');
        int team = number(arguments.substring(end + 1));
        if (end < 0) {
            throw usageError();
        }
        if (!context.isHost()) {
            throw new CommandException("Only the host assigns teams.");
        }
        CampaignDetails campaign = find(arguments.substring(0, end).strip(), context);
        if (context.session().teams().teamOf(campaign.id()) == team) {
            throw new CommandException(Printable.text(campaign.name()) + " is on team " + team + " already.");
        }
        context.session().teams().assign(campaign.id(), team);
    }

    private int number(String text) throws CommandException {
        try {
            int team = Integer.parseInt(text);
            if (team >= 1) {
                return team;
            }
        } catch (NumberFormatException e) {
            throw usageError();
        }
        throw usageError();
    }

    private CommandException usageError() {
        return new CommandException("Usage: " + usage() + ", with a NUMBER from 1 up.");
    }

    /** By the whole name, or by the beginning of just one; by the id where names are the same. */
    private static CampaignDetails find(String text, CommandContext context) throws CommandException {
        List<CampaignDetails> campaigns = context.session().roster().campaigns();
        String wanted = folded(text);
        List<CampaignDetails> found = matching(campaigns, campaign -> campaign.id().toString().equals(wanted));
        if (found.isEmpty()) {
            found = matching(campaigns, campaign -> folded(campaign.name()).equals(wanted));
        }
        if (found.isEmpty()) {
            found = matching(campaigns, campaign -> folded(campaign.name()).startsWith(wanted));
        }
        if (found.isEmpty()) {
            boolean own = folded(context.own().name()).startsWith(wanted);
            throw new CommandException(own ? "The host is always on team 1."
                    : "No campaign is named " + Printable.text(text) + ".");
        }
        if (found.size() > 1) {
            throw new CommandException("Several campaigns are named so: "
                    + String.join(", ", found.stream().map(TeamCommand::named).toList()) + ".");
        }
        return found.get(0);
    }

    private static List<CampaignDetails> matching(List<CampaignDetails> campaigns, Predicate<CampaignDetails> wanted) {
        return campaigns.stream().filter(wanted).toList();
    }

    private static String named(CampaignDetails campaign) {
        return Printable.text(campaign.name()) + " (" + campaign.id() + ")";
    }

    private static String folded(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
