// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * A session in which a campaign has set something aside.
 *
 * @param session  the session's UUID
 * @param hostDate the last host date that the campaign knows of it
 * @param holds    what is set aside, at least one; not modifiable
 */
public record HeldSession(UUID session, LocalDate hostDate, List<Hold> holds) {

    /** Checks that nothing is {@code null}, and copies the list. */
    public HeldSession {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(hostDate, "hostDate");
        holds = List.copyOf(holds);
    }
}
