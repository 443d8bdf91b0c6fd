// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.storm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A save: money and memento as one unit, and what explains the money. The file is replaced as a whole, and the one before
 * is kept.
 *
 * @param balance  C-bills
 * @param memento  the memento's text
 * @param outcomes what each transfer that has ended was said to move, by request: C-bills, less than 0 where they left,
 *                 0 where it was rejected
 * @param moved    what was really moved for each
 */
public record StormSave(long balance, String memento, Map<UUID, Long> outcomes, Map<UUID, Long> moved) {
    /** What every campaign begins with, in C-bills. */
    public static final long BEGIN = 1_000;

    public StormSave {
        outcomes = Map.copyOf(outcomes);
        moved = Map.copyOf(moved);
    }

    /** Before the first session. */
    public static StormSave first() {
        return new StormSave(BEGIN, "", Map.of(), Map.of());
    }

    /** The last save of a folder, or the one before; the first of all where there is none. */
    public static StormSave load(Path folder, boolean older) throws IOException {
        for (String name : older ? List.of("before", "save") : List.of("save", "before")) {
            try {
                return parse(Files.readAllLines(folder.resolve(name)));
            } catch (NoSuchFileException e) {
                continue;
            }
        }
        return first();
    }

    /** On the disk when it returns. */
    public void store(Path folder) throws IOException {
        Path written = folder.resolve("written");
        StringBuilder text = new StringBuilder().append(balance).append('\n').append(memento).append('\n');
        append(text, 'o', outcomes);
        append(text, 'm', moved);
        try (FileChannel channel = FileChannel.open(written, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text.toString());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Path save = folder.resolve("save");
        if (Files.exists(save)) {
            Files.move(save, folder.resolve("before"), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(written, save, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void append(StringBuilder text, char kind, Map<UUID, Long> amounts) {
        amounts.forEach((request, units) ->
                text.append(kind).append(' ').append(request).append(' ').append(units).append('\n'));
    }

    private static StormSave parse(List<String> lines) {
        Map<UUID, Long> outcomes = new HashMap<>();
        Map<UUID, Long> moved = new HashMap<>();
        for (String line : lines.subList(2, lines.size())) {
            String[] words = line.split(" ");
            (words[0].equals("o") ? outcomes : moved).put(UUID.fromString(words[1]), Long.valueOf(words[2]));
        }
        return new StormSave(Long.parseLong(lines.get(0)), lines.get(1), outcomes, moved);
    }
}
