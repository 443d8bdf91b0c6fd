// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

import com.google.protobuf.InvalidProtocolBufferException;

import mekhq.distributed.settlement.CampaignStatement;
import mekhq.distributed.settlement.SessionStatement;

/** A host's ledger, kept by the native library. */
final class NativeLedger implements Ledger {
    private final SessionCore core;

    NativeLedger(SessionCore core) {
        this.core = core;
    }

    @Override
    public Optional<String> readOnlyReason() {
        String reason = core.rosterState().getLedger().getReadOnlyReason();
        return reason.isEmpty() ? Optional.empty() : Optional.of(reason);
    }

    @Override
    public CompletableFuture<Void> backup(Path file) {
        byte[] path = file.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
        return onThread(() -> {
            Native.backupLedger(core.id(), path);
            return null;
        });
    }

    @Override
    public CompletableFuture<SessionStatement> statement() {
        return onThread(() -> StatementConvert.toSession(asked("")));
    }

    @Override
    public CompletableFuture<CampaignStatement> statement(UUID campaign) {
        String id = campaign.toString();
        return onThread(() -> asked(id).getCampaignsList().stream()
                .filter(statement -> statement.getCampaign().equals(id))
                .findFirst()
                .map(StatementConvert::toCampaign)
                .orElseGet(() -> new CampaignStatement(campaign, 0, OptionalLong.empty(), 0, List.of(), List.of())));
    }

    private mekhq.distributed.internal.proto.bridge.SessionStatement asked(String campaign)
            throws InvalidProtocolBufferException {
        byte[] answer = Native.statement(core.id(), campaign.getBytes(StandardCharsets.UTF_8));
        return mekhq.distributed.internal.proto.bridge.SessionStatement.parseFrom(answer);
    }

    /** What waits for the disk, or for the session. */
    private static <T> CompletableFuture<T> onThread(Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        CompletionThreads.execute(() -> {
            try {
                done.complete(work.call());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }
}
