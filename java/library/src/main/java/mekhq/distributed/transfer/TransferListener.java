// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.transfer;

/**
 * Hears of wire transfers. All methods run on the session's executor, one at a time and in the order of the events; what
 * they throw is logged, and the next event follows.
 */
public interface TransferListener {

    /**
     * Another campaign asks for a transfer; {@link Transfers#accept} or {@link Transfers#reject} answers. Called again
     * after each reconnect for what is still to be answered.
     *
     * @param transfer what is asked for
     */
    default void onTransferRequested(Transfer transfer) {
    }

    /**
     * A transfer of this campaign has ended, and its save has applied that. Called for each once in a line of saves: a save
     * from before is told again.
     *
     * @param outcome how it ended
     */
    default void onTransferCompleted(TransferOutcome outcome) {
    }
}
