// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import mekhq.distributed.Money;

/** Wires C-bills to another campaign, or asks it for them. */
final class WireCommand implements Command {

    private static final Pattern AMOUNT = Pattern.compile("(-?\\d{1,3}(?:,\\d{3})+|-?\\d{1,14})(?:\\s+(.*))?");

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
        Matcher amount = AMOUNT.matcher(named.rest());
        if (!amount.matches()) {
            throw usageError();
        }
        String memo = amount.group(2) == null ? "" : amount.group(2).strip();
        Money money = money(amount.group(1).replace(",", ""));
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

    private Money money(String units) throws CommandException {
        try {
            return Money.cBills(Long.parseLong(units));
        } catch (IllegalArgumentException e) {
            throw usageError();
        }
    }

    private CommandException usageError() {
        return new CommandException("Usage: " + usage() + ", with an AMOUNT of C-bills such as 1,500,000.");
    }
}
