// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * What differs from one operating system to the next: the native library's name, and where a user's files belong.
 *
 * @param os       linux, macos or windows, or the system's own name where it is none of them
 * @param arch     x86_64 or aarch64, or the system's own name where it is none of them
 * @param fileName the library's file name
 */
record LibraryPlatform(String os, String arch, String fileName) {
    static final String LIBRARY = "distributed_mekhq";
    private static final String FOLDER = "distributed-mekhq";

    /** The platform that this virtual machine runs on. */
    static LibraryPlatform ofThisProcess() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /** Takes the values of the system properties os.name and os.arch. */
    static LibraryPlatform of(String osName, String osArch) {
        String os = normalisedOs(osName.toLowerCase(Locale.ROOT));
        String arch = normalisedArch(osArch.toLowerCase(Locale.ROOT));
        String fileName = switch (os) {
            case "windows" -> LIBRARY + ".dll";
            case "macos" -> "lib" + LIBRARY + ".dylib";
            default -> "lib" + LIBRARY + ".so";
        };
        return new LibraryPlatform(os, arch, fileName);
    }

    /** Where the library lies in the jar. */
    String resource() {
        return "/native/" + os + "-" + arch + "/" + fileName;
    }

    /** The user's own folder for what can be made again. */
    Path cacheFolder(Map<String, String> environment, String userHome) {
        return switch (os) {
            case "windows" -> folder(environment, "LOCALAPPDATA", Path.of(userHome, "AppData", "Local"));
            case "macos" -> Path.of(userHome, "Library", "Caches", FOLDER);
            default -> folder(environment, "XDG_CACHE_HOME", Path.of(userHome, ".cache"));
        };
    }

    /** The user's own folder for what cannot be made again. Of this computer, not of a profile that roams. */
    Path dataFolder(Map<String, String> environment, String userHome) {
        return switch (os) {
            case "windows" -> folder(environment, "LOCALAPPDATA", Path.of(userHome, "AppData", "Local"));
            case "macos" -> Path.of(userHome, "Library", "Application Support", FOLDER);
            default -> folder(environment, "XDG_DATA_HOME", Path.of(userHome, ".local", "share"));
        };
    }

    private static Path folder(Map<String, String> environment, String variable, Path otherwise) {
        String value = environment.getOrDefault(variable, "");
        Path base = value.isBlank() ? otherwise : Path.of(value);
        // The convention for these variables: a relative path is no answer.
        return (base.isAbsolute() ? base : otherwise).resolve(FOLDER);
    }

    private static String normalisedOs(String name) {
        if (name.startsWith("windows")) {
            return "windows";
        }
        return name.startsWith("mac") ? "macos" : name.replace(' ', '_');
    }

    private static String normalisedArch(String arch) {
        return switch (arch) {
            case "amd64", "x86-64", "x64" -> "x86_64";
            case "arm64" -> "aarch64";
            default -> arch;
        };
    }
}
