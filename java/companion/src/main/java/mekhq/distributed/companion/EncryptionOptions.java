// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.nio.file.Path;
import java.util.Optional;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How a host encrypts. */
final class EncryptionOptions {

    @Option(names = "--plaintext",
            description = "Do without encryption. Whoever stands in between reads everything, the password too.")
    private boolean plaintext;

    @ArgGroup(exclusive = false)
    private Files files;

    /** A certificate that an authority gave. */
    static final class Files {

        @Option(names = "--certificate", paramLabel = "FILE", required = true, converter = PathConverter.class,
                description = "PEM file with a certificate that an authority gave; one of the companion's own making "
                        + "by default.")
        private Path certificate;

        @Option(names = "--certificate-key", paramLabel = "FILE", required = true, converter = PathConverter.class,
                description = "PEM file with its private key.")
        private Path key;
    }

    boolean plaintext() {
        return plaintext;
    }

    Optional<HostPlan.CertificateFiles> certificate() {
        return Optional.ofNullable(files).map(given -> new HostPlan.CertificateFiles(given.certificate, given.key));
    }
}
