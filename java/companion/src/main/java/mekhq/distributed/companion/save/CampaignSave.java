// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * What a session needs to know of a campaign save.
 *
 * @param id           the campaign's id
 * @param name         the campaign's name, 1 to 200 characters, no control characters
 * @param date         the campaign date, years 1 to 9999
 * @param location     MekHQ's id of the planetary system of the main location, 1 to 200 characters, no control
 *                     characters
 * @param gmMode       whether the campaign is in GM mode; MekHQ takes a save that does not say for one that is not
 * @param mekhqVersion the MekHQ version that wrote the save, 1 to 64 characters; empty in very old saves
 */
public record CampaignSave(UUID id, String name, LocalDate date, String location, boolean gmMode,
                           Optional<String> mekhqVersion) {

    /** Checks that nothing is null. */
    public CampaignSave {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(date, "date");
        Objects.requireNonNull(location, "location");
        Objects.requireNonNull(mekhqVersion, "mekhqVersion");
    }
}
