// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.ArrayList;
import java.util.List;

import mekhq.distributed.roster.Member;
import mekhq.distributed.roster.Members;

/** Shows who belongs to the session, and who does not. */
final class MembersCommand implements Command {

    private static final List<String> HEADINGS = List.of("Campaign", "Date", "Key", "Standing");

    @Override
    public String name() {
        return "members";
    }

    @Override
    public String usage() {
        return "members";
    }

    @Override
    public String summary() {
        return "show who is known by a key, banned or retired (host only)";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        of(context).all().forEach(member -> rows.add(row(member)));
        Table.aligned(rows).forEach(context.screen()::line);
    }

    static Members of(CommandContext context) throws CommandException {
        return context.session().members()
                .orElseThrow(() -> new CommandException("Only the host decides who belongs to the session."));
    }

    private static List<String> row(Member member) {
        return List.of(Printable.text(member.campaign().name()), member.campaign().date().toString(),
                member.hasKey() ? "yes" : "no", standing(member));
    }

    private static String standing(Member member) {
        List<String> words = new ArrayList<>();
        member.banReason().ifPresent(reason -> words.add("banned: " + Printable.text(reason)));
        member.retirementReason().ifPresent(reason -> words.add("retired: " + Printable.text(reason)));
        if (words.isEmpty()) {
            words.add(member.campaign().active() ? "here" : "away");
        }
        return String.join("; ", words);
    }
}
