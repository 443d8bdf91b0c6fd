// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;

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
        String name = arguments.substring(0, end).strip();
        List<CampaignDetails> others = context.session().roster().campaigns();
        boolean other = others.stream().anyMatch(campaign -> NamedCampaign.begins(campaign.name(), name));
        if (!other && NamedCampaign.begins(context.own().name(), name)) {
            throw new CommandException("The host is always on team 1.");
        }
        CampaignDetails campaign = NamedCampaign.find(name, others);
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
}
