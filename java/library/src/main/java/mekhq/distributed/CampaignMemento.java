// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import mekhq.distributed.internal.proto.bridge.HeldSessions;
import mekhq.distributed.internal.proto.bridge.Turn;
import mekhq.distributed.settlement.CampaignAssets;
import mekhq.distributed.settlement.HeldSession;
import mekhq.distributed.timeline.MayAdvance;

import com.google.protobuf.InvalidProtocolBufferException;

/**
 * What a loaded campaign's save keeps of the sessions that the campaign takes part in, with a session or without one: the
 * host dates that it knows, how far it has applied its settlements, what it has promised, what is on its way to it. Make
 * one when a save is loaded, give it to each session of that campaign ({@link SessionBuilder#memento}), store its
 * {@link #text()} inside the save, and close it when the campaign is unloaded, after its sessions.
 *
 * <p>Campaign and memento are one: both change in the same turn, on the executor of the session, so write them in one task
 * on that executor (MekHQ: the Swing thread). Another save of the same campaign is another memento.
 *
 * <p>Its methods may be called on any thread and wait for no network; while the campaign changes on another thread, they
 * wait for that. Called by {@link CampaignAssets} they throw {@link ErrorCode#FORBIDDEN}. After {@link #close()} they throw
 * {@link ErrorCode#SESSION_CLOSED}.
 */
public final class CampaignMemento implements AutoCloseable {
    private final UUID campaign;
    private final String loaded;
    private final boolean settles;
    private final AssetsBridge assets;
    private final List<SessionBooks> sessions = new CopyOnWriteArrayList<>();

    /** 0: the native library is not needed yet. Guarded by this, as the two below. */
    private long id;
    private LocalDate date;
    private boolean closed;

    private CampaignMemento(UUID campaign, LocalDate date, String text, Optional<CampaignAssets> assets) {
        this.campaign = campaign;
        this.date = date;
        this.loaded = text;
        this.settles = assets.isPresent();
        this.assets = new AssetsBridge(assets);
    }

    /**
     * The memento of a campaign that was just loaded.
     *
     * @param campaign the campaign's UUID
     * @param date     the date that it stands on, of the years 1 to 9999
     * @param text     the text as the save has it; empty if it has none
     * @param assets   the campaign's funds
     * @return the memento
     * @throws DistributedMekHQException {@link ErrorCode#INVALID_ARGUMENT} when the text was written by a newer version or
     *         is damaged, with a message that says which: then nothing has changed; {@link ErrorCode#LIBRARY_MISSING},
     *         {@link ErrorCode#LIBRARY_VERSION_MISMATCH}
     */
    public static CampaignMemento load(UUID campaign, LocalDate date, String text, CampaignAssets assets) {
        return load(campaign, date, text, Optional.of(assets));
    }

    /**
     * The memento of a campaign that takes part in the calendar alone: it has no funds that the library may change, so it
     * neither asks for transfers nor answers them, and its settlements wait at the host.
     *
     * @param campaign the campaign's UUID
     * @param date     the date that it stands on, of the years 1 to 9999
     * @param text     the text as the save has it; empty if it has none
     * @return the memento
     * @throws DistributedMekHQException as above
     */
    public static CampaignMemento load(UUID campaign, LocalDate date, String text) {
        return load(campaign, date, text, Optional.empty());
    }

    private static CampaignMemento load(UUID campaign, LocalDate date, String text, Optional<CampaignAssets> assets) {
        CampaignMemento memento = new CampaignMemento(Objects.requireNonNull(campaign, "campaign"),
                Objects.requireNonNull(date, "date"), text, assets);
        // Whoever never plays with others must not depend on the library being there.
        if (!text.isBlank()) {
            memento.id();
        }
        return memento;
    }

    /** {@return the UUID of the campaign that it belongs to} */
    public UUID campaign() {
        return campaign;
    }

    /**
     * What belongs into the save now. Read it in the task that writes the campaign.
     *
     * @return printable ASCII without spaces; a few dozen bytes for each session, and some for each promise and arrival;
     *         empty while the campaign was never in a session
     */
    public String text() {
        return isBlank() ? "" : Native.campaignMemento(id());
    }

    /**
     * Tells whether the campaign, being in no session at the moment, may advance from a date: up to the host date that it
     * knew last if it had joined its last session, and freely if it hosted it or was never in one. Ask it of each day that
     * is advanced without a session, unless the player chose to continue without a host. While the campaign was never in a
     * session it does without the native library.
     *
     * @param from the date that the campaign would advance from, of the years 1 to 9999
     * @return {@link MayAdvance#ALLOWED} or {@link MayAdvance#HOST_LOST}
     */
    public MayAdvance mayAdvance(LocalDate from) {
        if (isBlank()) {
            return MayAdvance.ALLOWED;
        }
        return TimelineConvert.toMayAdvance(Native.campaignMayAdvance(id(), from.toEpochDay()));
    }

    /**
     * The campaign stands on another day: what has fallen due is handed over to its assets before this returns, with a
     * session or without one, and a paused settlement is tried again. Call it on every new day, on the session's executor,
     * before the session is told of the date.
     *
     * @param now the date, of the years 1 to 9999
     */
    public void day(LocalDate now) {
        synchronized (this) {
            date = now;
        }
        if (!isBlank()) {
            tell(Native.campaignDay(id(), now.toEpochDay(), assets));
        }
    }

    /**
     * The sessions in which the campaign has set something aside, whether it is in them or not: what {@link #abandon} would
     * make free.
     *
     * @return the sessions, each once; not modifiable, empty while nothing is set aside
     */
    public List<HeldSession> heldSessions() {
        if (isBlank()) {
            return List.of();
        }
        try {
            return SettlementConvert.toHeldSessions(HeldSessions.parseFrom(Native.heldSessions(id())));
        } catch (InvalidProtocolBufferException e) {
            throw new DistributedMekHQException(ErrorCode.INTERNAL, "unreadable holds: " + e.getMessage());
        }
    }

    /**
     * Gives up a session that will never come back: what is held for it is free again. How far it was settled, and what is
     * still on its way, stays, so that nothing happens twice if it does come back. Warn the player: a transfer that the
     * host has completed meanwhile becomes a debt then. Call it on the session's executor.
     *
     * @param session the session's UUID, see {@link #heldSessions()} and {@link Session#sessionId()}
     */
    public void abandon(UUID session) {
        if (!isBlank()) {
            tell(Native.abandonSession(id(), bytes(session.toString()), assets));
        }
    }

    /** Frees what the library holds of it; idempotent. The sessions of the campaign are to be closed before. */
    @Override
    public synchronized void close() {
        if (!closed && id != 0) {
            Native.unloadCampaign(id);
        }
        closed = true;
    }

    /** For the native library, which is loaded by then. */
    synchronized long id() {
        checkOpen();
        if (id == 0) {
            NativeLibrary.load();
            id = Native.loadCampaign(bytes(campaign.toString()), date.toEpochDay(), bytes(loaded));
        }
        return id;
    }

    /** Whether it holds nothing, since the campaign was never in a session. */
    private synchronized boolean isBlank() {
        checkOpen();
        return id == 0;
    }

    private void checkOpen() {
        if (closed) {
            throw new DistributedMekHQException(ErrorCode.SESSION_CLOSED, "the campaign's memento is closed");
        }
    }

    /** Whether it has assets. */
    boolean settles() {
        return settles;
    }

    AssetsBridge assets() {
        return assets;
    }

    /** The campaign is in a session. */
    void attach(SessionBooks session) {
        sessions.removeIf(SessionBooks::isOver);
        sessions.add(session);
    }

    /** Tells the listeners what a turn has brought; throws when what was asked for cannot be done. */
    void tell(byte[] bytes) {
        Turn turn = parse(bytes);
        turn.getNewsList().forEach(news -> sessions.stream().filter(session -> session.id() == news.getSession())
                .forEach(session -> session.tell(news)));
        if (turn.hasRefused()) {
            throw new DistributedMekHQException(turn.getRefused().getCodeValue(), turn.getRefused().getReason());
        }
    }

    private static Turn parse(byte[] turn) {
        try {
            return Turn.parseFrom(turn);
        } catch (InvalidProtocolBufferException e) {
            throw new DistributedMekHQException(ErrorCode.INTERNAL, "unreadable news: " + e.getMessage());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
