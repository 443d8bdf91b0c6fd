// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

import picocli.CommandLine.Help.Ansi;

import mekhq.distributed.companion.shell.ScreenKind;

/**
 * Where the companion reads and prints, UTF-8 whatever the platform's charset is.
 *
 * @param in       command lines
 * @param out      what happens
 * @param err      why the companion could not go on
 * @param screen   what {@code out} is
 * @param password asks the player for the password without showing it; empty where there is no terminal
 */
record Terminal(InputStream in, PrintStream out, PrintStream err, ScreenKind screen,
                Supplier<Optional<String>> password) {

    static Terminal ofProcess() {
        Console console = System.console();
        boolean interactive = console != null && isTerminal(console);
        return new Terminal(System.in, utf8(FileDescriptor.out), utf8(FileDescriptor.err), screen(interactive),
                () -> interactive ? Optional.ofNullable(console.readPassword("Password: ")).map(String::new)
                        : Optional.empty());
    }

    /** On Windows a terminal that knows control sequences is told by what started the companion. */
    private static ScreenKind screen(boolean interactive) {
        if (!interactive) {
            return ScreenKind.LINES;
        }
        boolean redrawn = Ansi.AUTO.enabled() && !"dumb".equals(System.getenv("TERM"));
        return redrawn ? ScreenKind.REDRAWN : ScreenKind.PROMPT;
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** Since JDK 22 there is a console without a terminal too, and a method that tells, which JDK 17 lacks. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
