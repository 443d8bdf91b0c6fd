// SPDX-License-Identifier: GPL-3.0-or-later
/** The table of organisation and equipment (TOE) of each campaign (protocol.md section 4). */
package mekhq.distributed.force;
