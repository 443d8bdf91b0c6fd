// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Copies the host's ledger. */
final class BackupCommand implements Command {

    @Override
    public String name() {
        return "backup";
    }

    @Override
    public String usage() {
        return "backup FILE";
    }

    @Override
    public String summary() {
        return "copy the ledger to a new file (host)";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        if (!context.isHost()) {
            throw new CommandException("Only the host has the ledger.");
        }
        if (arguments.isEmpty()) {
            throw new CommandException("Usage: " + usage() + ", a file that does not exist yet.");
        }
        context.session().backup(file(arguments)).whenComplete((done, failure) -> {
            if (failure != null) {
                Answers.failed(failure, context.screen());
            } else {
                context.screen().event("The ledger was copied to " + Printable.text(arguments) + ".");
            }
        });
    }

    private static Path file(String name) throws CommandException {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new CommandException("No file can be named so: " + Printable.text(name) + ".");
        }
    }
}
