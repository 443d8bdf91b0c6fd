// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;

import mekhq.distributed.transfer.Transfer;

/** Shows the open wire transfers. */
final class TransfersCommand implements Command {

    @Override
    public String name() {
        return "transfers";
    }

    @Override
    public String usage() {
        return "transfers";
    }

    @Override
    public String summary() {
        return "show the open wire transfers";
    }

    @Override
    public void run(String arguments, CommandContext context) {
        List<Transfer> open = context.session().openTransfers();
        if (open.isEmpty()) {
            context.screen().line("No wire transfer is open.");
        }
        open.forEach(transfer -> context.screen().line(NamedTransfer.name(transfer.request()) + "  "
                + NamedTransfer.sentence(transfer, context) + (transfer.target().equals(context.own().id())
                ? "; accept or reject it" : "; waiting for an answer")));
    }
}
