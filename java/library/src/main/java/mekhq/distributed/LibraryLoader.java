// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Finds the native library: the file named by the system property {@value #OVERRIDE}, and if it is set nothing else;
 * then the virtual machine's own search; then the jar's.
 */
final class LibraryLoader {
    static final String OVERRIDE = "distributed.mekhq.library";

    private final LibraryPlatform platform;
    private final String override;
    private final Supplier<Path> cacheFolder;
    private final Function<String, InputStream> resources;
    private final Consumer<String> loadByName;
    private final Consumer<String> loadByPath;
    private final List<String> failures = new ArrayList<>();
    private boolean versionMismatch;

    LibraryLoader(LibraryPlatform platform, String override, Supplier<Path> cacheFolder,
                  Function<String, InputStream> resources, Consumer<String> loadByName, Consumer<String> loadByPath) {
        this.platform = platform;
        this.override = override;
        this.cacheFolder = cacheFolder;
        this.resources = resources;
        this.loadByName = loadByName;
        this.loadByPath = loadByPath;
    }

    static LibraryLoader ofThisProcess() {
        LibraryPlatform platform = LibraryPlatform.ofThisProcess();
        return new LibraryLoader(platform, System.getProperty(OVERRIDE),
                () -> platform.cacheFolder(System.getenv(), System.getProperty("user.home")),
                name -> LibraryLoader.class.getResourceAsStream(name),
                // Lambdas, not method references: the virtual machine loads for the class that calls.
                name -> System.loadLibrary(name), path -> System.load(path));
    }

    /** Loads the library, or throws with all that was tried. */
    void load() {
        boolean loaded;
        if (override != null && !override.isBlank()) {
            loaded = attempt("-D" + OVERRIDE + "=" + override, this::loadOverride);
        } else {
            loaded = attempt("System.loadLibrary(\"" + LibraryPlatform.LIBRARY + "\")",
                    () -> loadByName.accept(LibraryPlatform.LIBRARY))
                    || attempt("the jar's " + platform.resource(), this::loadResource);
        }
        if (!loaded) {
            throw new DistributedMekHQException(
                    versionMismatch ? ErrorCode.LIBRARY_VERSION_MISMATCH : ErrorCode.LIBRARY_MISSING,
                    "the native library could not be loaded. Tried: " + String.join("; ", failures));
        }
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private boolean attempt(String what, Attempt attempt) {
        try {
            attempt.run();
            return true;
        } catch (DistributedMekHQException e) {
            versionMismatch |= e.code() == ErrorCode.LIBRARY_VERSION_MISMATCH;
            failures.add(what + ": " + e.getMessage());
        } catch (IOException | InvalidPathException | SecurityException | LinkageError e) {
            failures.add(what + ": " + e);
        }
        return false;
    }

    private void loadOverride() throws IOException {
        Path file = Path.of(override).toAbsolutePath();
        if (!Files.isRegularFile(file)) {
            throw new IOException("there is no such file");
        }
        loadByPath.accept(file.toString());
    }

    private void loadResource() throws IOException {
        try (InputStream resource = resources.apply(platform.resource())) {
            if (resource == null) {
                throw new IOException("there is no such resource");
            }
            Path file = LibraryExtraction.extract(resource, platform.fileName(), cacheFolder.get());
            loadByPath.accept(file.toAbsolutePath().toString());
        }
    }
}
