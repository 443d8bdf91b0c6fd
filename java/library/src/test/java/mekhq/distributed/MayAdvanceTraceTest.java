// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * "May I advance?" is answered without a lock (protocol.md section 3), as watched from outside by strace, where there is
 * one. A thread that waits for a lock, or wakes one that does, makes a futex call.
 */
@EnabledIf("canTrace")
class MayAdvanceTraceTest {
    private static final String STRACE = System.getProperty("distributed.mekhq.strace", "strace");
    /** Every date costs many traced calls. */
    private static final int DATES_TRACED = 2_000;
    /** Every call that is traced stops its thread, on a busy computer for long. */
    private static final long WATCHDOG_MS = 600_000;
    /** Threads are stopped for the calls that are traced only, where strace has that. */
    private static final String SPARING = "--seccomp-bpf";

    @TempDir
    private Path temporary;

    /**
     * The virtual machine itself stops threads with futexes, for garbage collection, compiled code that is given up,
     * and clean-ups: so it is run without all of these.
     */
    @Test
    void theAskingThreadsNeverTouchAFutex() throws IOException, InterruptedException {
        Path trace = temporary.resolve("trace");
        String[] options = traces(SPARING) ? new String[] {SPARING} : new String[0];
        ForkedJvm.Outcome outcome = new ForkedJvm(MayAdvanceProgram.class).withLibrary()
                .property(MayAdvanceProgram.DATES, DATES_TRACED)
                .option("-Xint", "-XX:+UnlockExperimentalVMOptions", "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:+UseEpsilonGC", "-Xmx4g", "-XX:GuaranteedSafepointInterval=0",
                        "-XX:AsyncDeflationInterval=0")
                .under(strace("trace=futex,write", trace.toString(), options).toArray(String[]::new))
                .watchdogMs(WATCHDOG_MS)
                .run();
        assertThat(outcome.exitCode()).as("%s", outcome.output()).isZero();
        List<String> threads = outcome.output().stream().filter(line -> line.startsWith(MayAdvanceProgram.THREAD))
                .map(line -> line.substring(MayAdvanceProgram.THREAD.length())).toList();
        List<String> calls = Files.readAllLines(trace, StandardCharsets.ISO_8859_1);
        List<String> futexes = new ArrayList<>();
        threads.forEach(thread -> futexes.addAll(futexesWhileAsking(thread, calls)));
        Figures.print("asking threads that were traced", threads.size());
        Figures.print("futex calls of the traced threads while they asked", futexes.size());

        assertThat(threads).hasSize(4);
        assertThat(calls).as("futex calls of others").anyMatch(call -> call.contains("futex("));
        assertThat(futexes).isEmpty();
    }

    private static List<String> futexesWhileAsking(String thread, List<String> calls) {
        List<String> own = calls.stream().filter(call -> call.startsWith(thread + " ")).toList();
        int begin = only(own, MayAdvanceProgram.BEGIN);
        int end = only(own, MayAdvanceProgram.END);
        assertThat(begin).isLessThan(end);
        return own.subList(begin, end).stream().filter(call -> call.contains("futex")).toList();
    }

    private static int only(List<String> calls, String mark) {
        List<Integer> found = new ArrayList<>();
        for (int index = 0; index < calls.size(); index++) {
            if (calls.get(index).contains("write(") && calls.get(index).contains('"' + mark + '"')) {
                found.add(index);
            }
        }
        assertThat(found).as(mark).hasSize(1);
        return found.get(0);
    }

    /** Whether there is such a program, and the system lets it watch others. */
    static boolean canTrace() throws InterruptedException {
        return traces();
    }

    private static List<String> strace(String calls, String output, String... options) {
        List<String> command = new ArrayList<>(List.of(STRACE, "-f", "-e", calls, "-o", output));
        command.addAll(List.of(options));
        return command;
    }

    private static boolean traces(String... options) throws InterruptedException {
        List<String> command = strace("trace=futex", "/dev/null", options);
        command.add("true");
        try {
            return new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
