// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

/** Something that the player can type. Adding one means a class and its line in {@link CommandLoop}. */
interface Command {

    /** The word that it begins with, in lower case. */
    String name();

    /** The command with its arguments, for the help. */
    String usage();

    /** What it does, for the help: one line. */
    String summary();

    /**
     * Carries it out and prints the answer.
     *
     * @param arguments what was typed behind the name, stripped, may be empty
     * @param context   what it works on
     * @throws CommandException if it cannot be done
     */
    void run(String arguments, CommandContext context) throws CommandException;
}
