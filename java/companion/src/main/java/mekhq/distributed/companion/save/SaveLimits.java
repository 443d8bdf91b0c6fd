// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

/**
 * How much of a save is read before it is given up. Large campaigns have tens of megabytes; a small compressed file can
 * claim a thousand times its size.
 *
 * @param contentBytesMax decompressed size of the whole save in bytes
 * @param tokenBytesMax   size in bytes of one text, tag or comment; up to 64 KiB more pass, since the parser
 *                        reads ahead
 * @param depthMax        how deep elements may be nested, the root counting as 1
 */
record SaveLimits(long contentBytesMax, long tokenBytesMax, int depthMax) {

    static final SaveLimits DEFAULT = new SaveLimits(512L << 20, 16L << 20, 256);
}
