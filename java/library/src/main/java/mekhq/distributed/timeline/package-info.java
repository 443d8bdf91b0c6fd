// SPDX-License-Identifier: GPL-3.0-or-later
/** The common calendar (protocol.md section 3). */
package mekhq.distributed.timeline;
