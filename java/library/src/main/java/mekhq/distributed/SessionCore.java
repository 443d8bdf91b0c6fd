// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.Duration;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;

import mekhq.distributed.force.Forces;
import mekhq.distributed.internal.proto.bridge.Closed;
import mekhq.distributed.internal.proto.bridge.Event;
import mekhq.distributed.internal.proto.bridge.EventBatch;
import mekhq.distributed.internal.proto.bridge.RosterState;
import mekhq.distributed.roster.Roster;
import mekhq.distributed.settlement.Settlements;
import mekhq.distributed.team.Teams;
import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.Timeline;
import mekhq.distributed.transfer.Transfers;

import com.google.protobuf.InvalidProtocolBufferException;

/**
 * What host and remote sessions have in common: the native session's id, the rooms, the thread lent for events, and
 * closing.
 *
 * <p>Concurrency: the event thread alone feeds the {@link Delivery}; {@code closed} is written by whoever closes, and
 * by the event thread when the session ended by itself. Closing is safe on any number of threads because each step is
 * idempotent: {@link Delivery#stop()}, {@link Native#close(long)}, and the tap.
 */
final class SessionCore implements EventSink {
    /** How long close waits for a listener call that had already begun. */
    private static final Duration CALL_IN_PROGRESS_MAX = Duration.ofMillis(100);

    private final long id;
    private final UUID campaignId;
    private final Listeners listeners;
    private final Delivery delivery;
    private final Roster roster;
    private final Timeline timeline;
    private final Teams teams;
    private final Forces forces;
    private final Transfers transfers;
    private final Settlements settlements;
    private volatile EventTap tap = EventTap.NONE;
    private volatile boolean closed;
    /** Set before the first event. */
    private volatile SessionBooks books;
    /** Touched by the event thread alone. */
    private boolean wasConnected;

    /**
     * The executor is null for a thread of the session's own; whenClosed says whether the campaign may advance once
     * there is no session.
     */
    SessionCore(long id, UUID campaignId, Listeners listeners, Executor executor, MayAdvance whenClosed) {
        this.id = id;
        this.campaignId = campaignId;
        this.listeners = listeners;
        this.delivery = new Delivery(id, listeners, executor == null ? new OwnExecutor(id) : executor,
                () -> Native.requestResynchronisation(id));
        this.roster = new NativeRoster(this);
        this.timeline = new NativeTimeline(this, whenClosed);
        this.teams = new NativeTeams(this);
        this.forces = new NativeForces(this);
        this.transfers = new NativeTransfers(this);
        this.settlements = new NativeSettlements(this);
    }

    /** The campaign's memento, null for none, takes part in the session. To be called before it begins. */
    void takeBooks(CampaignMemento memento) {
        books = new SessionBooks(this, memento);
        delivery.whenBooksWait(books::work);
        if (memento == null || !memento.settles()) {
            Native.forgetBooks(id);
        }
    }

    SessionBooks books() {
        return books;
    }

    /** Starts to take events. The tap sees each of them first. */
    void begin(EventTap eventTap) {
        tap = eventTap;
        Threads.daemon("mekhq-distributed-events-" + id, this::deliverEvents).start();
    }

    long id() {
        return id;
    }

    Optional<UUID> sessionId() {
        return Optional.ofNullable(Native.sessionId(id))
                .map(text -> UUID.fromString(new String(text, StandardCharsets.UTF_8)));
    }

    UUID campaignId() {
        return campaignId;
    }

    Listeners listeners() {
        return listeners;
    }

    Delivery delivery() {
        return delivery;
    }

    Roster roster() {
        return roster;
    }

    Timeline timeline() {
        return timeline;
    }

    Teams teams() {
        return teams;
    }

    Forces forces() {
        return forces;
    }

    Transfers transfers() {
        return transfers;
    }

    Settlements settlements() {
        return settlements;
    }

    RosterState rosterState() {
        try {
            return RosterState.parseFrom(Native.roster(id));
        } catch (InvalidProtocolBufferException e) {
            throw new DistributedMekHQException(ErrorCode.INTERNAL, "unreadable roster: " + e.getMessage());
        }
    }

    Statistics statistics() {
        return Convert.toStatistics(rosterState().getStatistics(), delivery.backlog());
    }

    boolean isConnected() {
        if (closed) {
            return false;
        }
        try {
            return rosterState().getConnected();
        } catch (DistributedMekHQException e) {
            if (e.code() == ErrorCode.SESSION_CLOSED) {
                return false;
            }
            throw e;
        }
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        delivery.stop();
        closed = true;
        tap.onClosing();
        failPending();
        try {
            Native.close(id);
        } finally {
            delivery.awaitCallInProgress(CALL_IN_PROGRESS_MAX);
        }
    }

    private void failPending() {
        if (books != null) {
            books.closed();
        }
    }

    private void deliverEvents() {
        try {
            Native.deliverEvents(id, this);
        } catch (Throwable e) {
            Log.error("events of session " + id + " end early", e);
        } finally {
            closeQuietly();
            // The listeners hear of the end even when the native side could not tell it any more.
            take(Event.newBuilder().setClosed(Closed.getDefaultInstance()).build());
        }
    }

    /** A session that nobody hears of any more must not hold its port and its bus. */
    private void closeQuietly() {
        try {
            Native.close(id);
        } catch (RuntimeException e) {
            Log.error("session " + id + " could not be closed", e);
        }
    }

    @Override
    public void onEvents(byte[] batch) {
        try {
            EventBatch.parseFrom(batch).getEventsList().forEach(this::take);
        } catch (Throwable e) {
            // Out of memory, for instance: what this batch told must be told again.
            Log.error("unreadable events of session " + id, e);
            delivery.lost();
        }
    }

    private void take(Event event) {
        if (event.hasClosed()) {
            closed = true;
            failPending();
        }
        wasConnected |= event.hasConnected();
        tap.onEvent(event);
        // That a first attempt failed is told by its future.
        if (wasConnected || !event.hasConnectFailed()) {
            delivery.add(event);
        }
    }
}
