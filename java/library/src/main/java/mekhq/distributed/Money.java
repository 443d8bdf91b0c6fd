// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An amount of one currency, never 0. Where a rule gives it a direction, more than 0 leaves the campaign that asks, and
 * less comes to it.
 *
 * @param currency   the currency's code, 1 to 8 capital ASCII letters and digits; {@link #C_BILL} for example
 * @param hundredths the amount in hundredths of the currency's unit, from −10<sup>15</sup> to 10<sup>15</sup>; the C-bill
 *                   has whole units only
 */
public record Money(String currency, long hundredths) {
    /** The code of the C-bill, as MekHQ writes it. */
    public static final String C_BILL = "CSB";

    private static final long HUNDREDTHS_MAX = 1_000_000_000_000_000L;
    private static final int HUNDREDTHS_PER_UNIT = 100;
    private static final Pattern CODE = Pattern.compile("[A-Z0-9]{1,8}");

    /**
     * Checks the amount.
     *
     * @throws IllegalArgumentException when the code is none, or the amount is 0, too large, or finer than the currency
     */
    public Money {
        if (!CODE.matcher(currency).matches()) {
            throw new IllegalArgumentException("no currency code: 1 to 8 capital letters and digits");
        }
        if (hundredths == 0 || hundredths < -HUNDREDTHS_MAX || hundredths > HUNDREDTHS_MAX) {
            throw new IllegalArgumentException("the amount is 0, or more than 10^15 hundredths");
        }
        if (currency.equals(C_BILL) && hundredths % HUNDREDTHS_PER_UNIT != 0) {
            throw new IllegalArgumentException("C-bills have whole units only");
        }
    }

    /**
     * C-bills.
     *
     * @param units whole C-bills, not 0
     * @return the amount
     * @throws IllegalArgumentException when it is 0 or more than 10<sup>13</sup>
     */
    public static Money cBills(long units) {
        return of(C_BILL, units);
    }

    /**
     * Whole units of a currency.
     *
     * @param currency the currency's code
     * @param units    whole units, not 0
     * @return the amount
     * @throws IllegalArgumentException when the code is none, or the amount is 0 or more than 10<sup>13</sup>
     */
    public static Money of(String currency, long units) {
        if (Math.abs(units) > HUNDREDTHS_MAX / HUNDREDTHS_PER_UNIT || units == Long.MIN_VALUE) {
            throw new IllegalArgumentException("the amount is 0, or more than 10^15 hundredths");
        }
        return new Money(currency, units * HUNDREDTHS_PER_UNIT);
    }

    /** {@return whether it is more than 0} */
    public boolean isPositive() {
        return hundredths > 0;
    }

    /** {@return the same amount in the other direction} */
    public Money negated() {
        return new Money(currency, -hundredths);
    }

    /** {@return the same amount, more than 0} */
    public Money abs() {
        return isPositive() ? this : negated();
    }

    /** {@return the amount with thousands set apart, then the code; for people, for example {@code 1,500,000 CSB}} */
    public String format() {
        long size = Math.abs(hundredths);
        String sign = isPositive() ? "" : "-";
        String units = String.format(Locale.ROOT, "%,d", size / HUNDREDTHS_PER_UNIT);
        long rest = size % HUNDREDTHS_PER_UNIT;
        return sign + units + (rest == 0 ? "" : String.format(Locale.ROOT, ".%02d", rest)) + " " + currency;
    }

    /** Without the amount, so that it is in no log. */
    @Override
    public String toString() {
        return "Money[" + currency + "]";
    }
}
