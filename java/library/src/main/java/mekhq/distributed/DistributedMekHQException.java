// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.Objects;
import java.util.Optional;

/** The one exception of this library. Its {@link #code()} says why; its message is for people. */
public final class DistributedMekHQException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why something failed. Serialised by name. */
    private final ErrorCode code;

    /** The host that is not trusted, or null. */
    private final transient DistrustedHost distrustedHost;

    /** The constructor that native code calls. */
    DistributedMekHQException(int wireCode, String message) {
        this(ErrorCode.fromWire(wireCode), message);
    }

    DistributedMekHQException(ErrorCode code, String message) {
        this(code, message, null);
    }

    DistributedMekHQException(ErrorCode code, String message, DistrustedHost distrustedHost) {
        super(message);
        this.code = Objects.requireNonNull(code, "code");
        this.distrustedHost = distrustedHost;
    }

    /** {@return why something failed} */
    public ErrorCode code() {
        return code;
    }

    /**
     * The host that was reached but is not trusted, for {@link ErrorCode#CERTIFICATE_UNKNOWN},
     * {@link ErrorCode#CERTIFICATE_CHANGED} and {@link ErrorCode#CERTIFICATE_UNTRUSTED}. Of several the last one.
     *
     * @return the host; empty for other codes, and where the exception was serialised
     */
    public Optional<DistrustedHost> distrustedHost() {
        return Optional.ofNullable(distrustedHost);
    }

    /** {@return the code, then the message} */
    @Override
    public String toString() {
        return DistributedMekHQException.class.getName() + ": " + code + ": " + getMessage();
    }
}
