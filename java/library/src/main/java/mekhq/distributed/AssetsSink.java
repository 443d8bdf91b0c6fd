// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

/** Where the native library changes a campaign. */
interface AssetsSink {

    /**
     * Takes {@code bridge.AssetsCall}, returns {@code bridge.AssetsAnswer}. Called on the thread that called the library,
     * while it does. What it throws counts as an answer that nothing has changed.
     */
    byte[] call(byte[] assetsCall);
}
