// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibraryPlatformTest {

    @ParameterizedTest
    @CsvSource({
        "Linux,        amd64,   /native/linux-x86_64/libdistributed_mekhq.so",
        "Linux,        aarch64, /native/linux-aarch64/libdistributed_mekhq.so",
        "Mac OS X,     x86_64,  /native/macos-x86_64/libdistributed_mekhq.dylib",
        "Mac OS X,     aarch64, /native/macos-aarch64/libdistributed_mekhq.dylib",
        "Windows 11,   amd64,   /native/windows-x86_64/distributed_mekhq.dll",
        "Windows Server 2022, arm64, /native/windows-aarch64/distributed_mekhq.dll",
        "FreeBSD,      riscv64, /native/freebsd-riscv64/libdistributed_mekhq.so",
    })
    void theResourceIsNamedAfterSystemAndProcessor(String osName, String osArch, String resource) {
        assertThat(LibraryPlatform.of(osName, osArch).resource()).isEqualTo(resource);
    }

    @Test
    void theCacheIsWhereTheSystemKeepsWhatCanBeMadeAgain(@TempDir Path home, @TempDir Path elsewhere) {
        LibraryPlatform linux = LibraryPlatform.of("Linux", "amd64");
        LibraryPlatform mac = LibraryPlatform.of("Mac OS X", "aarch64");
        LibraryPlatform windows = LibraryPlatform.of("Windows 11", "amd64");
        String user = home.toString();

        assertThat(linux.cacheFolder(Map.of(), user)).isEqualTo(home.resolve(".cache/distributed-mekhq"));
        assertThat(linux.cacheFolder(Map.of("XDG_CACHE_HOME", elsewhere.toString()), user))
                .isEqualTo(elsewhere.resolve("distributed-mekhq"));
        assertThat(mac.cacheFolder(Map.of(), user)).isEqualTo(home.resolve("Library/Caches/distributed-mekhq"));
        assertThat(windows.cacheFolder(Map.of("LOCALAPPDATA", elsewhere.toString()), user))
                .isEqualTo(elsewhere.resolve("distributed-mekhq"));
        assertThat(windows.cacheFolder(Map.of(), user)).isEqualTo(home.resolve("AppData/Local/distributed-mekhq"));
    }

    @Test
    void dataIsWhereTheSystemKeepsWhatCannotBeMadeAgain(@TempDir Path home, @TempDir Path elsewhere) {
        LibraryPlatform linux = LibraryPlatform.of("Linux", "amd64");
        String user = home.toString();

        assertThat(linux.dataFolder(Map.of(), user)).isEqualTo(home.resolve(".local/share/distributed-mekhq"));
        assertThat(linux.dataFolder(Map.of("XDG_DATA_HOME", elsewhere.toString()), user))
                .isEqualTo(elsewhere.resolve("distributed-mekhq"));
        assertThat(LibraryPlatform.of("Mac OS X", "aarch64").dataFolder(Map.of(), user))
                .isEqualTo(home.resolve("Library/Application Support/distributed-mekhq"));
        assertThat(LibraryPlatform.of("Windows 11", "amd64").dataFolder(Map.of(), user))
                .isEqualTo(home.resolve("AppData/Local/distributed-mekhq"));
    }

    @ParameterizedTest
    @CsvSource({"''", "relative/cache"})
    void aVariableThatNamesNoAbsoluteFolderIsPassedOver(String value, @TempDir Path home) {
        assertThat(LibraryPlatform.of("Linux", "amd64").cacheFolder(Map.of("XDG_CACHE_HOME", value), home.toString()))
                .isEqualTo(home.resolve(".cache/distributed-mekhq"));
    }
}
