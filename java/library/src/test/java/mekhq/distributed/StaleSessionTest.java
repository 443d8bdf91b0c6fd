// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A session id that names no living session is a clear exception on every entry. */
class StaleSessionTest {
    private static long closedId;

    @BeforeAll
    static void closeOne() {
        HostSession host = Campaigns.host("Host").start();
        closedId = host.core().id();
        host.close();
    }

    @ParameterizedTest
    @MethodSource("entries")
    void anIdOfNoLivingSessionIsToldAsClosed(String entry) {
        LongConsumer call = NativeCalls.ofASession().get(entry);
        for (long id : new long[] {closedId, 0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThatExceptionOfType(DistributedMekHQException.class).as("id %d", id)
                    .isThrownBy(() -> call.accept(id))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SESSION_CLOSED));
        }
    }

    static Stream<String> entries() {
        return NativeCalls.ofASession().keySet().stream().filter(entry -> !entry.equals("close"));
    }

    @Test
    void closingWhatIsClosedIsNoError() {
        LongStream.of(closedId, 0, -1, Long.MIN_VALUE, Long.MAX_VALUE).forEach(id ->
                assertThatCode(() -> Native.close(id)).doesNotThrowAnyException());
    }

    @Test
    void idsAreNeverUsedAgain() {
        try (HostSession next = Campaigns.host("Host").start()) {
            assertThat(next.core().id()).isGreaterThan(closedId);
        }
    }

    @Test
    void everyCallOnAClosedSessionIsToldAsClosed() {
        HostSession host = Campaigns.host("Host").start();
        int port = host.port();
        host.close();
        Map<String, Runnable> calls = Map.of(
                "own", () -> host.roster().own(),
                "campaigns", () -> host.roster().campaigns(),
                "hostDate", () -> host.timeline().hostDate(),
                "board", () -> host.timeline().board(),
                "sendDailyLog", () -> host.teams().sendDailyLog(Campaigns.START, List.of("x")),
                "sendDateChanged", () -> host.timeline().sendDateChanged(Campaigns.START),
                "sendToeUpdated", () -> host.forces().sendToeUpdated(Campaigns.force(1)),
                "find", () -> host.forces().find(host.campaignId()),
                "statistics", host::statistics);

        calls.forEach((name, call) -> assertThatExceptionOfType(DistributedMekHQException.class).as(name)
                .isThrownBy(call::run)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SESSION_CLOSED)));
        assertThat(host.port()).isEqualTo(port);
        assertThat(host.campaignId()).isEqualTo(Campaigns.named("Host").id());
        assertThat(host.isClosed()).isTrue();
    }
}
