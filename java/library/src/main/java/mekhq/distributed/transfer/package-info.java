// SPDX-License-Identifier: GPL-3.0-or-later
/** Wire transfers of money between campaigns (protocol.md section 6). */
package mekhq.distributed.transfer;
