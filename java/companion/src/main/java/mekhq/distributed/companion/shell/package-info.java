// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The running companion: one open session, the commands that its player types, and the lines that it prints.
 *
 * <p>Everything here runs on one thread, the companion thread: {@link mekhq.distributed.companion.shell.Shell} opens
 * the session on it, hands it to the session as executor, and runs on it each command line and whatever is to be done
 * about a save that MekHQ has written. So nothing here needs a lock.
 */
package mekhq.distributed.companion.shell;
