// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.Objects;

/** The one exception of this library. Its {@link #code()} says why; its message is for people. */
public final class DistributedMekHQException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why something failed. Serialised by name. */
    private final ErrorCode code;

    /** The constructor that native code calls. */
    DistributedMekHQException(int wireCode, String message) {
        this(ErrorCode.fromWire(wireCode), message);
    }

    DistributedMekHQException(ErrorCode code, String message) {
        super(message);
        this.code = Objects.requireNonNull(code, "code");
    }

    /** {@return why something failed} */
    public ErrorCode code() {
        return code;
    }

    /** {@return the code, then the message} */
    @Override
    public String toString() {
        return DistributedMekHQException.class.getName() + ": " + code + ": " + getMessage();
    }
}
