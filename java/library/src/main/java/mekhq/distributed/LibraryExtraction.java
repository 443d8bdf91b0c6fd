// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Lays the native library out of the jar into a folder named after its content.
 *
 * <p>Windows locks a library while it is loaded, so a file that is right is left alone and used. Several processes may
 * extract at once: each writes a file of its own and moves it to the common name in one step, and as the name stands
 * for the content it does not matter which of them is last.
 */
final class LibraryExtraction {

    private LibraryExtraction() {
    }

    /** Returns the file that now holds what the resource holds. */
    static Path extract(InputStream resource, String fileName, Path cacheFolder) throws IOException {
        byte[] content = resource.readAllBytes();
        Path folder = cacheFolder.resolve("native").resolve(hash(content));
        Path file = folder.resolve(fileName);
        if (!holds(file, content)) {
            createPrivately(folder);
            replace(file, content);
        }
        return file;
    }

    private static boolean holds(Path file, byte[] content) throws IOException {
        return Files.isRegularFile(file)
                && Files.size(file) == content.length
                && Arrays.equals(Files.readAllBytes(file), content);
    }

    private static void replace(Path file, byte[] content) throws IOException {
        Path written = Files.createTempFile(file.getParent(), "extracting-", ".tmp");
        try {
            Files.write(written, content);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // Another process was faster and has it loaded already.
            if (!holds(file, content)) {
                throw e;
            }
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /** Nobody else may lay a library where this user's processes load it from. */
    private static void createPrivately(Path folder) throws IOException {
        boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rwx------"))}
                : new FileAttribute<?>[0];
        try {
            Files.createDirectories(folder, attributes);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(e.getFile() + " is in the way: it is no folder", e);
        }
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
