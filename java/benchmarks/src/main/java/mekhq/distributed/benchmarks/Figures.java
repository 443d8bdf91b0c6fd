// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.benchmarks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/** Named figures in the order in which they were measured; each name ends with its unit. */
final class Figures {
    private final Map<String, Double> values = new LinkedHashMap<>();

    /**
     * Adds a figure.
     *
     * @param name  lower-case letters, digits and underscores
     * @param value finite
     */
    void put(String name, double value) {
        if (!name.matches("[a-z0-9_]+") || !Double.isFinite(value)) {
            throw new IllegalArgumentException(name + " = " + value);
        }
        values.put(name, value);
    }

    /** One flat JSON object. */
    String toJson() {
        return "{\n" + joined(",\n", (name, value) -> "  \"" + name + "\": " + value) + "\n}\n";
    }

    /** One {@code name: value} a line. */
    String toLines() {
        return joined("\n", (name, value) -> name + ": " + value) + "\n";
    }

    private String joined(String separator, BiFunction<String, String, String> line) {
        return values.entrySet().stream()
                .map(entry -> line.apply(entry.getKey(), String.format(Locale.ROOT, "%.3f", entry.getValue())))
                .collect(Collectors.joining(separator));
    }
}
