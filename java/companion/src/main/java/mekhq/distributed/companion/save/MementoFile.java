// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * The small file beside a save in which the companion keeps the campaign's memento, since it never writes the save
 * itself. It is replaced as a whole, so that it is never found half written. Used by one thread at a time.
 */
public final class MementoFile {

    /** More than any memento has. */
    private static final int BYTES_MAX = 1 << 20;

    private final Path file;

    private MementoFile(Path file) {
        this.file = Objects.requireNonNull(file, "file");
    }

    /**
     * The file that belongs to a save.
     *
     * @param save the save, which need not exist
     * @return the file of the same name with {@code .memento} behind it
     */
    public static MementoFile beside(Path save) {
        return new MementoFile(save.resolveSibling(save.getFileName() + ".memento"));
    }

    /**
     * Where it is.
     *
     * @return the path, never null
     */
    public Path path() {
        return file;
    }

    /**
     * Reads the memento.
     *
     * @return the text as it was written; empty if there is no such file
     * @throws IOException if it cannot be read, or is larger than any memento
     */
    public String read() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new IOException("it is larger than any memento");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return "";
        }
    }

    /**
     * Replaces the memento.
     *
     * @param memento the text
     * @throws IOException if it cannot be written; the file is as it was then
     */
    public void write(String memento) throws IOException {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        try {
            writeToDisk(written, memento);
            try {
                Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
            }
            folderToDisk();
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /** So that the new one's name is on the disk too. Windows keeps names by itself, and lets nobody open a folder. */
    private void folderToDisk() {
        Path folder = file.toAbsolutePath().getParent();
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            System.getLogger(MementoFile.class.getName())
                    .log(System.Logger.Level.TRACE, "the folder cannot be synced", e);
        }
    }

    /** On the disk before it takes the old one's place: otherwise a power failure could leave neither. */
    private static void writeToDisk(Path file, String memento) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(memento);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }
}
