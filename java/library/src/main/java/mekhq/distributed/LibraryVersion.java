// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** The version of this jar, which the native library compares with its own while it is being loaded. */
final class LibraryVersion {

    /** Looked up by name from native code. */
    static final String VALUE = read();

    private LibraryVersion() {
    }

    private static String read() {
        try (InputStream resource = LibraryVersion.class.getResourceAsStream("version.properties")) {
            if (resource == null) {
                throw new IllegalStateException("the jar lacks mekhq/distributed/version.properties");
            }
            Properties properties = new Properties();
            properties.load(new InputStreamReader(resource, StandardCharsets.UTF_8));
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
