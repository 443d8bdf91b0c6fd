// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryLoaderTest {
    private static final LibraryPlatform LINUX = LibraryPlatform.of("Linux", "amd64");
    private static final byte[] CONTENT = "a library, more or less".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path temporary;
    private final List<String> loaded = new ArrayList<>();

    @Test
    void theVirtualMachinesOwnSearchComesFirst() {
        loader(null, name -> null, loaded::add, loaded::add).load();
        assertThat(loaded).containsExactly("distributed_mekhq");
    }

    @Test
    void thenTheJarsLibraryIsExtractedAndLoaded() {
        loader(null, resource(CONTENT), missing(), loaded::add).load();
        assertThat(loaded).singleElement().satisfies(path ->
                assertThat(Path.of(path)).isAbsolute().startsWith(temporary).hasBinaryContent(CONTENT));
    }

    @Test
    void theJarsLibraryIsReusedTheNextTime() {
        loader(null, resource(CONTENT), missing(), loaded::add).load();
        loader(null, resource(CONTENT), missing(), loaded::add).load();
        assertThat(loaded).hasSize(2).containsOnly(loaded.get(0));
    }

    @Test
    void theOverrideIsLoadedAndNothingElseTried() throws IOException {
        Path file = Files.write(Files.createDirectory(temporary.resolve("Jörg 🚀 Home")).resolve("my library.so"),
                CONTENT);
        loader(file.toString(), resource(CONTENT), loaded::add, loaded::add).load();
        assertThat(loaded).containsExactly(file.toString());
    }

    @Test
    void anOverrideThatFailsIsNamedAndNothingElseTried() {
        String file = temporary.resolve("nowhere 🚀.so").toString();
        DistributedMekHQException failure = failureOf(loader(file, resource(CONTENT), loaded::add, loaded::add));

        assertThat(failure.code()).isEqualTo(ErrorCode.LIBRARY_MISSING);
        assertThat(failure).hasMessageContaining("-Ddistributed.mekhq.library=" + file)
                .hasMessageContaining("there is no such file");
        assertThat(loaded).isEmpty();
    }

    @Test
    void anEmptyOverrideIsNone() {
        loader(" ", name -> null, loaded::add, loaded::add).load();
        assertThat(loaded).containsExactly("distributed_mekhq");
    }

    @Test
    void allThatWasTriedIsNamedWithTheReasons() {
        DistributedMekHQException failure = failureOf(loader(null, name -> null, missing(), loaded::add));

        assertThat(failure.code()).isEqualTo(ErrorCode.LIBRARY_MISSING);
        assertThat(failure)
                .hasMessageContaining("System.loadLibrary(\"distributed_mekhq\")")
                .hasMessageContaining("no distributed_mekhq in java.library.path")
                .hasMessageContaining("/native/linux-x86_64/libdistributed_mekhq.so")
                .hasMessageContaining("there is no such resource");
    }

    @Test
    void aLibraryThatCannotBeLoadedIsTold() {
        Consumer<String> broken = path -> {
            throw new UnsatisfiedLinkError(path + ": invalid ELF header");
        };
        assertThat(failureOf(loader(null, resource(CONTENT), missing(), broken)))
                .hasMessageContaining("invalid ELF header");
    }

    @Test
    void aLibraryOfAnotherVersionIsToldAsSuch() {
        Consumer<String> older = name -> {
            throw new DistributedMekHQException(228, "jar 0.2.0, library 0.1.0");
        };
        DistributedMekHQException failure = failureOf(loader(null, name -> null, older, loaded::add));

        assertThat(failure.code()).isEqualTo(ErrorCode.LIBRARY_VERSION_MISMATCH);
        assertThat(failure).hasMessageContaining("jar 0.2.0, library 0.1.0");
    }

    @Test
    void aLibraryOfAnotherVersionOnThePathDoesNotHideTheJars() {
        Consumer<String> older = name -> {
            throw new DistributedMekHQException(228, "jar 0.2.0, library 0.1.0");
        };
        loader(null, resource(CONTENT), older, loaded::add).load();
        assertThat(loaded).hasSize(1);
    }

    @Test
    void theJarKnowsItsVersion() {
        assertThat(LibraryVersion.VALUE).matches("\\d+\\.\\d+\\.\\d+.*");
    }

    private LibraryLoader loader(String override, Function<String, InputStream> resources, Consumer<String> byName,
                                 Consumer<String> byPath) {
        return new LibraryLoader(LINUX, override, () -> temporary, resources, byName, byPath);
    }

    private static Function<String, InputStream> resource(byte[] content) {
        return name -> name.equals("/native/linux-x86_64/libdistributed_mekhq.so")
                ? new ByteArrayInputStream(content)
                : null;
    }

    private static Consumer<String> missing() {
        return name -> {
            throw new UnsatisfiedLinkError("no " + name + " in java.library.path: /usr/lib");
        };
    }

    private static DistributedMekHQException failureOf(LibraryLoader loader) {
        return catchThrowableOfType(DistributedMekHQException.class, loader::load);
    }
}
