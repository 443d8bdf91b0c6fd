// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;

import mekhq.distributed.transfer.Transfer;

/** The player's word on an open wire transfer. How it ends is the event that follows. */
final class TransferCommand implements Command {

    /** What is said. */
    private interface Word {
        CompletionStage<Void> say(OpenSession session, UUID request);
    }

    private final String name;
    private final String summary;
    private final BiPredicate<Transfer, UUID> which;
    private final Word word;

    private TransferCommand(String name, String summary, BiPredicate<Transfer, UUID> which, Word word) {
        this.name = name;
        this.summary = summary;
        this.which = which;
        this.word = word;
    }

    static List<Command> all() {
        return List.of(
                new TransferCommand("accept", "say yes to a wire transfer that another campaign asks for",
                        (transfer, own) -> transfer.target().equals(own),
                        (session, request) -> session.answer(request, true)),
                new TransferCommand("reject", "say no to one, or take a yes back",
                        (transfer, own) -> transfer.target().equals(own),
                        (session, request) -> session.answer(request, false)),
                new TransferCommand("cancel", "take back a wire transfer that you asked for",
                        (transfer, own) -> transfer.source().equals(own), OpenSession::cancel));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String usage() {
        return name + " [TRANSFER]";
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        UUID own = context.own().id();
        Transfer transfer = NamedTransfer.find(arguments, context, open -> which.test(open, own));
        String about = "wire " + NamedTransfer.name(transfer.request()) + ", "
                + NamedTransfer.sentence(transfer, context);
        word.say(context.session(), transfer.request()).whenComplete((done, failure) -> {
            if (failure != null) {
                Answers.failed(failure, context.screen());
            } else {
                context.session().todos().describe(transfer.request(), about);
                context.screen().event("Sent: " + name + " " + NamedTransfer.name(transfer.request()) + ".");
            }
        });
    }
}
