// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;

import mekhq.distributed.Bundle;
import mekhq.distributed.CampaignDetails;
import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.Money;
import mekhq.distributed.roster.Roster;
import mekhq.distributed.settlement.Adjustment;

/** The host sets right what a campaign has: at large, or what its way out of quarantine has left wrong. */
final class AdjustCommand implements Command {

    private final String name;
    private final String summary;
    private final boolean repairs;

    private AdjustCommand(String name, String summary, boolean repairs) {
        this.name = name;
        this.summary = summary;
        this.repairs = repairs;
    }

    static List<Command> all() {
        return List.of(
                new AdjustCommand("adjust", "give a campaign C-bills, or take them by an AMOUNT below 0 (host)", false),
                new AdjustCommand("repair", "the same, for what its last leave-quarantine has left wrong; its saves from "
                        + "before that do not get it (host)", true));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String usage() {
        return name + " CAMPAIGN AMOUNT REASON";
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        if (!context.isHost()) {
            throw new CommandException("Only the host sets right what campaigns have.");
        }
        if (arguments.isEmpty()) {
            throw usageError();
        }
        Roster roster = context.session().roster();
        List<CampaignDetails> everyone =
                Stream.concat(Stream.of(roster.own()), roster.campaigns().stream()).toList();
        NamedCampaign named = NamedCampaign.before(arguments, everyone);
        CBills typed = CBills.before(named.rest()).filter(amount -> !amount.rest().isEmpty())
                .orElseThrow(this::usageError);
        CampaignDetails campaign = named.campaign();
        LocalDate due = context.own().date();
        if (!repairs) {
            context.session().adjust(adjustment(campaign, typed, 0, due));
            return;
        }
        context.session().campaignStatement(campaign.id()).whenComplete((statement, failure) -> {
            if (failure != null) {
                Answers.failed(failure, context.screen());
            } else if (statement.exit() == 0) {
                context.screen().line(Printable.text(campaign.name())
                        + " has not left quarantine in this session: there is nothing to repair.");
            } else {
                repair(adjustment(campaign, typed, statement.exit(), due), context);
            }
        });
    }

    private static void repair(Adjustment adjustment, CommandContext context) {
        try {
            context.session().adjust(adjustment);
        } catch (DistributedMekHQException e) {
            Answers.failed(e, context.screen());
        }
    }

    private static Adjustment adjustment(CampaignDetails campaign, CBills typed, long exit, LocalDate due) {
        Money amount = typed.amount();
        Bundle moved = Bundle.of(amount.abs());
        return new Adjustment(campaign.id(), amount.isPositive() ? Bundle.EMPTY : moved,
                amount.isPositive() ? moved : Bundle.EMPTY, typed.rest(), exit, due);
    }

    private CommandException usageError() {
        return new CommandException("Usage: " + usage() + ", with an AMOUNT of C-bills such as 1,500,000 and a REASON that "
                + "everybody reads.");
    }
}
