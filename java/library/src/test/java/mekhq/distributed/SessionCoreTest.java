// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import mekhq.distributed.internal.proto.bridge.Event;
import mekhq.distributed.internal.proto.bridge.EventBatch;
import mekhq.distributed.timeline.MayAdvance;

import org.junit.jupiter.api.Test;

class SessionCoreTest {
    private final Listeners listeners = new Listeners(List.of(), List.of(), List.of(), List.of(), List.of());
    private final Recorder recorder = Recorder.addedTo(listeners);

    @Test
    void theseTestsRunWithTheVirtualMachinesChecksOfNativeCode() {
        assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments()).contains("-Xcheck:jni");
    }

    @Test
    void theEndIsHeardEvenWhenTheNativeSideCannotTellIt() {
        NativeLibrary.load();
        SessionCore core = new SessionCore(Long.MAX_VALUE, Events.CAMPAIGN, listeners, null, MayAdvance.HOST_LOST);
        core.begin(EventTap.NONE);

        recorder.await("closed");
        assertThat(core.isClosed()).isTrue();
    }

    @Test
    void aBatchOfAnySizeIsHeardInOrder() {
        SessionCore core = new SessionCore(1, Events.CAMPAIGN, listeners, Runnable::run, MayAdvance.HOST_LOST);
        core.onEvents(batch(IntStream.rangeClosed(1, 3_000).mapToObj(Events::date)));

        assertThat(recorder.heard()).hasSize(3_000).last().isEqualTo(Events.heardDate(3_000));
    }

    @Test
    void anAttemptThatFailedIsHeardOnlyByWhoWasConnectedBefore() {
        SessionCore core = new SessionCore(1, Events.CAMPAIGN, listeners, Runnable::run, MayAdvance.HOST_LOST);
        core.onEvents(batch(Stream.of(Events.connectFailed())));
        assertThat(recorder.heard()).isEmpty();

        core.onEvents(batch(Stream.of(Events.connected(Campaigns.named("Host")), Events.disconnected(),
                Events.connectFailed())));
        assertThat(recorder.heard()).containsExactly("connected Host 0.50.06", "disconnected HOST_CLOSING reconnecting",
                "given up BANNED why");
    }

    @Test
    void bytesThatAreNoEventsCountAsLostEvents() {
        SessionCore core = new SessionCore(Long.MAX_VALUE, Events.CAMPAIGN, listeners, task -> { },
                MayAdvance.HOST_LOST);
        core.onEvents(new byte[] {-1, -1, -1});

        assertThat(core.delivery().backlog().takeResynchronisationDemand()).isTrue();
    }

    @Test
    void theThreadsOfALibraryKeepNothingOfTheirCreators() {
        Thread.currentThread().setContextClassLoader(new ClassLoader() { });
        Thread thread = Threads.daemon("name", () -> { });
        Thread.currentThread().setContextClassLoader(Session.class.getClassLoader());

        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getContextClassLoader()).isSameAs(Session.class.getClassLoader());
    }

    private static byte[] batch(Stream<Event> events) {
        return EventBatch.newBuilder().addAllEvents(events.toList()).build().toByteArray();
    }
}
