// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.interop;

import com.google.protobuf.Any;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import mekhq.distributed.interop.legacy.ClientMessage;
import mekhq.distributed.interop.legacy.ServerMessage;

/** The bus envelopes of the old contract, protocol.md section 1. */
final class Envelopes {
    /** What stands before a message's name in a type URL. Typed out, so that a library's default cannot change it. */
    static final String TYPE_PREFIX = "type.googleapis.com/mekhqonline.";

    /** The messages that the old contract knows on the bus. */
    static final Set<String> BUS_TYPES = Set.of(
            TYPE_PREFIX + "Ping",
            TYPE_PREFIX + "Pong",
            TYPE_PREFIX + "CampaignDateChanged",
            TYPE_PREFIX + "GMModeChanged",
            TYPE_PREFIX + "LocationChanged",
            TYPE_PREFIX + "TOEUpdated");

    private Envelopes() {}

    static ClientMessage fromClient(UUID sender, Any payload) {
        return ClientMessage.newBuilder()
                .setTimestamp(now())
                .setId(sender.toString())
                .setMessage(payload)
                .build();
    }

    static ServerMessage fromHost(UUID host, Any payload) {
        return ServerMessage.newBuilder()
                .setTimestamp(now())
                .setId(host.toString())
                .setMessage(payload)
                .build();
    }

    static Any pack(Message payload) {
        return Any.newBuilder()
                .setTypeUrl(TYPE_PREFIX + payload.getDescriptorForType().getName())
                .setValue(payload.toByteString())
                .build();
    }

    /** Whether a payload is of the given type, judged by its exact type URL. */
    static boolean is(Any payload, Class<? extends Message> type) {
        return payload.getTypeUrl().equals(TYPE_PREFIX + type.getSimpleName());
    }

    /** The payload as the old contract sees it: fields that it does not know are left out, at every depth. */
    static <T extends Message> T unpack(Any payload, T prototype) {
        try {
            @SuppressWarnings("unchecked")
            Parser<T> parser = (Parser<T>) prototype.getParserForType();
            return DiscardUnknownFieldsParser.wrap(parser).parseFrom(payload.getValue());
        } catch (InvalidProtocolBufferException malformed) {
            throw new AssertionError("malformed " + payload.getTypeUrl(), malformed);
        }
    }

    /** Whether a payload is this message, fields aside that the old contract does not know. */
    static boolean carries(Any payload, Message expected) {
        return is(payload, expected.getClass())
                && unpack(payload, expected.getDefaultInstanceForType()).equals(expected);
    }

    private static Timestamp now() {
        Instant now = Instant.now();
        return Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()).build();
    }
}
