// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import mekhq.distributed.settlement.Adjustment;
import mekhq.distributed.settlement.SettlementListener;
import mekhq.distributed.settlement.Settlements;

/** Settlements, applied by the native library. */
final class NativeSettlements implements Settlements {
    private final SessionCore core;

    NativeSettlements(SessionCore core) {
        this.core = core;
    }

    @Override
    public CompletableFuture<Void> retry() {
        return ask(memento -> Native.retrySettlement(memento.id(), core.id(), memento.assets()));
    }

    @Override
    public CompletableFuture<Void> skip() {
        return ask(memento -> Native.skipSettlement(memento.id(), core.id(), memento.assets()));
    }

    @Override
    public CompletableFuture<Void> exitQuarantine() {
        return ask(memento -> Native.exitQuarantine(memento.id(), core.id(), memento.assets()));
    }

    private CompletableFuture<Void> ask(Function<CampaignMemento, byte[]> turn) {
        return core.books().ask(() -> {
            CampaignMemento memento = core.books().memento();
            memento.tell(turn.apply(memento));
            return null;
        });
    }

    @Override
    public void adjust(Adjustment adjustment) {
        Native.adjust(core.id(), SettlementConvert.toWire(adjustment).toByteArray());
    }

    @Override
    public void addListener(SettlementListener listener) {
        core.listeners().settlement().add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public void removeListener(SettlementListener listener) {
        core.listeners().settlement().remove(listener);
    }
}
