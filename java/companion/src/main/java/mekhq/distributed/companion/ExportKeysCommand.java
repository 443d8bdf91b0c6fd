// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.companion.save.PatientSaveReader;
import mekhq.distributed.companion.save.SaveException;
import mekhq.distributed.companion.shell.Printable;

/** {@code companion export-keys}: the campaign's keys, for the player's other computer. */
@Command(name = "export-keys", mixinStandardHelpOptions = true, versionProvider = Companion.Version.class,
        description = "Write the keys of the campaign in SAVE to FILE, for your other computer. Whoever has that file "
                + "can join as this campaign: hand it to nobody, and remove it afterwards.")
final class ExportKeysCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private KeysOptions options;

    @Parameters(index = "0", paramLabel = "SAVE", converter = PathConverter.class,
            description = "The campaign save, .cpnx or .cpnx.gz. It is only read.")
    private Path save;

    @Parameters(index = "1", paramLabel = "FILE", converter = PathConverter.class,
            description = "The file to write, which must not exist yet.")
    private Path file;

    ExportKeysCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CompanionException {
        String keys;
        try {
            keys = options.keys().exportKeys(campaign());
        } catch (DistributedMekHQException e) {
            throw Failures.toEnd("Cannot export the keys", e);
        }
        try {
            Files.createFile(file, forThisUserAlone());
            Files.writeString(file, keys, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new CompanionException(ExitCode.USAGE, "Cannot write " + Printable.text(file.toString()) + ": "
                    + Printable.text(String.valueOf(e.getMessage())) + ".", e);
        }
        surroundings.terminal().out().println("The keys are in " + Printable.text(file.toString())
                + ". Take the file to your other computer, read it there by import-keys, and remove it.");
        return ExitCode.OK;
    }

    private UUID campaign() throws CompanionException {
        try {
            return new PatientSaveReader().read(save).id();
        } catch (SaveException e) {
            throw new CompanionException(ExitCode.BAD_SAVE, "Cannot use " + Printable.text(save.toString()) + ": "
                    + Printable.text(e.getMessage()) + ".", e);
        }
    }

    /** Where the file system knows such rights; elsewhere the file has those of its folder. */
    private FileAttribute<?>[] forThisUserAlone() {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rw-------"))}
                : new FileAttribute<?>[0];
    }
}
