// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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
        CompletableFuture<Void> copied = new CompletableFuture<>();
        CompletionThreads.execute(() -> {
            try {
                Native.backupLedger(core.id(), path);
                copied.complete(null);
            } catch (Throwable e) {
                copied.completeExceptionally(e);
            }
        });
        return copied;
    }
}
