// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.nio.file.Path;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

import mekhq.distributed.Fingerprint;
import mekhq.distributed.HostTrust;

/** By what a host is trusted: at most one of these. An invitation that says it itself needs none. */
final class TrustOptions {

    static final class FingerprintConverter implements ITypeConverter<Fingerprint> {

        @Override
        public Fingerprint convert(String text) {
            try {
                return new Fingerprint(text.strip());
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Option(names = "--fingerprint", paramLabel = "FINGERPRINT", converter = FingerprintConverter.class,
            description = "Trust the host that shows this, as its player sees it. It is remembered.")
    private Fingerprint fingerprint;

    @Option(names = "--trust-on-first-use",
            description = "Trust a host that was never met before, and remember what it shows.")
    private boolean onFirstUse;

    @Option(names = "--authorities", paramLabel = "FILE", converter = PathConverter.class,
            description = "Trust hosts that the authorities in this PEM file vouch for.")
    private Path authorities;

    @Option(names = "--plaintext",
            description = "Join a host that does not encrypt. Whoever stands in between reads everything, the password "
                    + "too.")
    private boolean plaintext;

    HostTrust trust() {
        if (fingerprint != null) {
            return HostTrust.fingerprint(fingerprint);
        }
        if (authorities != null) {
            return HostTrust.authorities(authorities);
        }
        if (plaintext) {
            return HostTrust.plaintext();
        }
        return onFirstUse ? HostTrust.onFirstUse() : HostTrust.known();
    }
}
