// SPDX-License-Identifier: GPL-3.0-or-later
/** Who is in the session, in GM mode or not, and where (protocol.md sections 1 and 2). */
package mekhq.distributed.roster;
