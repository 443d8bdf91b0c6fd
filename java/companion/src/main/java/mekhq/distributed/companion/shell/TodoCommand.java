// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;

/** Shows what is to be booked in MekHQ, and takes the player's ticks. */
final class TodoCommand implements Command {

    /** What is done with the number that the player typed. */
    private interface Change {
        boolean make(TodoList todos, int number);
    }

    private final String name;
    private final String summary;
    private final Change change;

    private TodoCommand(String name, String summary, Change change) {
        this.name = name;
        this.summary = summary;
        this.change = change;
    }

    static List<Command> all() {
        return List.of(
                new TodoCommand("todo", "show what is to be booked in MekHQ", null),
                new TodoCommand("done", "tick off what you have booked in MekHQ, and save there then",
                        TodoList::tick),
                new TodoCommand("lacks", "an older save, as after a crash of MekHQ, lacks what you ticked off: book it again",
                        TodoList::reopen));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String usage() {
        return change == null ? name : name + " NUMBER";
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        TodoList todos = context.session().todos();
        if (change != null) {
            int number = number(arguments);
            if (!change.make(todos, number)) {
                throw new CommandException("There is no such item; \"statement\" shows all.");
            }
        }
        List<Todo> open = todos.open();
        if (open.isEmpty()) {
            context.screen().line("Nothing is to be booked in MekHQ.");
        }
        open.forEach(item -> context.screen().line(item.number() + "  " + item.sentence()));
    }

    private int number(String text) throws CommandException {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new CommandException("Usage: " + usage() + ", as \"todo\" shows it.");
        }
    }
}
