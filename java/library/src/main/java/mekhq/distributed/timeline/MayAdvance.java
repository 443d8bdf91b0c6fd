// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.timeline;

/** Whether a campaign may advance from a date, and why not (protocol.md section 3). */
public enum MayAdvance {
    /** By a day at least; in bulk up to the host date. */
    ALLOWED,
    /** It stands on the host date: the host has to pass it first. */
    WAIT_FOR_HOST,
    /** It is past the host date: the host has to pass it first. */
    AHEAD_OF_HOST,
    /**
     * The host is out of reach, and the campaign as far as it knew the host to be. The player may choose to continue
     * without a host, see {@link Timeline#continueWithoutHost(boolean)}.
     */
    HOST_LOST,
    /** A shared scenario that the campaign agreed to be held by stands on its date. */
    SCENARIO_PENDING,
    /** A reason that this version does not know: it may not advance. */
    UNKNOWN;

    /** {@return whether the campaign may advance} */
    public boolean isAllowed() {
        return this == ALLOWED;
    }
}
