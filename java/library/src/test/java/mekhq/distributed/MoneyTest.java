// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTest {

    @ParameterizedTest
    @CsvSource({"CSB, 0", "CSB, 150", "csb, 100", "'', 100", "ABCDEFGHI, 100", "LST, 1000000000000001",
            "LST, -1000000000000001"})
    void whatIsNoAmountIsRefused(String currency, long hundredths) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Money(currency, hundredths));
    }

    @Test
    void unitsBeyondAllMeasureAreRefused() {
        for (long units : new long[] {Long.MIN_VALUE, Long.MAX_VALUE, 10_000_000_000_001L}) {
            assertThatIllegalArgumentException().isThrownBy(() -> Money.cBills(units));
        }
    }

    @Test
    void anAmountIsShownToPeopleAndToNoLog() {
        assertThat(Money.cBills(1_500_000).format()).isEqualTo("1,500,000 CSB");
        assertThat(new Money("LST", -150_005).format()).isEqualTo("-1,500.05 LST");
        assertThat(Money.cBills(1_500_000)).hasToString("Money[CSB]");
    }

    @Test
    void aBundleHoldsMoreThanNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> Bundle.of(Money.cBills(-1)));
        assertThat(Bundle.EMPTY.isEmpty()).isTrue();
        assertThat(Money.cBills(-5).abs()).isEqualTo(Money.cBills(5));
    }
}
