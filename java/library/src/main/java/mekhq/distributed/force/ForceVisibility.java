// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.force;

/** Who may see a campaign's TOE (protocol.md section 4). */
public enum ForceVisibility {
    /** Its teammates. */
    TEAM,
    /** Everyone in the session. */
    EVERYONE
}
