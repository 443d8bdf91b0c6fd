// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void figuresAreOneFlatJsonObjectInTheOrderOfMeasurement() {
        assertThat(sample().toJson()).isEqualTo("{\n  \"relay_us\": 18.250,\n  \"call_ns\": 1234567.000\n}\n");
    }

    @Test
    void figuresAreOneNameAndValueALine() {
        assertThat(sample().toLines()).isEqualTo("relay_us: 18.250\ncall_ns: 1234567.000\n");
    }

    @Test
    void theUsersLocaleDoesNotChangeNumbers() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(sample().toJson()).contains("18.250");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void whatJsonCannotSayIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Figures().put("rate", Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> new Figures().put("rate\"", 1));
    }

    private static Figures sample() {
        Figures figures = new Figures();
        figures.put("relay_us", 18.25);
        figures.put("call_ns", 1_234_567);
        return figures;
    }
}
