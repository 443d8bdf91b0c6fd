// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

import java.util.concurrent.CompletableFuture;

/**
 * What this campaign's save must apply (protocol.md section 5). Settlements are applied by themselves, on the session's
 * executor, through the campaign's {@link CampaignAssets}; this room is for what needs a player.
 *
 * <p>May be used on any thread: what is asked for is done on the session's executor, and the futures are completed on a
 * thread of the library's own. They fail with a {@code DistributedMekHQException}: {@code FORBIDDEN} when the session was
 * made without a memento that has assets, {@code HOST_LOST} while the host is out of reach, {@code SESSION_CLOSED},
 * {@code TOO_MANY} while more than 1,024 wait.
 */
public interface Settlements {

    /**
     * Tries a paused settlement again, and all that waits behind it.
     *
     * @return completed when it was tried; {@link SettlementListener#onSettlementPaused} tells when it failed again
     */
    CompletableFuture<Void> retry();

    /**
     * Does without the paused settlement. It stands in the memento and is shown to everyone; a save without it gets the
     * settlement again. Ask the player first: what it would have moved is not moved.
     *
     * @return completed when it was skipped
     */
    CompletableFuture<Void> skip();

    /**
     * Goes on from the ledger's end, the one way out of quarantine. All that this campaign has open is rejected; what its
     * save has applied and the ledger does not have stays as it is, until the host adjusts it. Ask the player first.
     *
     * @return completed when it was asked for; {@code INVALID_ARGUMENT} when the campaign is not in quarantine
     */
    CompletableFuture<Void> exitQuarantine();

    /**
     * Sets something right in a campaign's save. Only on a host campaign.
     *
     * @param adjustment what is set right
     * @throws mekhq.distributed.DistributedMekHQException {@code FORBIDDEN} on a remote campaign, {@code HOST_READ_ONLY},
     *         {@code INVALID_ARGUMENT} naming what is wrong, {@code SESSION_CLOSED}. What only turns out later, such as an
     *         unknown campaign, is told by {@code onRefused}
     */
    void adjust(Adjustment adjustment);

    /**
     * Adds a listener, which hears the events delivered from now on.
     *
     * @param listener the listener
     */
    void addListener(SettlementListener listener);

    /**
     * Removes a listener. Nothing happens when it was never added.
     *
     * @param listener the listener
     */
    void removeListener(SettlementListener listener);
}
