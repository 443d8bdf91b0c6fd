// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.team;

import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/**
 * Who plays on one side, and what teammates tell each other of their days (protocol.md section 4). The host campaign
 * is always on team 1; campaigns that nobody assigned have a number of their own each. All methods may be called on
 * any thread; none of them waits. After the session was closed all but the listener methods throw
 * {@code DistributedMekHQException} with {@code SESSION_CLOSED}.
 */
public interface Teams {

    /**
     * Tells a campaign's team, this one's included.
     *
     * @param campaign the campaign's UUID
     * @return its team, from 1; 0 when the session does not know the campaign, or not yet its team
     */
    int teamOf(UUID campaign);

    /**
     * Puts a campaign on a team. Teammates see each other's daily logs and, by default, each other's forces.
     *
     * @param campaign the UUID of a campaign on the roster, otherwise {@code INVALID_ARGUMENT}
     * @param team     the team, from 1, otherwise {@code INVALID_ARGUMENT}; always 1 for the host campaign
     * @throws mekhq.distributed.DistributedMekHQException {@code FORBIDDEN} on a remote campaign: teams are the host's
     */
    void assign(UUID campaign, int team);

    /**
     * Tells the teammates of a day, by lines of its report. Those who are away get them when they return, if that is
     * within 90 days of the campaign calendar. Many lines travel in several messages.
     *
     * @param date    the day, in the years 1 to 9999, otherwise {@code INVALID_ARGUMENT}
     * @param entries the lines, as MekHQ has them: each of 1 to 8,192 bytes in UTF-8, without control characters other
     *                than tabs and line ends, otherwise {@code INVALID_ARGUMENT} and nothing is sent. None: nothing is
     *                sent
     * @throws mekhq.distributed.DistributedMekHQException {@code TOO_MANY} when the session does not keep up; a part of
     *         the lines may have been sent then
     */
    void sendDailyLog(LocalDate date, List<String> entries);

    /**
     * Adds a listener, which hears the events delivered from now on.
     *
     * @param listener the listener
     */
    void addListener(TeamListener listener);

    /**
     * Removes a listener. Nothing happens when it was never added.
     *
     * @param listener the listener
     */
    void removeListener(TeamListener listener);
}
