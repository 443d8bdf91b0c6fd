// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The host that a remote campaign has just been connected to.
 *
 * @param campaign    the host campaign
 * @param sessionId   the session that the host campaign runs; empty when the host is of the old contract
 * @param hostVersion the host's MekHQ version
 * @param legacy      whether the host is of the old contract, which offers presence, dates, GM mode, location and TOE
 *                    only (protocol.md section 1)
 */
public record ConnectedHost(CampaignDetails campaign, Optional<UUID> sessionId, String hostVersion, boolean legacy) {

    /** Checks that nothing is {@code null}. */
    public ConnectedHost {
        Objects.requireNonNull(campaign, "campaign");
        Objects.requireNonNull(sessionId, "sessionId");
        Objects.requireNonNull(hostVersion, "hostVersion");
    }
}
