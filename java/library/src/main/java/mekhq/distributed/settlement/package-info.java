// SPDX-License-Identifier: GPL-3.0-or-later
/** What a campaign's save must apply, how far it has, and what it has promised (protocol.md section 5). */
package mekhq.distributed.settlement;
