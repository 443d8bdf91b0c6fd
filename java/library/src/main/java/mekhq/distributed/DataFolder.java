// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.file.Path;

/** Where what must outlive the process lies, unless a builder says otherwise. */
final class DataFolder {
    static final String OVERRIDE = "distributed.mekhq.data";

    private DataFolder() {
    }

    /** The folder named by the system property {@value #OVERRIDE}, or else this user's own. */
    static Path ofThisUser() {
        String override = System.getProperty(OVERRIDE);
        if (override != null && !override.isBlank()) {
            return Path.of(override);
        }
        return LibraryPlatform.ofThisProcess().dataFolder(System.getenv(), System.getProperty("user.home"));
    }
}
