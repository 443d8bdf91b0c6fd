// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

/** How a connection came to its end (protocol.md section 2). */
public enum EndCause {
    /** Not told, or a cause that this version does not know. */
    UNKNOWN(0),
    /** The campaign left. */
    LEAVING(1),
    /** The host removed the campaign; it may come back. */
    KICKED(2),
    /** The host banned the campaign. */
    BANNED(3),
    /** The campaign has left the session for good. */
    RETIRED(4),
    /** The host closed the session. */
    HOST_CLOSING(5),
    /** The same campaign connected anew. */
    SUPERSEDED(6),
    /** The campaign did not take its messages fast enough. */
    TOO_SLOW(7),
    /** The other side did not keep to the protocol. */
    PROTOCOL_ERROR(8),
    /** The connection ended without a goodbye. */
    RESET(32),
    /** The other side no longer answered. */
    TIMED_OUT(33);

    private final int wireNumber;

    EndCause(int wireNumber) {
        this.wireNumber = wireNumber;
    }

    static EndCause fromWire(int wireNumber) {
        for (EndCause cause : values()) {
            if (cause.wireNumber == wireNumber) {
                return cause;
            }
        }
        return UNKNOWN;
    }
}
