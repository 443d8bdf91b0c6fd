// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

/**
 * Hears how a session itself fares. All methods run on the session's executor, one at a time and in the order of the
 * events; what they throw is logged, and the next event follows. They may call any method of the session,
 * {@link Session#close()} too. A method that takes its time, or shows a modal dialog, holds up the events behind it.
 */
public interface SessionListener {

    /**
     * The remote campaign is connected to its host: at first, and again whenever it has come back after
     * {@link #onDisconnected}. Never called on a host campaign.
     *
     * @param host the host it is connected to
     */
    default void onConnected(ConnectedHost host) {
    }

    /**
     * The remote campaign's connection ended. Never called on a host campaign, nor for an attempt to connect that
     * failed.
     *
     * @param cause        how it ended; {@link EndCause#LEAVING} together with {@code reconnecting} is the session's own
     *                     doing: its date went back, so another save was loaded, which connects anew
     * @param reason       why, for people; may be empty
     * @param reconnecting whether the session tries to reach the host again by itself, until it is closed: then
     *                     {@link #onConnected} or {@link #onConnectionGivenUp} follows. Otherwise the session stays
     *                     readable, and the campaign without a host
     */
    default void onDisconnected(EndCause cause, String reason, boolean reconnecting) {
    }

    /**
     * The remote campaign does not try any more to reach the host that it was connected to, because the host refused
     * it for a reason that does not pass. The session stays readable, and the campaign without a host. Never called on
     * a host campaign, nor for a first attempt to connect that failed, which its future tells.
     *
     * @param code   why
     * @param reason why, for people; may be empty
     */
    default void onConnectionGivenUp(ErrorCode code, String reason) {
    }

    /**
     * A host was reached that is not trusted, at first or when coming back. When no other address of the host was
     * better, the future of {@link RemoteSession.Builder#connect()} fails, or {@link #onConnectionGivenUp} follows.
     * Never called on a host campaign.
     *
     * @param host the host, with what it showed
     */
    default void onHostDistrusted(DistrustedHost host) {
    }

    /**
     * The other side refused a message of ours.
     *
     * @param refusal what was refused, and why
     */
    default void onRefused(Refusal refusal) {
    }

    /**
     * The host cannot write its ledger: the disk is full, write-protected, or does not answer. The calendar goes on;
     * what must be recorded before it holds is refused with {@link ErrorCode#HOST_READ_ONLY} until
     * {@link #onLedgerWritable}. The library tries again by itself. Only called on a host campaign.
     *
     * @param reason why, for people
     */
    default void onLedgerReadOnly(String reason) {
    }

    /** The host can write its ledger again, and has lost nothing. Only called on a host campaign. */
    default void onLedgerWritable() {
    }

    /**
     * Events were dropped because the executor or a listener was too slow for them. Read again whatever you show of
     * the rooms: all that led to the present state has been heard or is part of it.
     */
    default void onResynchronised() {
    }

    /** The session has been closed. Called exactly once, as the last event of all. */
    default void onClosed() {
    }
}
