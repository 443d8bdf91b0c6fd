// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.Timeline;

/** Tells the host that this campaign has done its day. */
final class ReadyCommand implements Command {

    @Override
    public String name() {
        return "ready";
    }

    @Override
    public String usage() {
        return "ready";
    }

    @Override
    public String summary() {
        return "tell the host that you have done your day";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        if (context.isHost()) {
            throw new CommandException("The host waits for nobody: advance when you like.");
        }
        Timeline timeline = context.session().timeline();
        MayAdvance answer = timeline.mayAdvance(context.own().date());
        switch (answer) {
            case ALLOWED -> throw new CommandException("You need not wait: you may advance.");
            case HOST_LOST -> throw new CommandException(Reasons.sentence(answer, timeline.hostDate(), 0));
            default -> timeline.readyToAdvance();
        }
        context.own().becomeReady();
        context.screen().event("You are ready to advance from " + context.own().date() + ".");
    }
}
