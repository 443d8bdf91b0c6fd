// SPDX-License-Identifier: GPL-3.0-or-later
//
// Concurrency: gRPC calls in from one thread per stream, tests from theirs. The monitor of this object guards roster,
// buses and own details and is held for every send, since a stream takes one caller at a time.
package mekhq.distributed.interop;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import mekhq.distributed.interop.legacy.CampaignDateChanged;
import mekhq.distributed.interop.legacy.CampaignDetails;
import mekhq.distributed.interop.legacy.ClientMessage;
import mekhq.distributed.interop.legacy.ConnectionRequest;
import mekhq.distributed.interop.legacy.ConnectionResponse;
import mekhq.distributed.interop.legacy.DisconnectionRequest;
import mekhq.distributed.interop.legacy.DisconnectionResponse;
import mekhq.distributed.interop.legacy.GMModeChanged;
import mekhq.distributed.interop.legacy.LocationChanged;
import mekhq.distributed.interop.legacy.MekHQHostGrpc;
import mekhq.distributed.interop.legacy.Ping;
import mekhq.distributed.interop.legacy.Pong;
import mekhq.distributed.interop.legacy.ServerMessage;
import mekhq.distributed.interop.legacy.TOEUpdated;

/**
 * A host campaign of the old contract. It redistributes the four game messages to every other campaign on the bus,
 * answers pings with the roster, and knows nothing of tokens, revisions, goodbyes or refusals.
 */
final class LegacyHost extends MekHQHostGrpc.MekHQHostImplBase implements AutoCloseable {
    private static final List<Message> REDISTRIBUTED = List.of(
            CampaignDateChanged.getDefaultInstance(),
            GMModeChanged.getDefaultInstance(),
            LocationChanged.getDefaultInstance(),
            TOEUpdated.getDefaultInstance());

    private final UUID id;
    private final String version;
    private final Server server;
    private final Map<String, CampaignDetails> roster = new LinkedHashMap<>();
    private final Map<String, StreamObserver<ServerMessage>> buses = new LinkedHashMap<>();
    private final Mailbox<ConnectionRequest> connects = new Mailbox<>();
    private final Mailbox<String> disconnects = new Mailbox<>();
    private final Mailbox<ClientMessage> received = new Mailbox<>();
    private final Mailbox<String> calls = new Mailbox<>();
    private CampaignDetails own;
    private String refusal;

    /**
     * Starts a host on a free loopback port.
     *
     * @param own     the host campaign
     * @param version its MekHQ version
     * @param away    campaigns it remembers that are not connected
     */
    LegacyHost(CampaignDetails own, String version, CampaignDetails... away) {
        this.own = own;
        this.id = UUID.fromString(own.getId());
        this.version = version;
        for (CampaignDetails campaign : away) {
            roster.put(campaign.getId(), campaign);
        }
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                    .addService(this)
                    .intercept(new CallRecorder())
                    .build()
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    int port() {
        return server.getPort();
    }

    /** Every Connect. */
    Mailbox<ConnectionRequest> connects() {
        return connects;
    }

    /** The campaign id of every Disconnect. */
    Mailbox<String> disconnects() {
        return disconnects;
    }

    /** Every message on any bus. */
    Mailbox<ClientMessage> received() {
        return received;
    }

    /** Full method name of every call, as it stood on the wire. */
    Mailbox<String> calls() {
        return calls;
    }

    /** Waits for the next message with this payload, and takes it. */
    ClientMessage await(Message payload) {
        return received.await(payload.toString(), message -> Envelopes.carries(message.getMessage(), payload));
    }

    /** Waits for the next message of the type that the prototype has from a campaign, and takes it. */
    <T extends Message> T awaitLike(UUID sender, T prototype) {
        ClientMessage message = received.await(
                prototype.getClass().getSimpleName(),
                candidate -> candidate.getId().equals(sender.toString())
                        && Envelopes.is(candidate.getMessage(), prototype.getClass()));
        return Envelopes.unpack(message.getMessage(), prototype);
    }

    /** Says something to everyone, and stands by it in the pongs to come. */
    synchronized void broadcast(Message payload) {
        own = Messages.applied(own, payload);
        sendToAllBut("", Envelopes.pack(payload));
    }

    synchronized void send(UUID campaign, Any payload) {
        buses.get(campaign.toString()).onNext(Envelopes.fromHost(id, payload));
    }

    /** Puts a campaign on the roster, and tells everyone with a Pong. */
    synchronized void announce(CampaignDetails campaign) {
        roster.put(campaign.getId(), campaign);
        for (String recipient : Set.copyOf(buses.keySet())) {
            send(UUID.fromString(recipient), Envelopes.pack(pongFor(recipient)));
        }
    }

    /** Ends a campaign's bus, as a host does that stops. */
    synchronized void endBus(UUID campaign) {
        buses.remove(campaign.toString()).onCompleted();
    }

    /** From now on every Connect is refused with a bare status, as hosts of the old contract do. */
    synchronized void refuseConnects(String description) {
        refusal = description;
    }

    @Override
    public synchronized void connect(ConnectionRequest request, StreamObserver<ConnectionResponse> answer) {
        connects.add(request);
        if (refusal != null) {
            answer.onError(Status.UNAUTHENTICATED.withDescription(refusal).asRuntimeException());
            return;
        }
        CampaignDetails client = request.getClient();
        ConnectionResponse response = ConnectionResponse.newBuilder()
                .setVersion(version)
                .setHost(own)
                .addAllCampaigns(rosterFor(client.getId()))
                .build();
        roster.put(client.getId(), client.toBuilder().setIsActive(true).build());
        answer.onNext(response);
        answer.onCompleted();
    }

    @Override
    public synchronized void disconnect(DisconnectionRequest request, StreamObserver<DisconnectionResponse> answer) {
        roster.computeIfPresent(
                request.getId(), (key, campaign) -> campaign.toBuilder().setIsActive(false).build());
        disconnects.add(request.getId());
        answer.onNext(DisconnectionResponse.newBuilder().setId(request.getId()).build());
        answer.onCompleted();
    }

    @Override
    public StreamObserver<ClientMessage> messageBus(StreamObserver<ServerMessage> outgoing) {
        return new Incoming(outgoing);
    }

    @Override
    public void close() {
        server.shutdownNow();
    }

    private synchronized void handle(ClientMessage message, StreamObserver<ServerMessage> outgoing) {
        buses.putIfAbsent(message.getId(), outgoing);
        received.add(message);
        Any payload = message.getMessage();
        if (Envelopes.is(payload, Ping.class)) {
            send(UUID.fromString(message.getId()), Envelopes.pack(pongFor(message.getId())));
        }
        for (Message prototype : REDISTRIBUTED) {
            if (Envelopes.is(payload, prototype.getClass())) {
                Message said = Envelopes.unpack(payload, prototype);
                roster.computeIfPresent(message.getId(), (key, sender) -> Messages.applied(sender, said));
                sendToAllBut(message.getId(), payload);
            }
        }
    }

    private synchronized void end(StreamObserver<ServerMessage> outgoing, boolean orderly) {
        for (Map.Entry<String, StreamObserver<ServerMessage>> bus : Map.copyOf(buses).entrySet()) {
            if (bus.getValue() == outgoing) {
                buses.remove(bus.getKey());
                if (orderly) {
                    outgoing.onCompleted();
                }
            }
        }
    }

    private void sendToAllBut(String sender, Any payload) {
        buses.forEach((recipient, bus) -> {
            if (!recipient.equals(sender)) {
                bus.onNext(Envelopes.fromHost(id, payload));
            }
        });
    }

    private Pong pongFor(String recipient) {
        return Pong.newBuilder().setCampaign(own).addAllCampaigns(rosterFor(recipient)).build();
    }

    private List<CampaignDetails> rosterFor(String recipient) {
        return roster.values().stream()
                .filter(campaign -> !campaign.getId().equals(recipient))
                .toList();
    }

    /** What one campaign sends. */
    private final class Incoming implements StreamObserver<ClientMessage> {
        private final StreamObserver<ServerMessage> outgoing;

        Incoming(StreamObserver<ServerMessage> outgoing) {
            this.outgoing = outgoing;
        }

        @Override
        public void onNext(ClientMessage message) {
            handle(message, outgoing);
        }

        @Override
        public void onError(Throwable error) {
            end(outgoing, false);
        }

        @Override
        public void onCompleted() {
            end(outgoing, true);
        }
    }

    /** Notes which methods were called, by the name on the wire. */
    private final class CallRecorder implements ServerInterceptor {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            calls.add("/" + call.getMethodDescriptor().getFullMethodName());
            return next.startCall(call, headers);
        }
    }
}
