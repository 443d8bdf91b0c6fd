// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.save;

import java.io.ByteArrayInputStream;

/** What Jazzer calls, by {@code cargo xtask fuzz}: any bytes at all are a campaign or a reason why not. */
public final class SaveReaderFuzzer {

    /** Small, so that a compressed nothing does not fill an input's second. */
    private static final SaveLimits LIMITS = new SaveLimits(4L << 20, 1L << 20, 64);

    private SaveReaderFuzzer() {
    }

    /** Reads a save. Whatever is thrown but a {@link SaveException} is a find. */
    public static void fuzzerTestOneInput(byte[] save) {
        try {
            CampaignSave campaign = new CampaignSaveReader(LIMITS).read(new ByteArrayInputStream(save));
            if (campaign.toString().isEmpty()) {
                throw new AssertionError("a campaign that says nothing");
            }
        } catch (SaveException e) {
            if (e.getMessage() == null || e.getMessage().isBlank()) {
                throw new AssertionError("a refusal without a reason", e);
            }
        }
    }
}
