// SPDX-License-Identifier: GPL-3.0-or-later
/**
 * The adapter that docs/integrating-mekhq.md shows, compiled against small stand-ins that behave as MekHQ's own classes
 * of these names do. It uses nothing of the library but its API.
 */
package mekhq.distributed.integration;
