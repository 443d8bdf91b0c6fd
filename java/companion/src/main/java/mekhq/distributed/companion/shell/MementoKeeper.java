// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.io.IOException;
import java.util.Optional;

import mekhq.distributed.companion.save.MementoFile;

/**
 * Keeps a session's memento in its file, whenever it has changed.
 *
 * <p>Concurrency: the ticking thread keeps it while the session lasts, the caller of the shell once more at the end; one
 * at a time, and since each reads the memento itself, the later one never writes an older text.
 */
final class MementoKeeper {

    private final MementoFile file;
    private final OpenSession session;
    private String kept;
    private boolean troubleTold;

    MementoKeeper(MementoFile file, String loaded, OpenSession session) {
        this.file = file;
        this.session = session;
        this.kept = loaded;
    }

    /**
     * Writes the memento if it is another one than the file has. Waits for the disk.
     *
     * @return what the player has to know, once for each time that it begins to fail
     */
    synchronized Optional<String> keep() {
        String memento = session.memento();
        if (memento.equals(kept)) {
            return Optional.empty();
        }
        try {
            file.write(memento);
            kept = memento;
            troubleTold = false;
            return Optional.empty();
        } catch (IOException e) {
            boolean news = !troubleTold;
            troubleTold = true;
            return news ? Optional.of("What your save must remember of the session cannot be written to "
                    + Printable.text(file.path().toString()) + ": " + Printable.text(String.valueOf(e.getMessage()))
                    + ".") : Optional.empty();
        }
    }
}
