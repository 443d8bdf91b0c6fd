// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

/** What a proof prints, and how much of it is asked for. */
final class Figures {
    /** Claims about seconds are asserted only where a proof was asked for, on a machine with nothing else to do. */
    static final boolean PROVING = Boolean.getBoolean("distributed.mekhq.prove");

    private Figures() {
    }

    static void print(String name, Object value) {
        System.out.println("figure " + name + ": " + value);
    }

    /** The claimed number of milliseconds in a proof, tenfold otherwise. */
    static long claimMs(long claimedMs) {
        return PROVING ? claimedMs : 10 * claimedMs;
    }
}
