// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.Objects;
import java.util.Optional;

/**
 * What one side gives, perhaps nothing: money for now.
 *
 * @param money more than 0; empty for none
 */
public record Bundle(Optional<Money> money) {
    /** Nothing. */
    public static final Bundle EMPTY = new Bundle(Optional.empty());

    /**
     * Checks the bundle.
     *
     * @throws IllegalArgumentException when the money is less than 0
     */
    public Bundle {
        Objects.requireNonNull(money, "money");
        if (money.isPresent() && !money.get().isPositive()) {
            throw new IllegalArgumentException("a bundle holds more than 0");
        }
    }

    /**
     * Money alone.
     *
     * @param money more than 0
     * @return the bundle
     * @throws IllegalArgumentException when it is less
     */
    public static Bundle of(Money money) {
        return new Bundle(Optional.of(money));
    }

    /** {@return whether there is nothing in it} */
    public boolean isEmpty() {
        return money.isEmpty();
    }
}
