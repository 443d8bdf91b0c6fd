// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads a save that MekHQ may be writing at this moment: MekHQ overwrites saves in place, so that for a while they are
 * empty or end early.
 */
public final class PatientSaveReader {

    /** Waits between two attempts. */
    @FunctionalInterface
    public interface Pause {

        /**
         * Waits a moment.
         *
         * @throws InterruptedException if the thread is interrupted meanwhile
         */
        void await() throws InterruptedException;
    }

    private static final int ATTEMPTS = 6;
    private static final long PAUSE_MS = 500;

    private final CampaignSaveReader reader;
    private final Pause pause;

    /** Gives MekHQ two and a half seconds to finish. */
    public PatientSaveReader() {
        this(new CampaignSaveReader(), () -> Thread.sleep(PAUSE_MS));
    }

    PatientSaveReader(CampaignSaveReader reader, Pause pause) {
        this.reader = Objects.requireNonNull(reader, "reader");
        this.pause = Objects.requireNonNull(pause, "pause");
    }

    /**
     * Reads a save, several times if it ends early.
     *
     * @param file the save
     * @return what a session needs to know of it
     * @throws SaveException if the save cannot be used, saying why; a save that still ends early after the last attempt
     *                       included
     */
    public CampaignSave read(Path file) throws SaveException {
        for (int attempt = 1; ; attempt++) {
            try {
                return reader.read(file);
            } catch (SaveException e) {
                if (!e.mayPass() || attempt == ATTEMPTS || !paused()) {
                    throw e;
                }
            }
        }
    }

    private boolean paused() {
        try {
            pause.await();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
