// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

import mekhq.distributed.Bundle;

/**
 * The one interface through which the library changes a loaded campaign. MekHQ implements it.
 *
 * <p>All methods are called on the session's executor (MekHQ: the Swing thread), or by whoever calls
 * {@link mekhq.distributed.CampaignMemento#day}, one at a time. Each either happens as a whole or changes nothing and
 * throws; the memento changes in the same turn in which the method returns, so a save that holds both is never torn. None
 * may call the memento, wait for a session, or show a dialog.
 */
public interface CampaignAssets {

    /**
     * Tells how much of a bundle the campaign has free: there, and not set aside. Changes nothing.
     *
     * @param wanted what is asked about
     * @return as much of it as is free; never more than was asked about
     */
    Bundle inspect(Bundle wanted);

    /**
     * Sets a bundle aside for a promise: nobody else can use it from now on. With MekHQ's finances: debit it for real, with
     * the request's UUID in the description.
     *
     * @param hold what is set aside, and for which request
     * @return whether the campaign had it; false when not, and then nothing has changed
     */
    boolean reserve(Hold hold);

    /**
     * Makes free again what {@link #reserve} set aside. With MekHQ's finances: credit it.
     *
     * @param hold as it was set aside
     */
    void release(Hold hold);

    /**
     * Applies an outcome: all of it or nothing. It may not refuse for want of money: what the campaign does not have is not
     * part of {@link Settlement#taken()}. When it throws, settlements pause until it succeeds or the player skips it.
     *
     * @param settlement what leaves, and what is free again
     */
    void settle(Settlement settlement);

    /**
     * Hands over what has fallen due. When it throws, it is tried again on the next day.
     *
     * @param arrival what arrives
     */
    void deliver(Arrival arrival);
}
