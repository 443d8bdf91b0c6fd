// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.Objects;
import java.util.Optional;

/**
 * A host that was reached but is not trusted. Nothing of the campaign's has been sent to it. When its player confirms
 * {@link #shown()} by another way, for example over the telephone, trust it by {@link HostTrust#fingerprint}.
 *
 * @param address  where it was reached, {@code HOST:PORT}, IPv6 in brackets
 * @param shown    the fingerprint that it showed
 * @param expected the fingerprint that it should have shown, from an invitation, the player, or an earlier session at
 *                 that address; empty when the address was never met before, or when authorities judge
 */
public record DistrustedHost(String address, Fingerprint shown, Optional<Fingerprint> expected) {

    /** Checks that nothing is {@code null}. */
    public DistrustedHost {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(shown, "shown");
        Objects.requireNonNull(expected, "expected");
    }
}
