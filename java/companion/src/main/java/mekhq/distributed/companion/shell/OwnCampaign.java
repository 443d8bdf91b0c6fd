// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.util.UUID;

import mekhq.distributed.CampaignDetails;

/**
 * The campaign that this companion stands for. It begins as its save says and changes by the player's commands, and
 * whenever MekHQ writes the save; the companion itself never does. Used by the companion thread only.
 */
final class OwnCampaign {

    private final UUID id;
    private final String name;
    private LocalDate date;
    private String location;
    private boolean gmMode;
    private boolean ready;

    OwnCampaign(CampaignDetails details) {
        id = details.id();
        name = details.rawName();
        date = details.date();
        location = details.rawLocation();
        gmMode = details.gmMode();
    }

    UUID id() {
        return id;
    }

    String name() {
        return name;
    }

    LocalDate date() {
        return date;
    }

    void moveTo(LocalDate newDate) {
        date = newDate;
        ready = false;
    }

    /** Whether it has done its day and said so. */
    boolean ready() {
        return ready;
    }

    void becomeReady() {
        ready = true;
    }

    String location() {
        return location;
    }

    void travelTo(String systemId) {
        location = systemId;
    }

    boolean gmMode() {
        return gmMode;
    }

    void switchGmMode(boolean on) {
        gmMode = on;
    }
}
