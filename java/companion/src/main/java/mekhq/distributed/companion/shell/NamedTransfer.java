// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Predicate;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.roster.Roster;
import mekhq.distributed.transfer.Transfer;

/** Open transfers as the player names and reads them: by the beginning of the request's UUID. */
final class NamedTransfer {

    private static final int SHOWN_DIGITS = 4;

    private NamedTransfer() {
    }

    /** How the player names a request. */
    static String name(UUID request) {
        return request.toString().substring(0, SHOWN_DIGITS);
    }

    /** The one that was named; the only one there is where none was. */
    static Transfer find(String text, CommandContext context, Predicate<Transfer> which) throws CommandException {
        String wanted = text.toLowerCase(Locale.ROOT);
        List<Transfer> found = context.session().openTransfers().stream().filter(which)
                .filter(transfer -> transfer.request().toString().startsWith(wanted)).toList();
        if (found.isEmpty()) {
            throw new CommandException("No such wire transfer is open; \"transfers\" shows them.");
        }
        if (found.size() > 1) {
            throw new CommandException("Several are open: "
                    + String.join(", ", found.stream().map(transfer -> transfer.request().toString()).toList()) + ".");
        }
        return found.get(0);
    }

    /** Who pays whom, from this campaign's side. */
    static String sentence(Transfer transfer, CommandContext context) {
        return sentence(transfer, context.own().id(), context.session().roster());
    }

    static String sentence(Transfer transfer, UUID own, Roster roster) {
        boolean pays = transfer.payer().equals(own);
        UUID other = transfer.source().equals(own) ? transfer.target() : transfer.source();
        String memo = transfer.memo().isEmpty() ? "" : " (" + Printable.text(transfer.memo()) + ")";
        return (pays ? "you pay " : "you get ") + transfer.amount().abs().format() + (pays ? " to " : " from ")
                + nameOf(other, roster) + memo;
    }

    static String nameOf(UUID campaign, Roster roster) {
        return roster.find(campaign).map(CampaignDetails::name).map(Printable::text).orElse(campaign.toString());
    }
}
