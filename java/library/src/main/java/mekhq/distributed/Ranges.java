// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.Duration;

/** Checks of builder arguments. */
final class Ranges {

    private Ranges() {
    }

    static Duration check(Duration value, String name, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(name + " must be from " + min + " to " + max + ", not " + value);
        }
        return value;
    }

    static int check(int value, String name, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be from " + min + " to " + max + ", not " + value);
        }
        return value;
    }
}
