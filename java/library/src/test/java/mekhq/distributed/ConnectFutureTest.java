// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The future of connecting. */
class ConnectFutureTest {
    private final Recorder recorder = new Recorder();
    private HostSession host;
    private ServerSocket silent;

    @BeforeEach
    void start() throws IOException {
        host = Campaigns.host("Host").start();
        silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        host.close();
        silent.close();
    }

    @Test
    void itCompletesAlthoughTheExecutorNeverRuns() {
        RemoteSession remote = Await.result(
                Campaigns.remote("Anna", host.port()).executor(task -> { }).connect());
        assertThat(remote.isConnected()).isTrue();
        remote.close();
    }

    @Test
    void itFailsAlthoughTheExecutorNeverRuns() {
        assertThat(Await.failure(Campaigns.remote("Anna", host.port()).mekhqVersion("0.1").executor(task -> { })
                .connect()).code()).isEqualTo(ErrorCode.VERSION_MISMATCH);
    }

    @Test
    void itIsCompletedOnAThreadWhereWaitingDoesNoHarm() {
        CompletableFuture<String> thread = new CompletableFuture<>();
        CompletableFuture<RemoteSession> second = Campaigns.remote("Anna", host.port()).connect()
                .thenCompose(first -> {
                    thread.complete(Thread.currentThread().getName());
                    RemoteSession another = Campaigns.remote("Ben", host.port()).connect().join();
                    first.close();
                    return CompletableFuture.completedFuture(another);
                });
        Await.result(second).close();
        assertThat(Await.result(thread)).doesNotContain("events").doesNotContain("listeners");
    }

    @Test
    void cancellingItClosesTheSession() {
        CompletableFuture<RemoteSession> future = connectToSilence();
        assertThat(future.cancel(true)).isTrue();

        recorder.await("closed");
        assertThat(recorder.heard()).containsExactly("closed");
        assertThat(future).isCancelled();
    }

    @Test
    void givingUpWaitingForItClosesTheSession() {
        CompletableFuture<RemoteSession> future = connectToSilence().orTimeout(50, TimeUnit.MILLISECONDS);

        recorder.await("closed");
        assertThat(future).isCompletedExceptionally();
    }

    @Test
    void cancellingItTooLateDoesNothing() {
        CompletableFuture<RemoteSession> future = recorder.on(Campaigns.remote("Anna", host.port())).connect();
        try (RemoteSession remote = Await.result(future)) {
            assertThat(future.cancel(true)).isFalse();
            assertThat(remote.isConnected()).isTrue();
        }
    }

    @Test
    void optionsThatAreRefusedFailItAndNobodyHearsAnything() {
        CompletableFuture<RemoteSession> future =
                recorder.on(Campaigns.remote("Anna", host.port()).mekhqVersion("")).connect();

        assertThat(Await.failure(future).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(recorder.heard()).isEmpty();
    }

    private CompletableFuture<RemoteSession> connectToSilence() {
        return recorder.on(Campaigns.remote("Anna", silent.getLocalPort())).connectTimeout(Duration.ofSeconds(120))
                .connect();
    }
}
