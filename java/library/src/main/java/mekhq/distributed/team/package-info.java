// SPDX-License-Identifier: GPL-3.0-or-later
/** Who plays on one side, and what teammates tell each other of their days (protocol.md section 4). */
package mekhq.distributed.team;
