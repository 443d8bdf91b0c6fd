// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import mekhq.distributed.companion.save.MementoFile;

/**
 * Keeps a session's memento in its file, whenever it has changed.
 *
 * <p>Concurrency: the ticking thread keeps it while the session lasts, the thread that reads commands after each of
 * them, the caller of the shell once more at the end; one at a time, and since each reads the memento only then, the
 * later one never writes an older text. It is read on the companion thread, where the list of what is to be booked
 * changes with it. So the companion thread must never wait for who keeps it, and takes the trouble without a lock; that it
 * takes and tells it in one go is why none is lost with a thread that ends in between.
 */
final class MementoKeeper {

    private final MementoFile file;
    private final Supplier<String> memento;
    private String kept;
    private boolean failing;
    private final AtomicReference<String> trouble = new AtomicReference<>();

    /** The memento's supplier may be called on any thread. */
    MementoKeeper(MementoFile file, String loaded, Supplier<String> memento) {
        this.file = file;
        this.memento = memento;
        this.kept = loaded;
    }

    /** Writes the memento if it is another one than the file has. Waits for the disk. */
    synchronized void keep() {
        String now = memento.get();
        if (now.equals(kept)) {
            return;
        }
        try {
            file.write(now);
            kept = now;
            failing = false;
            trouble.set(null);
        } catch (IOException e) {
            if (!failing) {
                trouble.set("What your save must remember of the session cannot be written to "
                        + Printable.text(file.path().toString()) + ": "
                        + Printable.text(String.valueOf(e.getMessage())) + ".");
            }
            failing = true;
        }
    }

    /** What the player has to know, once for each time that it begins to fail: whoever takes it tells it. */
    Optional<String> takeTrouble() {
        return Optional.ofNullable(trouble.getAndSet(null));
    }
}
