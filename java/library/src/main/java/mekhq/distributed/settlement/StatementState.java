// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

/** How far something is that moved by a settlement. */
public enum StatementState {
    /** The campaign's save has it. */
    APPLIED,
    /** The save has it, and it waits for its day. */
    ON_ITS_WAY,
    /** The save has still to apply it. */
    NOT_APPLIED,
    /** The campaign's player chose to do without it. */
    SKIPPED,
    /** It lies before a quarantine exit of the campaign, or repairs one: the save may have passed over it. */
    UNSURE
}
