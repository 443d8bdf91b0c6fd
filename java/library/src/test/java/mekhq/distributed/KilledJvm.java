// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import mekhq.distributed.storm.StormProgram;

/** A campaign of a storm in virtual machines of its own, one after the other, and all that it ever said. */
final class KilledJvm {
    /** A machine is begun while others use all processors. */
    static final long WATCHDOG_MS = 120_000;
    /** So that a client whose host is dead can never be given the host's port, and connect to itself. */
    private static final String ADDRESS = System.getProperty("os.name").equals("Linux") ? "127.0.0.2" : "127.0.0.1";

    final String name;
    final Path folder;
    /** What the campaign was told of each request, in all its lives. */
    final Map<UUID, Long> told = new ConcurrentHashMap<>();
    /** Lines that should not be. */
    final BlockingQueue<String> wrong = new LinkedBlockingQueue<>();
    private final Random random;
    private final Hosting hosting;
    private Process process;
    private BlockingQueue<String> lines;

    /** Where the host is, once it is known. */
    static final class Hosting {
        private final CountDownLatch known = new CountDownLatch(1);
        private volatile int port;
        private volatile String fingerprint = "";

        private void at(String[] words) {
            port = Integer.parseInt(words[1]);
            fingerprint = words[2];
            known.countDown();
        }
    }

    KilledJvm(String name, Path folder, long seed, Hosting hosting) {
        this.name = name;
        this.folder = folder;
        this.random = new Random(seed);
        this.hosting = hosting;
    }

    private boolean isHost() {
        return name.equals(StormProgram.NAMES.get(0));
    }

    /** From its last save, or the one before that. */
    void start(boolean asking, boolean older) {
        if (!isHost()) {
            Await.latch(hosting.known, "the host", WATCHDOG_MS);
        }
        process = new ForkedJvm(StormProgram.class).withLibrary().option("-XX:+UseSerialGC", "-Xmx256m")
                .property("storm.name", name).property("storm.folder", folder).property("storm.asking", asking)
                .property("storm.older", older).property("storm.seed", random.nextLong())
                .property("storm.address", ADDRESS).property("storm.port", hosting.port)
                .property("storm.fingerprint", hosting.fingerprint).start();
        lines = new LinkedBlockingQueue<>();
        BlockingQueue<String> into = lines;
        Process begun = process;
        Threads.daemon("output of " + name, () -> take(begun, into)).start();
    }

    private void take(Process from, BlockingQueue<String> into) {
        try (BufferedReader reader = from.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                heard(line);
                into.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            into.add("");
        }
    }

    private void heard(String line) {
        String[] words = line.split(" ");
        switch (words[0]) {
            case StormProgram.HOSTING -> hosting.at(words);
            case StormProgram.ENDED -> {
                Long units = Long.valueOf(words[2]);
                Long before = told.putIfAbsent(UUID.fromString(words[1]), units);
                if (before != null && !before.equals(units)) {
                    wrong.add(name + ": " + line + ", but before " + before);
                }
            }
            case StormProgram.CONFIRMED, StormProgram.OPEN -> { }
            default -> wrong.add(name + ": " + line);
        }
    }

    /** The next line, empty at the end of them. */
    private String line(String awaited) {
        try {
            String line = lines.poll(WATCHDOG_MS, TimeUnit.MILLISECONDS);
            if (line == null) {
                throw new AssertionError(name + " never said " + awaited + "; " + wrong);
            }
            return line;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** The next line that begins with this word. */
    private String await(String word) {
        String line = line(word);
        while (!line.startsWith(word)) {
            if (line.isEmpty()) {
                throw new AssertionError(name + " ended before it said " + word + "; " + wrong);
            }
            line = line(word);
        }
        return line;
    }

    /** Lives through some outcomes of transfers, or now and then not even through the way back to the others. */
    void playAndKill(boolean older) {
        start(true, older);
        int outcomes = random.nextInt(10) == 0 ? 0 : 1 + random.nextInt(40);
        for (int outcome = 0; outcome < outcomes; outcome++) {
            await(StormProgram.ENDED);
        }
        kill();
    }

    void play() {
        start(true, false);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** As by {@code kill -9}. */
    void kill() {
        end();
        ended();
    }

    /** For what a failure leaves behind; does nothing where nothing runs. */
    void end() {
        if (process != null) {
            // The process itself would close its output as well, and what it has said must be heard.
            process.toHandle().destroyForcibly();
        }
    }

    private int ended() {
        try {
            if (!process.waitFor(WATCHDOG_MS, TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " did not end");
            }
            while (!line("its last word").isEmpty()) {
                // What it had said until then counts as well.
                continue;
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    void awaitConfirmed() {
        await(StormProgram.CONFIRMED);
    }

    /** How many transfers it knows to be open. */
    int open() {
        try {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Integer.parseInt(await(StormProgram.OPEN).split(" ")[1]);
    }

    /** Lets it save and leave. */
    int leave() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ended();
    }
}
