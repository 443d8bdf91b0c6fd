// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs every benchmark and prints the figures, one {@code name: value} a line. Wants the system properties
 * {@code distributed.mekhq.library} and {@code distributed.mekhq.baseline} to name the two native libraries.
 */
public final class Main {
    private static final int USAGE_ERROR = 2;

    private Main() {}

    /**
     * Exit code 0: all figures were measured; 1: something failed; 2: the arguments or properties are wrong.
     *
     * @param arguments {@code [--quick] [--calls] [--json FILE]}; with {@code --calls} nothing but calls is measured
     * @throws RunnerException when a benchmark failed
     * @throws IOException     when the file could not be written
     */
    public static void main(String[] arguments) throws RunnerException, IOException {
        Effort effort = Effort.full();
        boolean callsOnly = false;
        Path json = null;
        for (int at = 0; at < arguments.length; at++) {
            if (arguments[at].equals("--quick")) {
                effort = Effort.quick();
            } else if (arguments[at].equals("--calls")) {
                callsOnly = true;
            } else if (arguments[at].equals("--json") && at + 1 < arguments.length) {
                json = Path.of(arguments[++at]);
            } else {
                failUsage("usage: [--quick] [--calls] [--json FILE]");
            }
        }
        if (System.getProperty(Baseline.LIBRARY_PROPERTY) == null) {
            failUsage("missing: -D" + Baseline.LIBRARY_PROPERTY + "=FILE");
        }
        Figures figures = measure(effort, callsOnly);
        System.out.print(figures.toLines());
        if (json != null) {
            Files.writeString(json, figures.toJson(), StandardCharsets.UTF_8);
        }
    }

    private static Figures measure(Effort effort, boolean callsOnly) throws RunnerException {
        Figures figures = new Figures();
        if (!callsOnly) {
            RelayBenchmark.run(effort, figures);
            EventDeliveryBenchmark.run(effort, figures);
        }
        NativeCallBenchmark.run(effort, figures);
        return figures;
    }

    private static void failUsage(String message) {
        System.err.println(message);
        System.exit(USAGE_ERROR);
    }
}
