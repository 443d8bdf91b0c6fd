// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.time.Clock;
import java.util.function.UnaryOperator;

/**
 * All that the companion takes from outside.
 *
 * @param terminal    where it reads and prints
 * @param clock       tells the time of day in the player's zone
 * @param environment environment variables by name, null where there is none
 * @param sessions    opens sessions
 */
record Surroundings(Terminal terminal, Clock clock, UnaryOperator<String> environment, SessionOpener sessions) {
}
