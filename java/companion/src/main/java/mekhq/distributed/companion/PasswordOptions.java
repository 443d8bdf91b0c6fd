// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

import picocli.CommandLine.Option;

/** Where the session's password comes from. It is never an argument: arguments are seen by every user of a machine. */
final class PasswordOptions {

    /** The environment variable that is used where no option is given. */
    static final String VARIABLE = "DISTRIBUTED_MEKHQ_PASSWORD";

    private static final int BYTES_MAX = 1_024;

    @Option(names = "--password", description = "Ask for the session's password at the terminal.")
    private boolean ask;

    @Option(names = "--password-file", paramLabel = "FILE", converter = PathConverter.class,
            description = "Read the session's password from the first line of FILE.")
    private Path file;

    /**
     * The password, by the first way that is given.
     *
     * @throws CompanionException if it cannot be had that way
     */
    Optional<String> read(Terminal terminal, UnaryOperator<String> environment) throws CompanionException {
        if (ask) {
            return Optional.of(checked(terminal.password().get().orElseThrow(() -> new CompanionException(
                    ExitCode.USAGE, "--password needs a terminal; use --password-file or " + VARIABLE + "."))));
        }
        if (file != null) {
            return Optional.of(checked(firstLine()));
        }
        String value = environment.apply(VARIABLE);
        return value == null || value.isEmpty() ? Optional.empty() : Optional.of(checked(value));
    }

    private String firstLine() throws CompanionException {
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(BYTES_MAX + 2);
            int end = 0;
            while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
                end++;
            }
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end)).toString();
        } catch (CharacterCodingException e) {
            throw new CompanionException(ExitCode.USAGE, "The password file is not UTF-8 text.", e);
        } catch (IOException e) {
            throw new CompanionException(ExitCode.USAGE, "The password file cannot be read: " + file, e);
        }
    }

    private static String checked(String password) throws CompanionException {
        if (password.isEmpty()) {
            throw new CompanionException(ExitCode.USAGE, "The password is empty.");
        }
        if (password.getBytes(StandardCharsets.UTF_8).length > BYTES_MAX) {
            throw new CompanionException(ExitCode.USAGE, "The password is longer than " + BYTES_MAX + " bytes.");
        }
        return password;
    }
}
