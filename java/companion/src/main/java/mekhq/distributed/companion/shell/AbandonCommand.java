// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.List;
import java.util.Locale;
import java.util.UUID;

import mekhq.distributed.Money;
import mekhq.distributed.settlement.HeldSession;
import mekhq.distributed.settlement.Hold;

/**
 * Gives up a session that will never come back. Sessions are named by the beginning of their UUID and not by a number:
 * what is given up must be what was shown, whatever happens in between.
 */
final class AbandonCommand implements Command {

    private static final int SHOWN_DIGITS = 4;
    private static final String SURE = "yes";

    @Override
    public String name() {
        return "abandon";
    }

    @Override
    public String usage() {
        return "abandon [SESSION]";
    }

    @Override
    public String summary() {
        return "free what is set aside for a session that will never come back; asks first";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        String[] words = arguments.toLowerCase(Locale.ROOT).split("\\s+");
        if (words.length > 2 || words.length == 2 && !words[1].equals(SURE)) {
            throw new CommandException("Usage: " + usage() + ".");
        }
        HeldSession session = find(words[0], context);
        if (words.length == 2) {
            abandon(session, context);
        } else {
            warn(session, context.screen());
        }
    }

    /** The one that was named; the only one besides this session where none was. */
    private static HeldSession find(String wanted, CommandContext context) throws CommandException {
        List<HeldSession> named = context.session().heldSessions().stream()
                .filter(held -> held.session().toString().startsWith(wanted)).toList();
        List<HeldSession> found = named.stream().filter(held -> !isConnected(held.session(), context)).toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            throw new CommandException(wanted.isEmpty() || named.isEmpty() ? "Nothing is set aside for "
                    + (wanted.isEmpty() ? "another session." : "such a session; \"abandon\" shows which there are.")
                    : "You are in that session: it is not given up.");
        }
        throw new CommandException("Something is set aside for several sessions; type abandon and the beginning of one: "
                + String.join(", ", found.stream().map(held -> held.session() + " (" + lastHeard(held) + ")").toList())
                + ".");
    }

    private static boolean isConnected(UUID session, CommandContext context) {
        return context.session().connectedSession().filter(session::equals).isPresent();
    }

    private static void warn(HeldSession session, Screen screen) {
        screen.line("Set aside for session " + nameOf(session) + " (" + lastHeard(session) + "):");
        session.holds().forEach(hold -> screen.line("  " + amount(hold) + " for wire " + NamedTransfer.name(hold.request())));
        screen.line("What you free and its host has paid out meanwhile, you will owe if that session comes back. Type "
                + "abandon " + nameOf(session) + " " + SURE + " if it never will.");
    }

    private static void abandon(HeldSession session, CommandContext context) {
        context.session().abandon(session.session());
        for (Hold hold : session.holds()) {
            String wire = "wire " + NamedTransfer.name(hold.request()) + ", given up";
            context.session().todos().describe(hold.request(), wire);
            context.screen().event("Free again: " + amount(hold) + " for " + wire + ".");
        }
        context.screen().line("\"todo\" shows what of it is to be booked back in MekHQ.");
    }

    private static String nameOf(HeldSession session) {
        return session.session().toString().substring(0, SHOWN_DIGITS);
    }

    private static String lastHeard(HeldSession session) {
        return "its host was last known at " + session.hostDate();
    }

    private static String amount(Hold hold) {
        return hold.bundle().money().map(Money::format).orElse("");
    }
}
