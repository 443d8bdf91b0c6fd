// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The other side's answer to a message of ours that changed nothing (protocol.md section 1, "no silent refusal").
 *
 * @param request  the request that was refused; empty when the refused message names none
 * @param code     why
 * @param reason   why, for people; may be empty
 * @param revision the revision that the refused message named; 0 when it has none
 * @param refused  name of the refused message, for example {@code CampaignDateChanged}
 */
public record Refusal(Optional<UUID> request, ErrorCode code, String reason, long revision, String refused) {

    /** Checks that nothing is {@code null}. */
    public Refusal {
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(refused, "refused");
    }
}
