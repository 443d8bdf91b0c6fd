// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

import java.util.Objects;
import java.util.UUID;

import mekhq.distributed.Bundle;

/**
 * Something that is, or was, set aside for a promise.
 *
 * @param request  the request that it was promised for
 * @param revision the revision of its terms; 0 where the request has none
 * @param bundle   what, never empty
 */
public record Hold(UUID request, long revision, Bundle bundle) {

    /** Checks that nothing is {@code null}. */
    public Hold {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(bundle, "bundle");
    }
}
