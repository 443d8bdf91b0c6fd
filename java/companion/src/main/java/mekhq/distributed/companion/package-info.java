// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The companion's command line: {@code companion host SAVE} and {@code companion join SAVE HOST[:PORT]}.
 */
package mekhq.distributed.companion;
