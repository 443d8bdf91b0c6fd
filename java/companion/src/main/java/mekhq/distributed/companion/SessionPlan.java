// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

import mekhq.distributed.CampaignDetails;
import mekhq.distributed.VersionRule;
import mekhq.distributed.companion.save.SaveWatch;
import mekhq.distributed.companion.shell.LoadedMemento;

/**
 * What hosting and joining have in common.
 *
 * @param campaign     this campaign as its save says
 * @param memento      what is remembered of earlier sessions
 * @param written      when its save was last written
 * @param watch        the save that is followed while the session lasts; empty: none
 * @param mekhqVersion the MekHQ version that it counts as
 * @param versionRule  which versions of the other side are good enough
 * @param password     the session's password, if any
 * @param legacyPeers  whether peers of the old contract are served or joined
 * @param dataFolder   for what outlives the companion; empty: the user's own
 */
record SessionPlan(CampaignDetails campaign, LoadedMemento memento, Instant written, Optional<SaveWatch> watch,
                   String mekhqVersion, VersionRule versionRule, Optional<String> password, boolean legacyPeers,
                   Optional<Path> dataFolder) {

    /** Without the password, so that it is in no log. */
    @Override
    public String toString() {
        return "SessionPlan[" + campaign.id() + ", " + mekhqVersion + ", " + versionRule + "]";
    }
}
