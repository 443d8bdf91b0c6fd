// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import mekhq.distributed.Money;

/**
 * An amount that the player typed, and what was typed behind it.
 *
 * @param amount C-bills
 * @param rest   what follows, stripped; may be empty
 */
record CBills(Money amount, String rest) {

    private static final Pattern AMOUNT = Pattern.compile("(-?\\d{1,3}(?:,\\d{3})+|-?\\d{1,14})(?:\\s+(.*))?");

    /** With or without thousands set apart; empty where there is no amount, or one that no transfer can have. */
    static Optional<CBills> before(String text) {
        Matcher amount = AMOUNT.matcher(text);
        if (!amount.matches()) {
            return Optional.empty();
        }
        String rest = amount.group(2) == null ? "" : amount.group(2).strip();
        try {
            return Optional.of(new CBills(Money.cBills(Long.parseLong(amount.group(1).replace(",", ""))), rest));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
