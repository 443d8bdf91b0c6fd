// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import mekhq.distributed.interop.refusal.Refused;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Reads refusals out of gRPC statuses, and names the codes by their numbers on the wire. */
final class Refusals {
    static final int UNAUTHENTICATED = 1;
    static final int BAD_PASSWORD = 2;
    static final int VERSION_MISMATCH = 4;
    static final int ALREADY_CONNECTED = 5;
    static final int LEGACY_NOT_ALLOWED = 9;
    static final int INVALID_ARGUMENT = 32;
    static final int NOT_YOURS = 33;

    private Refusals() {}

    /** The refusal that a call must end with. */
    static Refused refusalOf(ThrowingCallable call) {
        return refusalIn(catchThrowable(call));
    }

    /** The one refusal in the details of a gRPC failure. */
    static Refused refusalIn(Throwable failure) {
        Status status = StatusProto.fromThrowable(failure);
        assertThat(status).as("status details of %s", failure).isNotNull();
        assertThat(status.getDetailsList())
                .extracting(Any::getTypeUrl)
                .containsExactly(Envelopes.TYPE_PREFIX + "Refused");
        try {
            return Refused.parseFrom(status.getDetails(0).getValue());
        } catch (InvalidProtocolBufferException malformed) {
            throw new AssertionError("a malformed refusal", malformed);
        }
    }
}
