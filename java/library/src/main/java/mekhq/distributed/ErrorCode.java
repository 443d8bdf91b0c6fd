// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

/** Why something was refused or failed (protocol.md section 1). */
public enum ErrorCode {
    /** Not told, or a code that this version does not know. */
    UNKNOWN(0),

    /** The caller did not prove who it is. */
    UNAUTHENTICATED(1),
    /** The password is wrong or missing. */
    BAD_PASSWORD(2),
    /** Too many failed attempts; try again later. */
    BACK_OFF(3),
    /** The MekHQ versions, or the protocol versions, do not match; the message names both. */
    VERSION_MISMATCH(4),
    /** The campaign is connected already. */
    ALREADY_CONNECTED(5),
    /**
     * The host knows this campaign by another key: join from the computer that joined first, import the key from there
     * (see {@link CampaignKeys}), or ask the host to reset it.
     */
    IDENTITY_MISMATCH(6),
    /** The host banned the campaign; the message is the reason that its player gave. */
    BANNED(7),
    /**
     * The campaign has left the session for good, until the host readmits it; the message is the reason that the host's
     * player gave.
     */
    RETIRED(8),
    /** The peer is of the old contract, and this side does not allow that. */
    LEGACY_NOT_ALLOWED(9),
    /** The host's roster is full. */
    HOST_FULL(10),

    /** A value is not what it must be; the message names it. */
    INVALID_ARGUMENT(32),
    /** A message in the name of another campaign. */
    NOT_YOURS(33),
    /** A message or value is too large. */
    TOO_LARGE(34),
    /** Too many elements, or too many messages in a time. */
    TOO_MANY(35),
    /** The sender may not do this. */
    FORBIDDEN(36),
    /** The host is of the old contract, which does not have this. */
    UNSUPPORTED_BY_HOST(37),
    /** The host is out of reach. */
    HOST_LOST(38),
    /** No answer in time. */
    TIMED_OUT(39),
    /** The session has been closed. */
    SESSION_CLOSED(40),

    /** Recorded, but past the host date: the host has to pass it before the campaign may advance. */
    AHEAD_OF_HOST(64),
    /** The date went back: the session connects anew, by itself. */
    RESYNC_REQUIRED(65),
    /** A shared scenario that the campaign agreed to be held by stands on its date. */
    SCENARIO_PENDING(66),

    /** The host does not yet know what the campaign's save holds; wait, and ask again. */
    NOT_CONFIRMED(96),
    /** The campaign's save has applied what the host's ledger does not have; its player has to choose how to go on. */
    QUARANTINED(97),
    /** The host cannot write its ledger; the calendar goes on. */
    HOST_READ_ONLY(98),
    /** The request's id was used for something else. */
    CONFLICT(99),
    /** The host knows no such request. */
    UNKNOWN_REQUEST(100),
    /** The session knows no such campaign. */
    UNKNOWN_CAMPAIGN(101),
    /** The side that pays does not have the money. */
    INSUFFICIENT_FUNDS(102),
    /** The campaign's save no longer held what it had promised. */
    NOT_HELD(103),
    /** The terms have changed since. */
    STALE_REVISION(104),
    /** The two campaigns have an open trade already. */
    TRADE_OPEN(105),
    /** The receiving campaign does not know an item; the message names it. */
    UNKNOWN_ITEM(106),
    /** An item of the same name is another one at the receiving campaign; the message names it. */
    STOCK_MISMATCH(107),
    /** There is no way between the two systems. */
    NO_ROUTE(108),
    /** The request, or the acceptance, was taken back. */
    WITHDRAWN(109),
    /** Nobody answered in the time that the host allows. */
    EXPIRED(110),

    /** The port is taken; the message names the address. */
    ADDRESS_IN_USE(224),
    /** The address is none of this machine's, or may not be used; the message names it. */
    ADDRESS_UNAVAILABLE(225),
    /** The host could not be reached; the message names it. */
    HOST_UNREACHABLE(226),
    /** The native library was not found or could not be loaded; the message says what was tried. */
    LIBRARY_MISSING(227),
    /** The native library is of another version than the jar; the message names both. */
    LIBRARY_VERSION_MISMATCH(228),
    /** The ledger was damaged and has been set aside, or is not where it was; the message names the file. */
    LEDGER_DAMAGED(229),
    /** Another program, or another session of this one, hosts this campaign. */
    LEDGER_IN_USE(230),
    /** A newer version of the library wrote the ledger. */
    LEDGER_NEWER(231),
    /** A ledger, or a copy of one, cannot be read or written; the message says why. */
    LEDGER_UNAVAILABLE(232),
    /**
     * The key that proves who this campaign is cannot be read or kept on this computer; the message names the file. See
     * {@link CampaignKeys}.
     */
    CAMPAIGN_KEY_UNAVAILABLE(240),
    /**
     * The host was never met before and nothing says how to know it; the message and
     * {@link DistributedMekHQException#distrustedHost()} have the fingerprint that it shows.
     */
    CERTIFICATE_UNKNOWN(244),
    /** The host shows another fingerprint than before; the message names both. */
    CERTIFICATE_CHANGED(245),
    /** The host is not the one that was meant; the message says why. */
    CERTIFICATE_UNTRUSTED(246),
    /** A certificate, or the list of known hosts, cannot be read or written; the message names the file. */
    CERTIFICATE_UNAVAILABLE(247),
    /** A fault in the library itself. */
    INTERNAL(255);

    private final int wireNumber;

    ErrorCode(int wireNumber) {
        this.wireNumber = wireNumber;
    }

    static ErrorCode fromWire(int wireNumber) {
        for (ErrorCode code : values()) {
            if (code.wireNumber == wireNumber) {
                return code;
            }
        }
        return UNKNOWN;
    }
}
