// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.LocalDate;
import java.util.Optional;

import mekhq.distributed.timeline.MayAdvance;

/** Why a remote campaign may not advance, in words. */
final class Reasons {

    private Reasons() {
    }

    /**
     * A sentence for who wants to advance, at once or after some days.
     *
     * @param why      what stops the campaign
     * @param hostDate the last host date that it knows
     * @param days     how many days it may advance before it is stopped, 0 and up
     */
    static String sentence(MayAdvance why, Optional<LocalDate> hostDate, long days) {
        String instead = "you can advance " + (days == 1 ? "1 day." : days + " days.");
        return switch (why) {
            case ALLOWED, WAIT_FOR_HOST -> "The host is at " + shown(hostDate) + ": "
                    + (days == 0 ? "wait until it has advanced." : instead);
            case AHEAD_OF_HOST -> "The host is at " + shown(hostDate) + ": "
                    + (days == 0 ? "wait until it has passed your date." : instead);
            case HOST_LOST -> lost(hostDate) + ": "
                    + (days == 0 ? "wait for it, or play on without it by \"offline on\"." : instead);
            case SCENARIO_PENDING -> "A shared scenario has to be played first: "
                    + (days == 0 ? "it stands on your date." : instead);
            case UNKNOWN -> "You may not advance, for a reason that this version does not know.";
        };
    }

    private static String lost(Optional<LocalDate> hostDate) {
        return hostDate.map(date -> "The host, last seen at " + date + ", is out of reach")
                .orElse("The host's date is not known yet");
    }

    private static String shown(Optional<LocalDate> date) {
        return date.map(LocalDate::toString).orElse("an unknown date");
    }
}
