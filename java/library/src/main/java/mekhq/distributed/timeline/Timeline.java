// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.timeline;

import java.time.LocalDate;
import java.util.Optional;

/**
 * The common calendar (protocol.md section 3). What this object tells is the session's present state, which may be
 * ahead of the events that the listeners have heard so far; what this campaign sends becomes part of it a moment
 * after the call that sends it. All methods may be called on any thread; after the session was closed all but the
 * listener methods throw {@code DistributedMekHQException} with {@code SESSION_CLOSED}.
 */
public interface Timeline {

    /**
     * Tells the others this campaign's date, after it has changed.
     *
     * @param date the campaign's date, in the years 1 to 9999, otherwise {@code INVALID_ARGUMENT}
     */
    void sendDateChanged(LocalDate date);

    /** {@return this campaign's date, as the others are told it; may lag a moment behind {@link #sendDateChanged}} */
    LocalDate ownDate();

    /** {@return the host campaign's date; empty on a remote campaign that has not been connected yet} */
    Optional<LocalDate> hostDate();

    /**
     * Adds a listener, which hears the events delivered from now on.
     *
     * @param listener the listener
     */
    void addListener(TimelineListener listener);

    /**
     * Removes a listener. Nothing happens when it was never added.
     *
     * @param listener the listener
     */
    void removeListener(TimelineListener listener);
}
