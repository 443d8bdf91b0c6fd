// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import mekhq.distributed.internal.proto.bridge.OpenTransfers;
import mekhq.distributed.transfer.Transfer;
import mekhq.distributed.transfer.TransferListener;
import mekhq.distributed.transfer.Transfers;

import com.google.protobuf.InvalidProtocolBufferException;

/** Wire transfers, judged by the native library. */
final class NativeTransfers implements Transfers {
    private final SessionCore core;

    NativeTransfers(SessionCore core) {
        this.core = core;
    }

    @Override
    public CompletableFuture<UUID> request(UUID target, Money amount, String memo) {
        UUID request = UUID.randomUUID();
        byte[] wire = SettlementConvert.toWire(new Transfer(request, core.campaignId(), target, amount, memo))
                .toByteArray();
        return core.books().ask(() -> {
            CampaignMemento memento = core.books().memento();
            memento.tell(Native.requestWireTransfer(memento.id(), core.id(), wire, memento.assets()));
            return request;
        });
    }

    @Override
    public CompletableFuture<Void> accept(UUID request) {
        return respond(request, true);
    }

    @Override
    public CompletableFuture<Void> reject(UUID request) {
        return respond(request, false);
    }

    private CompletableFuture<Void> respond(UUID request, boolean accepted) {
        byte[] id = bytes(request);
        return core.books().ask(() -> {
            CampaignMemento memento = core.books().memento();
            memento.tell(Native.respondWireTransfer(memento.id(), core.id(), id, accepted, memento.assets()));
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> cancel(UUID request) {
        byte[] id = bytes(request);
        return core.books().ask(() -> {
            CampaignMemento memento = core.books().memento();
            memento.tell(Native.cancelWireTransfer(memento.id(), core.id(), id, memento.assets()));
            return null;
        });
    }

    @Override
    public List<Transfer> open() {
        try {
            byte[] open = Native.openWireTransfers(core.books().memento().id(), core.id());
            return OpenTransfers.parseFrom(open).getOpenList().stream().map(SettlementConvert::toTransfer).toList();
        } catch (InvalidProtocolBufferException e) {
            throw new DistributedMekHQException(ErrorCode.INTERNAL, "unreadable transfers: " + e.getMessage());
        }
    }

    @Override
    public void addListener(TransferListener listener) {
        core.listeners().transfer().add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public void removeListener(TransferListener listener) {
        core.listeners().transfer().remove(listener);
    }

    private static byte[] bytes(UUID request) {
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }
}
