// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

/** The fuzzer's target in a short pass that is the same on every machine: saves, and seeded mutations of them. */
class MutatedSaveTest {

    private static final int INPUTS = 4_000;

    private static List<byte[]> corpus() throws IOException {
        return List.of(
                SaveText.ofNewShape().getBytes(StandardCharsets.UTF_8),
                SaveText.ofOldShape().getBytes(StandardCharsets.UTF_8),
                SaveText.gzipped(SaveText.ofNewShape()),
                Files.readAllBytes(Path.of("samples", "host.cpnx")),
                Files.readAllBytes(Path.of("samples", "remote-new.cpnx.gz")));
    }

    @Test
    void anyBytesAreACampaignOrAReasonWhyNot() throws IOException {
        List<byte[]> corpus = corpus();
        corpus.forEach(SaveReaderFuzzer::fuzzerTestOneInput);
        Random random = new Random(1);
        for (int i = 0; i < INPUTS; i++) {
            SaveReaderFuzzer.fuzzerTestOneInput(mutated(corpus.get(random.nextInt(corpus.size())), random));
        }
        System.out.println("figure inputs of save: " + (corpus.size() + INPUTS));
    }

    @Test
    void aSaveCutAtAnyByteIsACampaignOrAReasonWhyNot() throws IOException {
        for (byte[] save : corpus()) {
            for (int length = 0; length < save.length; length++) {
                SaveReaderFuzzer.fuzzerTestOneInput(Arrays.copyOf(save, length));
            }
        }
    }

    private static byte[] mutated(byte[] save, Random random) {
        byte[] input = save.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0 && input.length > 0; changes--) {
            int at = random.nextInt(input.length);
            switch (random.nextInt(4)) {
                case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> input[at] = (byte) "<>&\"/'![]-\0é".charAt(random.nextInt(12));
                case 2 -> input = Arrays.copyOf(input, at);
                default -> System.arraycopy(save, 0, input, at, Math.min(save.length, input.length - at));
            }
        }
        return input;
    }
}
