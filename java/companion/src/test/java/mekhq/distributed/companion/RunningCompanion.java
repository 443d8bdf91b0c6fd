// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import mekhq.distributed.companion.shell.ScreenKind;

/** A companion on a thread of its own, with a data folder of its own unless one is given, typed to and read from by a test. */
final class RunningCompanion implements AutoCloseable {

    private static final long WATCHDOG_MS = 20_000;
    private static final String DATA_FOLDER = "--data-folder";

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PipedOutputStream keyboard = new PipedOutputStream();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();
    /** Where the next expected line is looked for; guarded by this. */
    private int seenChars;

    RunningCompanion(SessionOpener sessions, String... arguments) {
        try {
            PrintStream out = new PrintStream(new Printed(), true, StandardCharsets.UTF_8);
            Terminal terminal = new Terminal(new PipedInputStream(keyboard), out, out, ScreenKind.LINES,
                    Optional::empty);
            Surroundings surroundings = new Surroundings(terminal, Clock.systemDefaultZone(), name -> null, sessions);
            String[] all = List.of(arguments).contains(DATA_FOLDER) ? arguments
                    : Stream.concat(Stream.of(arguments), Stream.of(DATA_FOLDER, newDataFolder()))
                            .toArray(String[]::new);
            Thread thread = new Thread(() -> run(surroundings, all), "test-companion");
            thread.setDaemon(true);
            thread.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String newDataFolder() throws IOException {
        Path base = Files.createDirectories(Path.of(System.getProperty("distributed.mekhq.data")));
        return Files.createTempDirectory(base, "user-").toString();
    }

    private void run(Surroundings surroundings, String... arguments) {
        try {
            exitCode.complete(Companion.run(surroundings, arguments));
        } catch (RuntimeException | Error e) {
            exitCode.completeExceptionally(e);
        }
        synchronized (this) {
            notifyAll();
        }
    }

    /** Wakes who waits for a line. */
    private final class Printed extends OutputStream {

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            synchronized (RunningCompanion.this) {
                printed.write(bytes, offset, length);
                RunningCompanion.this.notifyAll();
            }
        }
    }

    void type(String line) throws IOException {
        keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    void endInput() throws IOException {
        keyboard.close();
    }

    /** Waits for a line behind the last one waited for. */
    synchronized MatchResult await(String lineRegex) throws InterruptedException {
        Pattern pattern = Pattern.compile("^\\d\\d:\\d\\d  " + lineRegex + "$", Pattern.MULTILINE);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WATCHDOG_MS);
        while (true) {
            Matcher matcher = pattern.matcher(output());
            if (matcher.find(seenChars)) {
                seenChars = matcher.end();
                return matcher.toMatchResult();
            }
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMs <= 0 || exitCode.isDone()) {
                throw new AssertionError("no line " + lineRegex + " in\n" + output());
            }
            wait(leftMs);
        }
    }

    int awaitExit() throws Exception {
        return exitCode.get(WATCHDOG_MS, TimeUnit.MILLISECONDS);
    }

    synchronized String output() {
        return printed.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    @Override
    public void close() throws IOException {
        keyboard.close();
        exitCode.orTimeout(WATCHDOG_MS, TimeUnit.MILLISECONDS).join();
    }
}
