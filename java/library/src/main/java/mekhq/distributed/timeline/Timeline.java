// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.timeline;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * The common calendar (protocol.md section 3): no campaign may be further along than the host campaign. What this
 * object tells is the session's present state, which may be ahead of the events that the listeners have heard so far;
 * what this campaign sends becomes part of it a moment after the call that sends it. All methods may be called on any
 * thread; none of them waits. After the session was closed all but {@link #mayAdvance} and the listener methods throw
 * {@code DistributedMekHQException} with {@code SESSION_CLOSED}. Dates are in the years 1 to 9999, otherwise
 * {@code INVALID_ARGUMENT}.
 */
public interface Timeline {

    /**
     * Tells whether this campaign may advance from a date. Answered from memory, without a lock and without the
     * network, so that MekHQ may ask for each day while it advances many on the Swing thread. The answer takes the
     * date as it is given and knows of all that has come in so far, whether listeners have heard of it or not.
     *
     * <p>A campaign in a session that has been closed has no host to wait for and none to ask: a host campaign is
     * {@link MayAdvance#ALLOWED}, as ever, a remote one {@link MayAdvance#HOST_LOST}. Whoever leaves a session in
     * order to play alone stops asking.
     *
     * @param from the date that the campaign would advance from
     * @return whether it may, and why not
     */
    MayAdvance mayAdvance(LocalDate from);

    /**
     * Tells the others this campaign's date, after it has changed. A date before the one told last means that another
     * save was loaded: the session then leaves and connects anew by itself.
     *
     * @param date the campaign's date
     */
    void sendDateChanged(LocalDate date);

    /**
     * Tells the others that this campaign, in GM mode, has skipped the days up to a date, which must not be past the
     * host date. A host that does not know the campaign to be in GM mode refuses it with {@code FORBIDDEN}, see
     * {@code SessionListener.onRefused}.
     *
     * @param date the campaign's date
     */
    void jump(LocalDate date);

    /**
     * Tells the host that this campaign has done its day and waits for the host date to pass its own. The host shows
     * it on the board until the campaign's date changes. Does nothing on a host campaign.
     */
    void readyToAdvance();

    /**
     * The player's choice to play on while the host is out of reach, past the host date and whatever scenario holds
     * the campaign. It changes nothing while the host is in reach, and can be taken back.
     *
     * @param alone true to play on, false to wait; {@code FORBIDDEN} on a host campaign
     */
    void continueWithoutHost(boolean alone);

    /** {@return this campaign's date, as the others are told it; may lag a moment behind {@link #sendDateChanged}} */
    LocalDate ownDate();

    /**
     * Tells the date that gates: the last host date that reached this campaign, in this session or, as the memento in
     * its save has it, in an earlier one.
     *
     * @return the host date; empty on a remote campaign that never heard of one
     */
    Optional<LocalDate> hostDate();

    /** {@return the latest date among the connected campaigns, for display; no rule depends on it} */
    LocalDate timelineDate();

    /**
     * Tells how everyone but the host stands to the host date, this campaign and inactive ones included.
     *
     * @return a line for each campaign; none before a host date is known; not modifiable
     */
    List<BoardRow> board();

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
