// SPDX-License-Identifier: GPL-3.0-or-later
//
// Concurrency: one gRPC thread delivers what the host sends; the test thread and that thread (which answers pings)
// both send, and a stream takes one caller at a time, so every send holds this object's monitor, which guards the
// campaign's details too.
package mekhq.distributed.interop;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import mekhq.distributed.interop.legacy.CampaignDetails;
import mekhq.distributed.interop.legacy.ClientMessage;
import mekhq.distributed.interop.legacy.ConnectionRequest;
import mekhq.distributed.interop.legacy.ConnectionResponse;
import mekhq.distributed.interop.legacy.DisconnectionRequest;
import mekhq.distributed.interop.legacy.DisconnectionResponse;
import mekhq.distributed.interop.legacy.MekHQHostGrpc;
import mekhq.distributed.interop.legacy.Ping;
import mekhq.distributed.interop.legacy.Pong;
import mekhq.distributed.interop.legacy.ServerMessage;

/** A remote campaign of the old contract: one HTTP/2 connection, no token, no features. */
final class LegacyClient implements AutoCloseable {
    private static final long WATCHDOG_SECONDS = 20;

    private final UUID id;
    private final ManagedChannel channel;
    private final Mailbox<ServerMessage> received = new Mailbox<>();
    private final CompletableFuture<Throwable> busEnd = new CompletableFuture<>();
    private CampaignDetails details;
    private StreamObserver<ClientMessage> bus;
    private volatile boolean answersPings = true;

    LegacyClient(int port, CampaignDetails details) {
        this.details = details;
        this.id = UUID.fromString(details.getId());
        this.channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    /**
     * Calls Connect without a password.
     *
     * @throws StatusRuntimeException when refused
     */
    ConnectionResponse connect(String version) {
        return connect(ConnectionRequest.newBuilder().setVersion(version).setClient(details()).build());
    }

    /**
     * Calls Connect.
     *
     * @throws StatusRuntimeException when refused
     */
    ConnectionResponse connect(ConnectionRequest request) {
        return MekHQHostGrpc.newBlockingStub(channel)
                .withDeadlineAfter(WATCHDOG_SECONDS, TimeUnit.SECONDS)
                .connect(request);
    }

    /**
     * Calls Disconnect for any campaign.
     *
     * @throws StatusRuntimeException when refused
     */
    DisconnectionResponse disconnect(UUID campaign) {
        return MekHQHostGrpc.newBlockingStub(channel)
                .withDeadlineAfter(WATCHDOG_SECONDS, TimeUnit.SECONDS)
                .disconnect(DisconnectionRequest.newBuilder().setId(campaign.toString()).build());
    }

    /** Opens the bus with a Ping. A refusal shows in {@link #awaitBusEnd}. */
    synchronized void openBus() {
        bus = MekHQHostGrpc.newStub(channel).messageBus(new Incoming());
        send(Ping.newBuilder().setCampaign(details).build());
    }

    /** Says something, and stands by it in the pings and pongs to come. */
    synchronized void send(Message payload) {
        details = Messages.applied(details, payload);
        send(Envelopes.fromClient(id, Envelopes.pack(payload)));
    }

    /** Sends anything at all in the client's own envelope. */
    void send(Any payload) {
        send(Envelopes.fromClient(id, payload));
    }

    synchronized void send(ClientMessage message) {
        bus.onNext(message);
    }

    /** From now on the client is silent when it is pinged. */
    void stopAnsweringPings() {
        answersPings = false;
    }

    /** Waits for the next message with this payload, and takes it. */
    ServerMessage await(Message payload) {
        return received.await(payload.toString(), message -> Envelopes.carries(message.getMessage(), payload));
    }

    /** Waits for the next message of the type that the prototype has, and takes it. */
    <T extends Message> T awaitLike(T prototype) {
        ServerMessage message = received.await(
                prototype.getClass().getSimpleName(),
                candidate -> Envelopes.is(candidate.getMessage(), prototype.getClass()));
        return Envelopes.unpack(message.getMessage(), prototype);
    }

    /** Everything that the host ever sent. */
    Mailbox<ServerMessage> received() {
        return received;
    }

    /** Waits until the bus ended; the error it ended with, or null after an orderly end. */
    Throwable awaitBusEnd() {
        try {
            return busEnd.get(WATCHDOG_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException failure) {
            throw new AssertionError("the bus did not end", failure);
        }
    }

    boolean isBusOpen() {
        return !busEnd.isDone();
    }

    /** What it tells of itself is what it said last: nothing is said in between. */
    private synchronized void answerPing() {
        send(Pong.newBuilder().setCampaign(details).build());
    }

    private synchronized CampaignDetails details() {
        return details;
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** What the host sends. */
    private final class Incoming implements StreamObserver<ServerMessage> {
        @Override
        public void onNext(ServerMessage message) {
            received.add(message);
            if (answersPings && Envelopes.is(message.getMessage(), Ping.class)) {
                answerPing();
            }
        }

        @Override
        public void onError(Throwable error) {
            busEnd.complete(error);
        }

        @Override
        public void onCompleted() {
            busEnd.complete(null);
        }
    }
}
