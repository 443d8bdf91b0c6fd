// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import mekhq.distributed.internal.proto.bridge.ConnectFailed;
import mekhq.distributed.internal.proto.bridge.Event;

/**
 * The outcome of connecting. Several threads may bring one: the event thread (connected, failed, closed) and whoever
 * closes the session meanwhile. The first to flip {@code decided} wins and hands the future's completion to the
 * completion threads, so that neither the event thread nor a caller's thread ever runs what depends on the future.
 */
final class Connecting implements EventTap {
    private final RemoteSession session;
    private final CompletableFuture<RemoteSession> future = new CompletableFuture<>();
    private final AtomicBoolean decided = new AtomicBoolean();
    /** Set and read by the event thread only. */
    private DistrustedHost distrusted;

    Connecting(RemoteSession session) {
        this.session = session;
        future.whenComplete((connected, failure) -> {
            if (failure != null) {
                CompletionThreads.execute(session::close);
            }
        });
    }

    CompletableFuture<RemoteSession> future() {
        return future;
    }

    @Override
    public void onEvent(Event event) {
        switch (event.getEventCase()) {
            case CONNECTED -> decide(() -> future.complete(session));
            case HOST_DISTRUSTED -> distrusted = Convert.toDistrustedHost(event.getHostDistrusted());
            case CONNECT_FAILED -> fail(failureOf(event.getConnectFailed()));
            case CLOSED -> onClosing();
            default -> { }
        }
    }

    @Override
    public void onClosing() {
        fail(new DistributedMekHQException(ErrorCode.SESSION_CLOSED, "closed before it was connected"));
    }

    private void fail(DistributedMekHQException failure) {
        decide(() -> {
            session.close();
            future.completeExceptionally(failure);
        });
    }

    private void decide(Runnable completion) {
        if (decided.compareAndSet(false, true)) {
            CompletionThreads.execute(completion);
        }
    }

    private DistributedMekHQException failureOf(ConnectFailed event) {
        ErrorCode code = ErrorCode.fromWire(event.getCodeValue());
        return new DistributedMekHQException(code, PlainText.of(event.getReason()), distrusted);
    }
}
