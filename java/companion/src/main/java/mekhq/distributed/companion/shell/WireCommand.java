// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.UUID;

import mekhq.distributed.Money;

/** Wires C-bills to another campaign, or asks it for them. */
final class WireCommand implements Command {

    @Override
    public String name() {
        return "wire";
    }

    @Override
    public String usage() {
        return "wire CAMPAIGN AMOUNT [MEMO]";
    }

    @Override
    public String summary() {
        return "wire C-bills to a campaign, or ask it for them by an AMOUNT below 0";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        if (arguments.isEmpty()) {
            throw usageError();
        }
        NamedCampaign named = NamedCampaign.before(arguments, context.session().roster().campaigns());
        CBills typed = CBills.before(named.rest()).orElseThrow(this::usageError);
        Money money = typed.amount();
        String memo = typed.rest();
        UUID target = named.campaign().id();
        String other = Printable.text(named.campaign().name());
        context.session().wire(target, money, memo).whenComplete((request, failure) -> {
            if (failure != null) {
                Answers.failed(failure, context.screen());
                return;
            }
            context.session().todos().describe(request, "wire " + NamedTransfer.name(request) + " to " + other
                    + (memo.isEmpty() ? "" : ": " + Printable.text(memo)));
            context.screen().event("Asked " + other + ": wire transfer " + NamedTransfer.name(request) + " over "
                    + money.format() + ".");
        });
    }

    private CommandException usageError() {
        return new CommandException("Usage: " + usage() + ", with an AMOUNT of C-bills such as 1,500,000.");
    }
}
