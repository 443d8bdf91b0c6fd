// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What the player does about a settlement that could not be applied. */
final class PausedCommand implements Command {

    private final String name;
    private final String summary;
    private final String done;
    private final Function<OpenSession, CompletionStage<Void>> choice;

    private PausedCommand(String name, String summary, String done,
                          Function<OpenSession, CompletionStage<Void>> choice) {
        this.name = name;
        this.summary = summary;
        this.done = done;
        this.choice = choice;
    }

    static List<Command> all() {
        return List.of(
                new PausedCommand("retry", "try again to settle what could not be settled", "Tried again.",
                        OpenSession::retry),
                new PausedCommand("skip", "do without what cannot be settled; everybody sees that", "Skipped.",
                        OpenSession::skip));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String usage() {
        return name;
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public void run(String arguments, CommandContext context) {
        choice.apply(context.session()).whenComplete((nothing, failure) -> {
            if (failure != null) {
                Answers.failed(failure, context.screen());
            } else {
                context.screen().event(done);
            }
        });
    }
}
