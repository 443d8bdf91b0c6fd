// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import mekhq.distributed.companion.save.MementoFile;

/**
 * A campaign's memento, and where it is kept.
 *
 * @param file where it is kept
 * @param text as it was read: the memento's line, then one for each thing to be booked; empty: the campaign was never in
 *             a session
 */
public record LoadedMemento(MementoFile file, String text) {

    /** Checks that nothing is null. */
    public LoadedMemento {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(text, "text");
    }

    /**
     * The memento alone.
     *
     * @return its line; empty if there is none
     */
    public String memento() {
        return text.lines().findFirst().orElse("");
    }

    /**
     * What is to be booked.
     *
     * @param date the date that the campaign stands on
     * @return the list
     * @throws IllegalArgumentException when a line is damaged; the message names it
     */
    public TodoList todos(LocalDate date) {
        return TodoList.parse(text.lines().skip(1).toList(), date);
    }

    /**
     * Both as one text.
     *
     * @param memento the memento
     * @param todos   what is to be booked
     * @return the text
     */
    public static String text(String memento, TodoList todos) {
        return Stream.concat(Stream.of(memento), todos.lines().stream()).collect(Collectors.joining("\n"));
    }
}
