// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.companion.shell.Printable;

/** {@code companion import-keys}: what another computer of the player exported. */
@Command(name = "import-keys", mixinStandardHelpOptions = true, versionProvider = Companion.Version.class,
        description = "Take over the keys in FILE, which export-keys wrote on your other computer.")
final class ImportKeysCommand implements Callable<Integer> {

    /** More than any export; who names a save by mistake hears so at once. */
    private static final int BYTES_MAX = 1024 * 1024;

    private final Surroundings surroundings;

    @Mixin
    private KeysOptions options;

    @Parameters(index = "0", paramLabel = "FILE", converter = PathConverter.class,
            description = "The file that export-keys wrote.")
    private Path file;

    @Option(names = "--replace", description = "Give up keys of this computer that differ from those in FILE.")
    private boolean replace;

    ImportKeysCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CompanionException {
        int count;
        try {
            count = options.keys().importKeys(read(), replace);
        } catch (DistributedMekHQException e) {
            throw Failures.toEnd("Cannot import the keys", e);
        }
        surroundings.terminal().out().println("Keys of this computer now: " + count + " from "
                + Printable.text(file.toString()) + ". Remove the file.");
        return ExitCode.OK;
    }

    private String read() throws CompanionException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(BYTES_MAX), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CompanionException(ExitCode.USAGE, "Cannot read " + Printable.text(file.toString()) + ": "
                    + Printable.text(String.valueOf(e.getMessage())) + ".", e);
        }
    }
}
