// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Notices that MekHQ has written a save anew. MekHQ overwrites saves in place, so a save may be found empty, half
 * written, locked or gone for a while: it counts as unreadable only when it has stayed the same for several looks.
 * Looks are cheap as long as nothing has changed. Used by one thread at a time.
 */
public final class SaveWatch {

    /** At two looks a second, five seconds of rest. */
    private static final int ATTEMPTS = 10;

    /** What changes when a file is written or replaced. */
    private record Stamp(boolean there, FileTime modified, long bytes, Object key) {

        static Stamp of(Path file) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(true, attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
            } catch (IOException e) {
                return new Stamp(false, FileTime.fromMillis(0), 0, null);
            }
        }
    }

    private final Path file;
    private final CampaignSave first;
    private final CampaignSaveReader reader = new CampaignSaveReader();
    private Stamp seen;
    private int attemptsLeft;

    /**
     * A watch that begins with its first look, which reads the save in any case: it may have been written since it was
     * read.
     *
     * @param file  the save
     * @param first what was read from it
     */
    public SaveWatch(Path file, CampaignSave first) {
        this.file = Objects.requireNonNull(file, "file");
        this.first = Objects.requireNonNull(first, "first");
    }

    /**
     * What the save said before the first look.
     *
     * @return the save as it was given, never null
     */
    public CampaignSave first() {
        return first;
    }

    /**
     * When a save was last written.
     *
     * @param file the save
     * @return real time, as exactly as the disk keeps it; of a file that is not there, 1970
     */
    public static Instant written(Path file) {
        return Stamp.of(file).modified().toInstant();
    }

    /**
     * When the save was last written that the last look saw. Only after a look.
     *
     * @return real time, as above
     */
    public Instant written() {
        return seen.modified().toInstant();
    }

    /**
     * Looks at the save.
     *
     * @return what it says, if it has been written since the look before
     * @throws SaveException if it has been written and stays unreadable, once for each time it was written
     */
    public Optional<CampaignSave> look() throws SaveException {
        // Before the reading: what is written meanwhile is seen by the next look.
        Stamp now = Stamp.of(file);
        if (!now.equals(seen)) {
            seen = now;
            attemptsLeft = ATTEMPTS;
        }
        if (attemptsLeft == 0) {
            return Optional.empty();
        }
        try {
            CampaignSave save = reader.read(file);
            attemptsLeft = 0;
            return Optional.of(save);
        } catch (SaveException e) {
            attemptsLeft--;
            if (attemptsLeft == 0) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
