// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** What came and went, and what waits; on the screen, or as a table for a spreadsheet. */
final class StatementCommand implements Command {

    @Override
    public String name() {
        return "statement";
    }

    @Override
    public String usage() {
        return "statement [FILE.csv]";
    }

    @Override
    public String summary() {
        return "show what came and went, or write it to a new file";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        List<Todo> items = context.session().todos().all();
        if (!arguments.isEmpty()) {
            write(arguments, items, context);
            return;
        }
        if (items.isEmpty()) {
            context.screen().line("Nothing came or went.");
            return;
        }
        List<List<String>> rows = new ArrayList<>(List.of(List.of("No.", "Since", "Booked", "Amount", "About")));
        items.forEach(item -> rows.add(List.of(String.valueOf(item.number()), item.since().toString(),
                item.done().map(LocalDate::toString).orElse("to do"),
                (item.debit() ? item.amount().negated() : item.amount()).format(), item.about())));
        Table.aligned(rows).forEach(context.screen()::line);
    }

    private static void write(String name, List<Todo> items, CommandContext context) throws CommandException {
        List<String> lines = new ArrayList<>(List.of("number,since,booked,currency,hundredths,request,about"));
        items.forEach(item -> lines.add(String.join(",", String.valueOf(item.number()), item.since().toString(),
                item.done().map(LocalDate::toString).orElse(""), item.amount().currency(),
                String.valueOf((item.debit() ? item.amount().negated() : item.amount()).hundredths()),
                item.request().map(Object::toString).orElse(""), CsvFile.quoted(item.about()))));
        CsvFile.write(name, lines, context.screen());
    }
}
