// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.Base64;
import java.util.Objects;

/**
 * By what players know a host: the SHA-256 of its certificate's public key info. The host's player sees it at
 * {@link HostSession#fingerprint()}; another player compares it with what the host shows. It stays the same from one
 * session to the next.
 *
 * @param text the fingerprint as it is shown and typed: 43 letters, digits, {@code -} and {@code _}
 */
public record Fingerprint(String text) {
    private static final int BYTES = 32;

    /**
     * Checks the text.
     *
     * @throws IllegalArgumentException when it is no fingerprint
     */
    public Fingerprint {
        Objects.requireNonNull(text, "text");
        boolean valid;
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            valid = bytes.length == BYTES && Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text);
        } catch (IllegalArgumentException e) {
            valid = false;
        }
        if (!valid) {
            throw new IllegalArgumentException("a fingerprint has 43 letters, digits, - and _");
        }
    }

    /** {@return the fingerprint as it is shown and typed} */
    @Override
    public String toString() {
        return text;
    }
}
