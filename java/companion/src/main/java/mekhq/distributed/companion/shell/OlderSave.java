// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;

/** A save that is older than a tick may lack what was ticked off; only the player can know. */
final class OlderSave {

    private OlderSave() {
    }

    /** Asks about a save that was just read, where there is something to ask about. */
    static void ask(SaveState save, TodoList todos, Screen screen) {
        List<Todo> doubtful = todos.doubtful(save);
        if (doubtful.isEmpty()) {
            return;
        }
        screen.event("Your save of " + save.date()
                + " is from before you ticked these off. Type lacks NUMBER for each that it lacks:");
        doubtful.forEach(item -> screen.line(item.number() + "  " + item.sentence()));
    }
}
