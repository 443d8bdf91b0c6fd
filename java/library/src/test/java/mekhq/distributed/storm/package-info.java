// SPDX-License-Identifier: GPL-3.0-or-later
/** A campaign with a save that wires money as fast as it can, in a virtual machine that may be killed at any moment. */
package mekhq.distributed.storm;
