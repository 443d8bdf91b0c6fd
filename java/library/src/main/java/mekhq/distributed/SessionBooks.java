// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

import mekhq.distributed.internal.proto.OpenRequest;
import mekhq.distributed.internal.proto.WireTransferRequest;
import mekhq.distributed.internal.proto.bridge.News;
import mekhq.distributed.settlement.Adjustment;
import mekhq.distributed.settlement.SettlementListener;
import mekhq.distributed.transfer.Transfer;
import mekhq.distributed.transfer.TransferListener;
import mekhq.distributed.transfer.TransferOutcome;

/**
 * What one session and the campaign's memento have to do with each other.
 *
 * <p>Concurrency: everything that changes the campaign runs on the session's executor. Whoever asks for something leaves
 * its future in {@code pending}; the task on the executor, or the closing of the session, takes it out of there, and only
 * who has taken it out completes it. So nothing is done for a future that has failed already.
 */
final class SessionBooks {
    /** Requests that may wait for the executor. */
    static final int PENDING_MAX = 1_024;

    private final SessionCore core;
    /** Empty where the session was made without one that has assets. */
    private final Optional<CampaignMemento> memento;
    private final Set<CompletableFuture<?>> pending = ConcurrentHashMap.newKeySet();

    SessionBooks(SessionCore core, CampaignMemento memento) {
        this.core = core;
        this.memento = Optional.ofNullable(memento).filter(CampaignMemento::settles);
        if (memento == null) {
            return;
        }
        memento.attach(this);
        Native.attachCampaign(memento.id(), core.id());
    }

    long id() {
        return core.id();
    }

    boolean isOver() {
        return core.isClosed();
    }

    /** The memento, where there is one that settles. */
    CampaignMemento memento() {
        return memento.orElseThrow(() -> new DistributedMekHQException(ErrorCode.FORBIDDEN,
                "this session was made without a memento that has assets"));
    }

    /** Takes what the host has said. Runs on the executor. */
    void work() {
        memento.ifPresent(campaign -> {
            try {
                campaign.tell(Native.workBooks(campaign.id(), campaign.assets()));
            } catch (DistributedMekHQException e) {
                Log.debug("the books of session " + id() + " were not worked on", e);
            }
        });
    }

    /** Does something on the executor; the future completes on a thread of the library's own. */
    <T> CompletableFuture<T> ask(Supplier<T> act) {
        CompletableFuture<T> future = new CompletableFuture<>();
        if (core.isClosed()) {
            return fail(future, ErrorCode.SESSION_CLOSED, "the session is closed");
        }
        if (pending.size() >= PENDING_MAX) {
            return fail(future, ErrorCode.TOO_MANY, PENDING_MAX + " requests wait for the executor");
        }
        pending.add(future);
        try {
            core.delivery().execute(() -> run(future, act));
        } catch (Throwable e) {
            pending.remove(future);
            return fail(future, ErrorCode.INTERNAL, "the session's executor takes no tasks: " + e.getMessage());
        }
        if (core.isClosed()) {
            closed();
        }
        return future;
    }

    private <T> void run(CompletableFuture<T> future, Supplier<T> act) {
        if (!pending.remove(future)) {
            return;
        }
        try {
            T result = act.get();
            CompletionThreads.execute(() -> future.complete(result));
        } catch (Throwable e) {
            CompletionThreads.execute(() -> future.completeExceptionally(e));
        }
    }

    private static <T> CompletableFuture<T> fail(CompletableFuture<T> future, ErrorCode code, String reason) {
        CompletionThreads.execute(() -> future.completeExceptionally(new DistributedMekHQException(code, reason)));
        return future;
    }

    /** Nobody waits for a session that is over. */
    void closed() {
        pending.forEach(future -> {
            if (pending.remove(future)) {
                fail(future, ErrorCode.SESSION_CLOSED, "the session is closed");
            }
        });
    }

    /** Runs on the executor. */
    void tell(News news) {
        switch (news.getNewsCase()) {
            case COMPLETED -> completed(SettlementConvert.toOutcome(news.getCompleted()));
            case ASKED -> asked(SettlementConvert.toTransfer(news.getAsked()));
            case CONFIRMED -> confirmed(news.getConfirmed().getOpenList());
            case ADJUSTED -> adjusted(SettlementConvert.toAdjustment(news.getAdjusted()));
            case PAUSED -> settlements(listener ->
                    listener.onSettlementPaused(news.getPaused().getNumber(), news.getPaused().getReason()));
            case ASSETS_FAILED -> settlements(listener -> listener.onAssetsFailed(news.getAssetsFailed()));
            case WITHDRAWN -> settlements(listener ->
                    listener.onPromiseWithdrawn(UUID.fromString(news.getWithdrawn())));
            case QUARANTINED -> settlements(listener -> listener.onQuarantined(news.getQuarantined()));
            case REFUSED -> refused(Convert.toRefusal(news.getRefused()));
            case NEWS_NOT_SET -> { }
        }
    }

    private void confirmed(List<OpenRequest> open) {
        open.stream().filter(OpenRequest::hasWire).filter(request -> !request.getAccepted()).map(OpenRequest::getWire)
                .filter(this::asksUs).map(SettlementConvert::toTransfer).forEach(this::asked);
        settlements(SettlementListener::onConfirmed);
    }

    private boolean asksUs(WireTransferRequest wire) {
        return wire.getTarget().equals(core.campaignId().toString());
    }

    private void asked(Transfer transfer) {
        transfers(listener -> listener.onTransferRequested(transfer));
    }

    private void completed(TransferOutcome outcome) {
        transfers(listener -> listener.onTransferCompleted(outcome));
    }

    private void adjusted(Adjustment adjustment) {
        settlements(listener -> listener.onAdjusted(adjustment));
    }

    private void refused(Refusal refusal) {
        core.listeners().session().forEach(listener -> call(() -> listener.onRefused(refusal)));
    }

    private void transfers(Consumer<TransferListener> call) {
        core.listeners().transfer().forEach(listener -> call(() -> call.accept(listener)));
    }

    private void settlements(Consumer<SettlementListener> call) {
        core.listeners().settlement().forEach(listener -> call(() -> call.accept(listener)));
    }

    private void call(Runnable listenerCall) {
        core.delivery().call(listenerCall, false);
    }
}
