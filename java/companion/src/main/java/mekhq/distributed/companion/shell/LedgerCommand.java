// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.Money;
import mekhq.distributed.roster.Roster;
import mekhq.distributed.settlement.CampaignStatement;
import mekhq.distributed.settlement.SessionStatement;
import mekhq.distributed.settlement.StatementLine;
import mekhq.distributed.settlement.StatementTotals;

/** What came to each campaign, went and waits, by the host's ledger; and whether that is all there is. */
final class LedgerCommand implements Command {

    private static final List<String> TOTALS = List.of("Campaign", "Currency", "Given", "Kept", "Received",
            "On its way", "Not applied", "Skipped", "Unsure", "Adjusted", "Set aside", "Owes", "Applied");

    @Override
    public String name() {
        return "ledger";
    }

    @Override
    public String usage() {
        return "ledger [CAMPAIGN [FILE.csv]]";
    }

    @Override
    public String summary() {
        return "show what moved between all campaigns, or what one settled (host)";
    }

    @Override
    public void run(String arguments, CommandContext context) throws CommandException {
        if (!context.isHost()) {
            throw new CommandException("Only the host has the ledger; \"statement\" shows your own campaign.");
        }
        Screen screen = context.screen();
        Roster roster = context.session().roster();
        if (arguments.isEmpty()) {
            context.session().sessionStatement().whenComplete((statement, failure) -> {
                if (failure != null) {
                    Answers.failed(failure, screen);
                } else {
                    lines(statement, roster).forEach(screen::line);
                }
            });
            return;
        }
        NamedCampaign named = NamedCampaign.before(arguments, everyone(roster));
        context.session().campaignStatement(named.campaign().id()).whenComplete((statement, failure) -> {
            if (failure != null) {
                Answers.failed(failure, screen);
            } else {
                show(statement, named.rest(), roster, screen);
            }
        });
    }

    private static void show(CampaignStatement statement, String file, Roster roster, Screen screen) {
        if (file.isEmpty()) {
            lines(statement, roster).forEach(screen::line);
            return;
        }
        try {
            CsvFile.write(file, csv(statement, roster), screen);
        } catch (CommandException e) {
            screen.line(e.getMessage());
        }
    }

    private static List<String> lines(SessionStatement statement, Roster roster) {
        if (statement.campaigns().isEmpty()) {
            return List.of("Nothing was settled.");
        }
        List<List<String>> rows = new ArrayList<>(List.of(TOTALS));
        statement.campaigns().forEach(campaign -> campaign.totals().forEach(sums ->
                rows.add(row(name(campaign.campaign(), roster), sums, applied(campaign)))));
        statement.totals().forEach(sums -> rows.add(row("all", sums, "")));
        List<String> lines = new ArrayList<>(Table.aligned(rows));
        lines.add(statement.conserved() ? "By the ledger, all that was given and adjusted is there."
                : "By the ledger, what was given and adjusted is NOT what there is: keep it and tell the developers.");
        if (statement.totals().stream().anyMatch(sums -> sums.kept() != 0)) {
            lines.add("What was kept by skipping is there twice: the campaign that was to get it has it too.");
        }
        return lines;
    }

    private static List<String> row(String campaign, StatementTotals sums, String applied) {
        List<String> cells = new ArrayList<>(List.of(campaign, sums.currency()));
        LongStream.of(sums.given(), sums.kept(), sums.received(), sums.onItsWay(), sums.notApplied(), sums.skipped(),
                sums.unsure(), sums.adjusted(), sums.promised(), sums.owed()).mapToObj(LedgerCommand::units)
                .forEach(cells::add);
        cells.add(applied);
        return cells;
    }

    private static String applied(CampaignStatement campaign) {
        String applied = campaign.applied().isPresent() ? Long.toString(campaign.applied().getAsLong()) : "?";
        return applied + " of " + campaign.settlements();
    }

    private static List<String> lines(CampaignStatement statement, Roster roster) {
        if (statement.lines().isEmpty()) {
            return List.of("Nothing came or went.");
        }
        List<List<String>> rows = new ArrayList<>(List.of(List.of("No.", "Amount", "With", "State", "About")));
        statement.lines().forEach(line -> rows.add(List.of(Long.toString(line.settlement()), line.amount().format(),
                line.partner().map(id -> name(id, roster)).orElse("host's adjustment"), state(line), about(line))));
        return Table.aligned(rows);
    }

    private static List<String> csv(CampaignStatement statement, Roster roster) {
        List<String> lines = new ArrayList<>(List.of("number,currency,hundredths,request,with,name,state,about"));
        statement.lines().forEach(line -> lines.add(String.join(",", Long.toString(line.settlement()),
                line.amount().currency(), Long.toString(line.amount().hundredths()),
                line.request().map(UUID::toString).orElse(""), line.partner().map(UUID::toString).orElse(""),
                CsvFile.quoted(line.partner().map(id -> name(id, roster)).orElse("")), state(line),
                CsvFile.quoted(Printable.text(line.reason())))));
        return lines;
    }

    private static String state(StatementLine line) {
        return line.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String about(StatementLine line) {
        return line.request().map(NamedTransfer::name).orElseGet(() -> Printable.text(line.reason()));
    }

    private static String name(UUID id, Roster roster) {
        Optional<CampaignDetails> known = everyone(roster).stream().filter(c -> c.id().equals(id)).findFirst();
        return known.map(campaign -> Printable.text(campaign.name())).orElseGet(id::toString);
    }

    private static List<CampaignDetails> everyone(Roster roster) {
        return Stream.concat(Stream.of(roster.own()), roster.campaigns().stream()).toList();
    }

    /** Whole units where there are no others; sums may be more than one amount can be. */
    private static String units(long hundredths) {
        BigDecimal units = BigDecimal.valueOf(hundredths, 2);
        return String.format(Locale.ROOT, hundredths % 100 == 0 ? "%,.0f" : "%,.2f", units);
    }
}
