// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.nio.file.Path;

import picocli.CommandLine.Option;

import mekhq.distributed.CampaignKeys;

/** Where the keys lie that are exported or imported. */
final class KeysOptions {

    @Option(names = "--data-folder", paramLabel = "FOLDER", converter = PathConverter.class,
            description = "Where this computer keeps its keys; your own folder for such things by default.")
    private Path dataFolder;

    CampaignKeys keys() {
        return dataFolder == null ? CampaignKeys.ofThisUser() : CampaignKeys.in(dataFolder);
    }
}
