// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;

/**
 * The keys by which hosts recognise campaigns (protocol.md section 2, point 6). A campaign has one for each host, made
 * when it joins that host for the first time and kept below the data folder of that computer, never in the save: so a
 * copied save alone lets nobody join in the campaign's place. A player with a second computer takes the keys there by
 * {@link #exportKeys} and {@link #importKeys}.
 *
 * <p>The methods may be called on any thread and need no session; they read and write small files. A key that was
 * imported while a session runs counts from its next attempt to connect on.
 */
public final class CampaignKeys {
    private final Path dataFolder;

    private CampaignKeys(Path dataFolder) {
        this.dataFolder = dataFolder;
    }

    /** {@return the keys in the data folder that sessions use unless they are told another one} */
    public static CampaignKeys ofThisUser() {
        return new CampaignKeys(DataFolder.ofThisUser());
    }

    /**
     * The keys in a data folder.
     *
     * @param dataFolder the folder, as in {@link SessionBuilder#dataFolder}
     * @return its keys; nothing is read or made yet
     */
    public static CampaignKeys in(Path dataFolder) {
        return new CampaignKeys(Objects.requireNonNull(dataFolder, "dataFolder"));
    }

    /**
     * All keys of a campaign as one text, for the same player's other computer. Whoever reads the text can join as this
     * campaign: it is as secret as a password, and belongs neither into a chat nor into a bug report.
     *
     * @param campaign the campaign's UUID
     * @return several lines of ASCII
     * @throws DistributedMekHQException {@link ErrorCode#INVALID_ARGUMENT} when this computer holds no key of the
     *         campaign, {@link ErrorCode#CAMPAIGN_KEY_UNAVAILABLE} when one cannot be read; {@link
     *         ErrorCode#LIBRARY_MISSING}, {@link ErrorCode#LIBRARY_VERSION_MISMATCH}
     */
    public String exportKeys(UUID campaign) {
        NativeLibrary.load();
        return new String(Native.exportKeys(folder(), bytes(campaign.toString())), StandardCharsets.UTF_8);
    }

    /**
     * Takes over keys that were exported on another computer.
     *
     * @param keys    the text, whole; line ends of any system
     * @param replace whether a key in the text takes the place of another one that this computer has for the same
     *                campaign and host; that other one is lost then
     * @return how many keys the text has, those included that were here already
     * @throws DistributedMekHQException {@link ErrorCode#INVALID_ARGUMENT}, and nothing is changed, when the text is
     *         damaged, from a newer version, or differs from a key that is here and {@code replace} is false;
     *         {@link ErrorCode#CAMPAIGN_KEY_UNAVAILABLE} when a key cannot be written; {@link
     *         ErrorCode#LIBRARY_MISSING}, {@link ErrorCode#LIBRARY_VERSION_MISMATCH}
     */
    public int importKeys(String keys, boolean replace) {
        NativeLibrary.load();
        return Native.importKeys(folder(), bytes(keys), replace);
    }

    private byte[] folder() {
        return bytes(dataFolder.toAbsolutePath().toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
