// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.force;

import java.util.Objects;

import mekhq.distributed.PlainText;

/**
 * A unit in a force (protocol.md section 1). The raw texts are as its player wrote them: never hand them to anything
 * that renders markup, such as a Swing label.
 *
 * @param rawId        the unit's UUID text, as MekHQ has it; 1 to 64 characters
 * @param rawName      1 to 200 characters, no control characters
 * @param rawCommander at most 200 characters, no control characters; empty when nobody commands the unit
 */
public record ForceUnit(String rawId, String rawName, String rawCommander) {

    /** Checks that nothing is {@code null}. */
    public ForceUnit {
        Objects.requireNonNull(rawId, "rawId");
        Objects.requireNonNull(rawName, "rawName");
        Objects.requireNonNull(rawCommander, "rawCommander");
    }

    /** {@return the unit's UUID text as plain text, see {@link PlainText#of}} */
    public String id() {
        return PlainText.of(rawId);
    }

    /** {@return the unit's name as plain text, see {@link PlainText#of}} */
    public String name() {
        return PlainText.of(rawName);
    }

    /** {@return the commander's name as plain text, see {@link PlainText#of}; empty when nobody commands the unit} */
    public String commander() {
        return PlainText.of(rawCommander);
    }
}
