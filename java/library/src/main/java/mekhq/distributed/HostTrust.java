// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.file.Path;
import java.util.Objects;

import mekhq.distributed.internal.proto.bridge.RemoteOptions;

/**
 * By what a remote campaign trusts a host (protocol.md section 2). Whatever is chosen, the host must prove that it has
 * the key of the certificate it shows, and no byte of a password or key leaves before the host is trusted.
 */
public final class HostTrust {
    private static final HostTrust KNOWN = new HostTrust(Kind.HOST_TRUST_KNOWN, "", "");
    private static final HostTrust ON_FIRST_USE = new HostTrust(Kind.HOST_TRUST_FIRST_USE, "", "");
    private static final HostTrust PLAINTEXT = new HostTrust(Kind.HOST_TRUST_PLAINTEXT, "", "");

    private final Kind kind;
    private final String fingerprint;
    private final String authoritiesFile;

    /** As in {@code bridge.HostTrust}. */
    private enum Kind {
        HOST_TRUST_KNOWN, HOST_TRUST_FIRST_USE, HOST_TRUST_FINGERPRINT, HOST_TRUST_AUTHORITIES, HOST_TRUST_PLAINTEXT
    }

    private HostTrust(Kind kind, String fingerprint, String authoritiesFile) {
        this.kind = kind;
        this.fingerprint = fingerprint;
        this.authoritiesFile = authoritiesFile;
    }

    /**
     * By what the host's address showed in an earlier session. An address that was never met before is refused with
     * {@link ErrorCode#CERTIFICATE_UNKNOWN}; the exception's {@link DistributedMekHQException#distrustedHost()} has the
     * fingerprint to show to the player, who may trust it by {@link #fingerprint}. This is the default.
     *
     * @return the trust
     */
    public static HostTrust known() {
        return KNOWN;
    }

    /**
     * As {@link #known()}, but an address that was never met before is trusted unseen, and remembered. Somebody who
     * stands in between at that moment is not noticed.
     *
     * @return the trust
     */
    public static HostTrust onFirstUse() {
        return ON_FIRST_USE;
    }

    /**
     * By the fingerprint that the host's player gave. From then on the address is known by it.
     *
     * @param fingerprint the fingerprint
     * @return the trust
     */
    public static HostTrust fingerprint(Fingerprint fingerprint) {
        return new HostTrust(Kind.HOST_TRUST_FINGERPRINT, fingerprint.text(), "");
    }

    /**
     * By authorities, who must vouch for the name or address that is connected to.
     *
     * @param pem file with the authorities' certificates
     * @return the trust
     */
    public static HostTrust authorities(Path pem) {
        return new HostTrust(Kind.HOST_TRUST_AUTHORITIES, "", pem.toAbsolutePath().toString());
    }

    /**
     * By nothing: everything travels unencrypted, a password too. Only for hosts that do not encrypt, such as those of
     * the old contract.
     *
     * @return the trust
     */
    public static HostTrust plaintext() {
        return PLAINTEXT;
    }

    void toWire(RemoteOptions.Builder options) {
        options.setTrust(mekhq.distributed.internal.proto.bridge.HostTrust.valueOf(kind.name()))
                .setFingerprint(fingerprint)
                .setAuthoritiesFile(authoritiesFile);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostTrust trust && kind == trust.kind && fingerprint.equals(trust.fingerprint)
                && authoritiesFile.equals(trust.authoritiesFile);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, fingerprint, authoritiesFile);
    }

    /** {@return what it is by, for a log} */
    @Override
    public String toString() {
        return kind.name() + fingerprint + authoritiesFile;
    }
}
