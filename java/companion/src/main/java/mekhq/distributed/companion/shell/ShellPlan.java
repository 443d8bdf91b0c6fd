// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.companion.save.SaveWatch;

/**
 * What a shell begins with.
 *
 * @param campaign this campaign as its save says
 * @param memento  what is remembered of earlier sessions, and where it is kept
 * @param written  when its save was last written
 * @param watch    the save that is followed while the session lasts; empty: none
 * @param stay     whether the companion waits for a host that closed its session; otherwise it ends with it
 */
public record ShellPlan(CampaignDetails campaign, LoadedMemento memento, Instant written,
                        Optional<SaveWatch> watch, boolean stay) {

    /** Checks that nothing is null. */
    public ShellPlan {
        Objects.requireNonNull(campaign, "campaign");
        Objects.requireNonNull(memento, "memento");
        Objects.requireNonNull(written, "written");
        Objects.requireNonNull(watch, "watch");
    }
}
