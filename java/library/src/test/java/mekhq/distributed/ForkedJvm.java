// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Runs a main class of the tests in a virtual machine of its own, with the checks of native code. */
final class ForkedJvm {
    private static final Path LOGGING = Path.of("src/test/resources/quiet-logging.properties").toAbsolutePath();

    private final Class<?> main;
    private final List<String> options = new ArrayList<>(List.of("-Xcheck:jni", "-Dfile.encoding=UTF-8",
            "-Dstdout.encoding=UTF-8", "-XX:TieredStopAtLevel=1", "-Djava.util.logging.config.file=" + LOGGING));
    private final ProcessBuilder builder = new ProcessBuilder().redirectErrorStream(true);
    private List<String> wrapper = List.of();
    private long watchdogMs = 3 * Await.WATCHDOG_MS;
    private String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    /** What came of it. */
    record Outcome(int exitCode, List<String> output) {
        Outcome {
            output = List.copyOf(output);
        }
    }

    ForkedJvm(Class<?> main) {
        this.main = main;
        builder.environment().put("LC_ALL", "C.UTF-8");
        property(DataFolder.OVERRIDE, DataFolder.ofThisUser());
    }

    ForkedJvm property(String name, Object value) {
        options.add("-D" + name + "=" + value);
        return this;
    }

    /** The library that these tests are run with. */
    ForkedJvm withLibrary() {
        return property(LibraryLoader.OVERRIDE, System.getProperty(LibraryLoader.OVERRIDE));
    }

    /** Options of the virtual machine. */
    ForkedJvm option(String... more) {
        options.addAll(List.of(more));
        return this;
    }

    /** A command that runs the virtual machine as its own child. */
    ForkedJvm under(String... command) {
        wrapper = List.of(command);
        return this;
    }

    /** Of its own, for what takes longer than others do. */
    ForkedJvm watchdogMs(long watchdogMs) {
        this.watchdogMs = watchdogMs;
        return this;
    }

    ForkedJvm environment(String name, String value) {
        builder.environment().put(name, value);
        return this;
    }

    ForkedJvm firstOnClassPath(Path folder) {
        classPath = folder + File.pathSeparator + classPath;
        return this;
    }

    Outcome run() {
        return run(line -> { });
    }

    /** Hands each line over as it comes. */
    Outcome run(Consumer<String> lines) {
        Process process = start();
        try {
            return await(process, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** For whoever ends it. */
    Process start() {
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        try {
            return builder.command(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Outcome await(Process process, Consumer<String> lines) throws IOException {
        List<String> output = new ArrayList<>();
        Threads.daemon("watchdog", () -> endAfterWatchdog(process)).start();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.add(line);
                lines.accept(line);
            }
            return new Outcome(process.waitFor(), output);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private void endAfterWatchdog(Process process) {
        try {
            if (!process.waitFor(watchdogMs, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
