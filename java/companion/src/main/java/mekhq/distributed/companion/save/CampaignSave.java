// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
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
 * @param reportLines  the lines of the day's report, HTML as MekHQ has them, without the day's heading; each fit for a
 *                     daily log (protocol.md section 4). Not modifiable, may be empty
 */
public record CampaignSave(UUID id, String name, LocalDate date, String location, boolean gmMode,
                           Optional<String> mekhqVersion, List<String> reportLines) {

    /** Checks that nothing is null. */
    public CampaignSave {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(date, "date");
        Objects.requireNonNull(location, "location");
        Objects.requireNonNull(mekhqVersion, "mekhqVersion");
        reportLines = List.copyOf(reportLines);
    }

    /**
     * Tells which report lines are news to who knows an earlier save of the campaign. MekHQ begins the report anew with
     * each day. The lines of a day before the known one, as in an older save that was loaded again, are no news.
     *
     * @param known the save that was read before this one
     * @return the lines in their order, may be empty; not modifiable
     */
    public List<String> reportLinesSince(CampaignSave known) {
        if (date.isBefore(known.date)) {
            return List.of();
        }
        List<String> news = new ArrayList<>(reportLines);
        if (date.equals(known.date)) {
            known.reportLines.forEach(news::remove);
        }
        return List.copyOf(news);
    }
}
