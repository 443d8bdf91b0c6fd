// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.util.Objects;

import mekhq.distributed.companion.save.MementoFile;

/**
 * A campaign's memento, and where it is kept.
 *
 * @param file where it is kept
 * @param text as it was read; empty: the campaign was never in a session
 */
public record LoadedMemento(MementoFile file, String text) {

    /** Checks that nothing is null. */
    public LoadedMemento {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(text, "text");
    }
}
