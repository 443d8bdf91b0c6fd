// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.settlement;

import java.util.UUID;

/**
 * Hears how settlements fare. All methods run on the session's executor, one at a time and in the order of the events; what
 * they throw is logged, and the next event follows.
 */
public interface SettlementListener {

    /**
     * Host and campaign agree on what the campaign's save holds: from now on its requests are taken. Once on each
     * connection.
     */
    default void onConfirmed() {
    }

    /**
     * A settlement could not be applied. It and all behind it wait until {@link Settlements#retry()} succeeds, a new day
     * comes, or the player skips it; presence and dates go on.
     *
     * @param number its number among the campaign's settlements, counted from 1
     * @param reason why, for people
     */
    default void onSettlementPaused(long number, String reason) {
    }

    /**
     * Something that fell due could not be handed over, or something set aside not be made free. It is tried again.
     *
     * @param reason why, for people
     */
    default void onAssetsFailed(String reason) {
    }

    /**
     * A promise was withdrawn, because what was set aside for it had to serve a settlement.
     *
     * @param request the request
     */
    default void onPromiseWithdrawn(UUID request) {
    }

    /**
     * The campaign's save has applied settlements that the host's ledger does not have: the ledger was restored from a
     * backup, or has lost its end. Presence and dates go on; for anything else the player has to choose
     * {@link Settlements#exitQuarantine()}, or load another save.
     *
     * @param ledgerEnd the number of the last settlement that the ledger has for this campaign; 0 for none
     */
    default void onQuarantined(long ledgerEnd) {
    }

    /**
     * The host has set something right, in this campaign's save or in another's. In this one's it has been applied, or is
     * on its way.
     *
     * @param adjustment what was set right
     */
    default void onAdjusted(Adjustment adjustment) {
    }

    /**
     * What another campaign owes, or has skipped, is something else now. This campaign's own is in its memento, and in
     * {@code roster().own()}.
     *
     * @param campaign the campaign's UUID
     * @param standing what it could not apply
     */
    default void onStandingChanged(UUID campaign, Standing standing) {
    }
}
