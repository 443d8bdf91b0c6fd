// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import mekhq.distributed.DistributedMekHQException;

/** Knows all commands, finds the one that a line means, and carries it out. */
final class CommandLoop {

    private final Map<String, Command> commands = new LinkedHashMap<>();
    private final CommandContext context;

    CommandLoop(CommandContext context) {
        this.context = context;
        List<Command> all = new ArrayList<>(List.of(new AdvanceCommand(), new DateCommand(), new ReadyCommand(),
                new JumpCommand(), new OfflineCommand(), new BoardCommand(), new ListCommand(), new GmCommand(),
                new LocationCommand(), new TeamCommand(), new MembersCommand()));
        all.add(new WireCommand());
        all.addAll(TransferCommand.all());
        all.add(new TransfersCommand());
        all.addAll(TodoCommand.all());
        all.addAll(List.of(new StatementCommand(), new LedgerCommand(), new BackupCommand(),
                new LeaveQuarantineCommand(),
                new AbandonCommand()));
        all.addAll(PausedCommand.all());
        all.addAll(AdjustCommand.all());
        all.addAll(MembershipCommand.all());
        all.addAll(List.of(new HelpCommand(commands.values()), new QuitCommand()));
        all.forEach(command -> commands.put(command.name(), command));
    }

    /**
     * Carries out a line. Whatever is wrong with it is printed, never thrown: the next line may be better.
     *
     * @param line what was typed
     */
    void carryOut(String line) {
        String[] words = line.strip().split("\\s+", 2);
        if (words[0].isEmpty()) {
            return;
        }
        Command command = commands.get(words[0].toLowerCase(Locale.ROOT));
        if (command == null) {
            context.screen().line("Unknown command: " + Printable.text(words[0]) + ". Type help for all commands.");
            return;
        }
        try {
            command.run(words.length > 1 ? words[1] : "", context);
        } catch (CommandException e) {
            context.screen().line(e.getMessage());
        } catch (DistributedMekHQException e) {
            context.screen().line("Not done: " + Printable.text(e.getMessage()) + " (" + e.code() + ")");
        }
    }
}
