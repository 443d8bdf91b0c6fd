// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import mekhq.distributed.EndCause;
import mekhq.distributed.roster.Membership;

/** The causes for which a connection ends, in words, each the beginning of a sentence without its full stop. */
final class Endings {

    private Endings() {
    }

    /** A deliberate end for which nobody is to blame. */
    static boolean clean(EndCause cause) {
        return cause == EndCause.HOST_CLOSING || cause == EndCause.LEAVING;
    }

    static String ofHost(EndCause cause) {
        return switch (cause) {
            case HOST_CLOSING -> "The host closed the session";
            case LEAVING -> "The host ended the connection";
            case KICKED -> "The host removed this campaign from the session";
            case BANNED -> "The host banned this campaign";
            case RETIRED -> "The host retired this campaign from the session";
            case SUPERSEDED -> "This campaign was joined anew from elsewhere";
            case TOO_SLOW -> "The host ended the connection, which was too slow";
            case PROTOCOL_ERROR -> "The host ended the connection over a protocol error";
            case RESET -> "The connection to the host was lost";
            case TIMED_OUT -> "The host no longer answers";
            case UNKNOWN -> "The connection to the host ended";
        };
    }

    /** What a decision of the host's player means for a campaign, behind its name. */
    static String of(Membership change) {
        return switch (change) {
            case KICKED -> "is out, and may join again";
            case BANNED -> "is banned";
            case UNBANNED -> "is no longer banned";
            case RETIRED -> "has left the session for good";
            case READMITTED -> "is back on the list";
            case KEY_RESET -> "may join with a new key";
        };
    }

    static String ofRemote(EndCause cause) {
        return switch (cause) {
            case LEAVING, HOST_CLOSING, UNKNOWN -> "left";
            case KICKED -> "was removed";
            case BANNED -> "was banned";
            case RETIRED -> "was retired";
            case SUPERSEDED -> "joined anew from elsewhere";
            case TOO_SLOW -> "was disconnected, being too slow";
            case PROTOCOL_ERROR -> "was disconnected over a protocol error";
            case RESET -> "lost its connection";
            case TIMED_OUT -> "no longer answers";
        };
    }
}
