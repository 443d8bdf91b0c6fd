// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.transfer;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import mekhq.distributed.Money;

/**
 * Wire transfers (protocol.md section 6). What a campaign promises is set aside before the promise leaves, and stays so
 * until the host's word; how a transfer ends is told by {@link TransferListener#onTransferCompleted}.
 *
 * <p>May be used on any thread: what is asked for is done on the session's executor, and the futures are completed on a
 * thread of the library's own. They fail with a {@code DistributedMekHQException}, and then nothing was set aside or sent:
 * {@code HOST_LOST} while the host is out of reach, {@code NOT_CONFIRMED} until
 * {@link mekhq.distributed.settlement.SettlementListener#onConfirmed} or while a settlement is paused, {@code QUARANTINED},
 * {@code FORBIDDEN} when the session was made without a memento that has assets, {@code INVALID_ARGUMENT},
 * {@code SESSION_CLOSED}, {@code TOO_MANY}. What the host refuses is told by {@code onRefused} of the session's listeners,
 * with the request's UUID.
 */
public interface Transfers {

    /**
     * Asks for a transfer.
     *
     * @param target the UUID of the campaign that is asked
     * @param amount more than 0 to pay it, less to be paid by it
     * @param memo   for people: at most 200 characters, no control characters; may be empty
     * @return the request's UUID, once the amount is set aside and the request is on its way;
     *         {@code INSUFFICIENT_FUNDS} when this campaign is to pay and cannot
     */
    CompletableFuture<UUID> request(UUID target, Money amount, String memo);

    /**
     * Accepts what another campaign asks for. Where this campaign pays, the amount is set aside first.
     *
     * @param request the request's UUID
     * @return completed when the answer is on its way; {@code UNKNOWN_REQUEST} when no open transfer of this UUID asks this
     *         campaign; {@code INSUFFICIENT_FUNDS} when it cannot pay, and then the answer was a no
     */
    CompletableFuture<Void> accept(UUID request);

    /**
     * Says no to what another campaign asks for, or takes a yes back as long as the transfer is not completed.
     *
     * @param request the request's UUID
     * @return completed when the answer is on its way; {@code UNKNOWN_REQUEST}
     */
    CompletableFuture<Void> reject(UUID request);

    /**
     * Takes back what this campaign has asked for, as long as it is not completed.
     *
     * @param request the request's UUID
     * @return completed when the cancellation is on its way
     */
    CompletableFuture<Void> cancel(UUID request);

    /**
     * {@return the open transfers that this campaign takes part in, by the host's last word; empty while that is out of
     * reach; unmodifiable}
     */
    List<Transfer> open();

    /**
     * Adds a listener, which hears the events delivered from now on.
     *
     * @param listener the listener
     */
    void addListener(TransferListener listener);

    /**
     * Removes a listener. Nothing happens when it was never added.
     *
     * @param listener the listener
     */
    void removeListener(TransferListener listener);
}
