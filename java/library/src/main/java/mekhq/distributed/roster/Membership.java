// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.roster;

/** What the host's player decided about a campaign, see {@link Members}. */
public enum Membership {
    /** Its connection was ended; it may join again. */
    KICKED,
    /** It may not join until it is unbanned. */
    BANNED,
    /** It may join again. */
    UNBANNED,
    /** It has left for good: off the roster, and back only when readmitted. */
    RETIRED,
    /** It is back on the roster. */
    READMITTED,
    /** Its key is forgotten; the next one that it joins with is its key. */
    KEY_RESET
}
