// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

/** The one way out of quarantine. */
final class LeaveQuarantineCommand implements Command {

    @Override
    public String name() {
        return "leave-quarantine";
    }

    @Override
    public String usage() {
        return "leave-quarantine";
    }

    @Override
    public String summary() {
        return "go on from what the host's ledger knows";
    }

    @Override
    public void run(String arguments, CommandContext context) {
        context.session().exitQuarantine().whenComplete((done, failure) -> {
            if (failure != null) {
                Answers.failed(failure, context.screen());
            } else {
                context.screen().event("Asked the host to go on from what its ledger knows.");
            }
        });
    }
}
