// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** "May I advance?" is answered from memory, at any time (protocol.md section 3). */
class MayAdvanceTest {
    private static final int DATES = Integer.getInteger(MayAdvanceProgram.DATES, 10_000);

    @Test
    void fourThreadsAreAnsweredWhileDatesArriveAndNoAnswerGoesBack() {
        MayAdvanceProgram.Result result = MayAdvanceProgram.run(DATES);
        result.print();

        assertThat(result.dates()).isEqualTo(DATES);
        assertThat(result.wentBack()).isZero();
        assertThat(result.calls()).isGreaterThan(DATES);
    }
}
