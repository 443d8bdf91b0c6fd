// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import mekhq.distributed.companion.shell.Printable;

/** The companion's entry. */
@Command(name = "companion", mixinStandardHelpOptions = true, versionProvider = Companion.Version.class,
        description = "Lets a MekHQ campaign save take part in a session of several campaigns.")
public final class Companion implements Runnable {

    /** Tells the version in the jar's manifest. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            String version = Companion.class.getPackage().getImplementationVersion();
            return new String[] {"Distributed MekHQ companion " + (version == null ? "(unpackaged)" : version)};
        }
    }

    @Spec
    private CommandSpec spec;

    private Companion() {
    }

    /**
     * Runs the companion and ends the process with one of {@link ExitCode}.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        logWarningsOnly();
        Surroundings surroundings = new Surroundings(Terminal.ofProcess(), Clock.systemDefaultZone(), System::getenv,
                new ClosingAtExit(new LibrarySessions()));
        System.exit(run(surroundings, arguments));
    }

    /** Runs the companion and returns the exit code. */
    static int run(Surroundings surroundings, String... arguments) {
        PrintStream err = surroundings.terminal().err();
        CommandLine commandLine = new CommandLine(new Companion());
        commandLine.addSubcommand(new HostCommand(surroundings));
        commandLine.addSubcommand(new JoinCommand(surroundings));
        commandLine.addSubcommand(new ExportKeysCommand(surroundings));
        commandLine.addSubcommand(new ImportKeysCommand(surroundings));
        commandLine.setOut(new PrintWriter(surroundings.terminal().out(), true, StandardCharsets.UTF_8));
        commandLine.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        commandLine.setParameterExceptionHandler((e, args) -> {
            err.println(Printable.text(e.getMessage()) + ". Try " + e.getCommandLine().getCommandSpec().qualifiedName()
                    + " --help.");
            return ExitCode.USAGE;
        });
        commandLine.setExecutionExceptionHandler((e, failed, parsed) -> end(e, err));
        return commandLine.execute(arguments);
    }

    private static int end(Exception e, PrintStream err) {
        if (e instanceof CompanionException end) {
            err.println(end.getMessage());
            return end.exitCode();
        }
        System.getLogger(Companion.class.getName()).log(System.Logger.Level.DEBUG, "the companion failed", e);
        err.println("The companion failed: " + Printable.text(String.valueOf(e)));
        return ExitCode.LIBRARY;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: host, join, export-keys or import-keys");
    }

    /** The library logs for MekHQ's log file; beside a prompt only what goes wrong belongs. */
    private static void logWarningsOnly() {
        System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s: %5$s%6$s%n");
        for (Handler handler : Logger.getLogger("").getHandlers()) {
            handler.setLevel(Level.WARNING);
        }
    }
}
