// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

import mekhq.distributed.companion.save.SaveException.Problem;

/**
 * Reads a MekHQ campaign save, {@code .cpnx} or {@code .cpnx.gz}, told apart by content and not by name. Holds no
 * state; any thread.
 */
public final class CampaignSaveReader {

    private static final int GZIP_MAGIC_0 = 0x1f;
    private static final int GZIP_MAGIC_1 = 0x8b;
    private static final int BUFFER_BYTES = 64 << 10;

    private final SaveLimits limits;

    /** A reader with limits that every real save keeps. */
    public CampaignSaveReader() {
        this(SaveLimits.DEFAULT);
    }

    CampaignSaveReader(SaveLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads a save as far as needed: what comes after the last thing sought is not looked at.
     *
     * @param file the save
     * @return what a session needs to know of it
     * @throws SaveException if the save cannot be used, saying why
     */
    public CampaignSave read(Path file) throws SaveException {
        check(file);
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            return read(raw);
        } catch (IOException e) {
            throw toSaveException(e);
        }
    }

    /** Reads a save from a stream that can be marked. The caller closes it. */
    CampaignSave read(InputStream raw) throws SaveException {
        try (InputStream content = decompressed(raw);
             BoundedInputStream bounded = new BoundedInputStream(content, limits)) {
            return new SaveParser(bounded, limits.depthMax()).parse();
        } catch (IOException e) {
            throw toSaveException(e);
        }
    }

    private static void check(Path file) throws SaveException {
        if (!Files.exists(file)) {
            throw new SaveException(Problem.MISSING, "there is no such file");
        }
        if (Files.isDirectory(file)) {
            throw new SaveException(Problem.NOT_A_FILE, "it is a folder, not a campaign save");
        }
        if (!Files.isRegularFile(file)) {
            throw new SaveException(Problem.NOT_A_FILE, "it is not a file");
        }
    }

    private static InputStream decompressed(InputStream raw) throws IOException, SaveException {
        raw.mark(2);
        int first = raw.read();
        int second = raw.read();
        raw.reset();
        if (first < 0) {
            throw new SaveException(Problem.EMPTY, "it is empty: it is being written or damaged");
        }
        if (first == GZIP_MAGIC_0 && second == GZIP_MAGIC_1) {
            return new GZIPInputStream(raw, BUFFER_BYTES);
        }
        return raw;
    }

    static SaveException toSaveException(IOException e) {
        if (e instanceof BoundedInputStream.LimitPassed limit) {
            return new SaveException(limit.problem(), limit.getMessage(), e);
        }
        if (e instanceof EOFException) {
            return unfinished(e);
        }
        if (e instanceof ZipException) {
            return new SaveException(Problem.DAMAGED, "it is damaged: it does not decompress", e);
        }
        if (e instanceof NoSuchFileException) {
            return new SaveException(Problem.MISSING, "there is no such file", e);
        }
        return new SaveException(Problem.UNREADABLE, "it cannot be read (" + e.getClass().getSimpleName() + ")", e);
    }

    static SaveException unfinished(Exception cause) {
        return new SaveException(Problem.UNFINISHED, "it ends early: it is being written or damaged", cause);
    }
}
