// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;

import mekhq.distributed.timeline.MayAdvance;

/**
 * What can be asked of the text that a campaign's save keeps of its sessions (see {@link Session#memento()}) while the
 * campaign is in none.
 */
public final class Memento {

    private Memento() {
    }

    /**
     * Tells whether a campaign that is in no session at the moment may advance from a date: up to the host date that it
     * knew last if it had joined its last session, and freely if it hosted it or was never in one. Ask it of each day
     * that is advanced without a session, unless the player chose to continue without a host. Waits for nothing, and does
     * without the native library where there is no memento.
     *
     * @param memento the text, as the save has it; empty if it has none
     * @param from    the date that the campaign would advance from, of the years 1 to 9999
     * @return {@link MayAdvance#ALLOWED} or {@link MayAdvance#HOST_LOST}
     * @throws DistributedMekHQException {@link ErrorCode#INVALID_ARGUMENT} when the text was written by a newer version
     *         or is damaged, with a message that says which; {@link ErrorCode#LIBRARY_MISSING},
     *         {@link ErrorCode#LIBRARY_VERSION_MISMATCH}
     */
    public static MayAdvance mayAdvance(String memento, LocalDate from) {
        // Whoever never plays with others must not depend on the library being there.
        if (memento.isBlank()) {
            return MayAdvance.ALLOWED;
        }
        NativeLibrary.load();
        return TimelineConvert.toMayAdvance(
                Native.mementoMayAdvance(memento.getBytes(StandardCharsets.UTF_8), from.toEpochDay()));
    }
}
