// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.force;

import java.util.Objects;

/**
 * A unit in a force (protocol.md section 1).
 *
 * @param id        the unit's UUID text, as MekHQ has it; 1 to 64 characters
 * @param name      1 to 200 characters, no control characters
 * @param commander at most 200 characters, no control characters; empty when nobody commands the unit
 */
public record ForceUnit(String id, String name, String commander) {

    /** Checks that nothing is {@code null}. */
    public ForceUnit {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(commander, "commander");
    }
}
