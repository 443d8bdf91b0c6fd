// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void aQuantileIsTheSmallestSampleThatTheShareDoesNotExceed() {
        Samples samples = new Samples(LongStream.rangeClosed(1, 100).map(micros -> (101 - micros) * 1_000).toArray());
        assertThat(samples.quantileMicros(0.5)).isEqualTo(50);
        assertThat(samples.quantileMicros(0.99)).isEqualTo(99);
        assertThat(samples.quantileMicros(1)).isEqualTo(100);
        assertThat(samples.quantileMicros(0.001)).isEqualTo(1);
    }

    @Test
    void aLoneSampleIsEveryQuantile() {
        Samples samples = new Samples(new long[] {1_500});
        assertThat(samples.quantileMicros(0.01)).isEqualTo(1.5);
        assertThat(samples.quantileMicros(0.99)).isEqualTo(1.5);
    }

    @Test
    void noSamplesHaveNoQuantile() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Samples(new long[0]));
    }
}
