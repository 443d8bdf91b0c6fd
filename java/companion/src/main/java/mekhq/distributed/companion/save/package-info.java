// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * Reads what a session needs to know from a MekHQ campaign save. Saves are only ever read, never written.
 */
package mekhq.distributed.companion.save;
