// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.force;

import java.util.List;
import java.util.Objects;

import mekhq.distributed.PlainText;

/**
 * A force of a campaign's TOE, with all below it (protocol.md section 1).
 *
 * @param id        MekHQ's number of the force
 * @param rawName   the name as its player wrote it: 1 to 200 characters, no control characters. Never hand it to anything
 *                  that renders markup; see {@link #name()}
 * @param subForces the forces directly below; not modifiable. At most 16 levels in all
 * @param units     the units directly in this force; not modifiable
 */
public record Force(int id, String rawName, List<Force> subForces, List<ForceUnit> units) {

    /** Copies the lists and checks that nothing is {@code null}. */
    public Force {
        Objects.requireNonNull(rawName, "rawName");
        subForces = List.copyOf(subForces);
        units = List.copyOf(units);
    }

    /** {@return the name as plain text, see {@link PlainText#of}} */
    public String name() {
        return PlainText.of(rawName);
    }
}
