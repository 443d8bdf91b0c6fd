// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;

import mekhq.distributed.internal.proto.bridge.EventBatch;

import org.junit.jupiter.api.Test;

class SessionCoreTest {
    private final Listeners listeners = new Listeners(List.of(), List.of(), List.of(), List.of());
    private final Recorder recorder = Recorder.addedTo(listeners);

    @Test
    void theseTestsRunWithTheVirtualMachinesChecksOfNativeCode() {
        assertThat(ManagementFactory.getRuntimeMXBean().getInputArguments()).contains("-Xcheck:jni");
    }

    @Test
    void theEndIsHeardEvenWhenTheNativeSideCannotTellIt() {
        NativeLibrary.load();
        SessionCore core = new SessionCore(Long.MAX_VALUE, Events.CAMPAIGN, listeners, null);
        core.begin(EventTap.NONE);

        recorder.await("closed");
        assertThat(core.isClosed()).isTrue();
    }

    @Test
    void aBatchOfAnySizeIsHeardInOrder() {
        SessionCore core = new SessionCore(1, Events.CAMPAIGN, listeners, Runnable::run);
        core.onEvents(batch(3_000));

        assertThat(recorder.heard()).hasSize(3_000).last().isEqualTo(Events.heardDate(3_000));
    }

    @Test
    void bytesThatAreNoEventsCountAsLostEvents() {
        SessionCore core = new SessionCore(Long.MAX_VALUE, Events.CAMPAIGN, listeners, task -> { });
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

    private static byte[] batch(int dates) {
        return EventBatch.newBuilder()
                .addAllEvents(IntStream.rangeClosed(1, dates).mapToObj(Events::date).toList())
                .build()
                .toByteArray();
    }
}
