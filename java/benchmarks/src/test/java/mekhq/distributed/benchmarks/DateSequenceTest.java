// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DateSequenceTest {
    @Test
    void everyMessageOfTheSequenceHasADateOfTheProtocolsCalendarThatCountsIt() {
        for (long message : new long[] {0, 1, 255, 1_000_000, DateSequence.LENGTH}) {
            assertThat(DateSequence.messageOf(DateSequence.dateOf(message))).isEqualTo(message);
            assertThat(DateSequence.dateOf(message).getYear()).isBetween(1, 9999);
        }
    }
}
