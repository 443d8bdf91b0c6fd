// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.LocalDate;
import java.util.Objects;
import java.util.UUID;

import mekhq.distributed.settlement.Standing;

/**
 * A campaign as the others in the session see it (protocol.md sections 1 and 3).
 *
 * @param id          the campaign's UUID, as in its save
 * @param rawName     the name as its player wrote it: 1 to 200 characters, no control characters. Never hand it to
 *                    anything that renders markup, such as a Swing label; see {@link #name()}
 * @param date        the campaign's current date, in the years 1 to 9999
 * @param team        set by the host, ignored from remote campaigns; 0 until it has been assigned
 * @param rawLocation MekHQ's id of the planetary system the campaign is in, as it was told: 1 to 200 characters, no
 *                    control characters. To look a system up; to show it see {@link #location()}
 * @param gmMode      whether the campaign is in GM mode
 * @param active      set by the host: the campaign is connected. Ignored from remote campaigns
 * @param status      set by the host: how the campaign stands to the host date. Ignored from remote campaigns
 * @param ready       set by the host: the campaign has done its day and waits for the host date to pass its own. Ignored
 *                    from remote campaigns
 * @param standing    set by the host: what the campaign owes and has skipped, as it last told. Ignored from remote
 *                    campaigns
 */
public record CampaignDetails(UUID id, String rawName, LocalDate date, int team, String rawLocation, boolean gmMode,
                              boolean active, CampaignStatus status, boolean ready, Standing standing) {

    /** Checks that nothing is {@code null}; what the texts may hold is checked when a session begins. */
    public CampaignDetails {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(rawName, "rawName");
        Objects.requireNonNull(date, "date");
        Objects.requireNonNull(rawLocation, "rawLocation");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(standing, "standing");
    }

    /** {@return the campaign's name as plain text, see {@link PlainText#of}} */
    public String name() {
        return PlainText.of(rawName);
    }

    /** {@return MekHQ's id of the planetary system as plain text, see {@link PlainText#of}} */
    public String location() {
        return PlainText.of(rawLocation);
    }

    /**
     * Details of one's own campaign, leaving out what only the host sets.
     *
     * @param id       the campaign's UUID, as in its save
     * @param name     1 to 200 characters, no control characters
     * @param date     the campaign's current date, in the years 1 to 9999
     * @param location MekHQ's id of the planetary system; 1 to 200 characters, no control characters
     * @param gmMode   whether the campaign is in GM mode
     * @return the details, with team 0, not active, of unknown status, not ready, and of clean standing
     */
    public static CampaignDetails of(UUID id, String name, LocalDate date, String location, boolean gmMode) {
        return new CampaignDetails(id, name, date, 0, location, gmMode, false, CampaignStatus.UNKNOWN, false,
                Standing.CLEAN);
    }
}
