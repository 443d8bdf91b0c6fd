// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;

import mekhq.distributed.force.ForceListener;
import mekhq.distributed.internal.proto.bridge.SessionOptions;
import mekhq.distributed.roster.RosterListener;
import mekhq.distributed.settlement.SettlementListener;
import mekhq.distributed.team.TeamListener;
import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.TimelineListener;
import mekhq.distributed.transfer.TransferListener;

/**
 * What the builders of host and remote campaigns have in common. A builder is not safe for use by several threads at
 * once; it may be used again after a session was made from it.
 *
 * @param <B> the builder's own type
 */
public abstract sealed class SessionBuilder<B extends SessionBuilder<B>>
        permits HostSession.Builder, RemoteSession.Builder {

    private CampaignDetails campaign;
    private String mekhqVersion;
    private VersionRule versionRule = VersionRule.EXACT;
    private String password;
    private CampaignMemento memento;
    private boolean allowLegacyPeers;
    private Duration pingInterval = Duration.ofSeconds(15);
    private Duration closeTimeout = Duration.ofMillis(800);
    private Path dataFolder;
    private Executor executor;
    private final List<SessionListener> sessionListeners = new ArrayList<>();
    private final List<RosterListener> rosterListeners = new ArrayList<>();
    private final List<TimelineListener> timelineListeners = new ArrayList<>();
    private final List<TeamListener> teamListeners = new ArrayList<>();
    private final List<ForceListener> forceListeners = new ArrayList<>();
    private final List<SettlementListener> settlementListeners = new ArrayList<>();
    private final List<TransferListener> transferListeners = new ArrayList<>();

    SessionBuilder() {
    }

    abstract B self();

    /**
     * This campaign. Required.
     *
     * @param details the campaign; its team and whether it is active are ignored
     * @return this builder
     */
    public B campaign(CampaignDetails details) {
        campaign = Objects.requireNonNull(details, "details");
        return self();
    }

    /**
     * MekHQ's version, which the other side compares with its own. Required.
     *
     * @param version 1 to 64 characters, for example {@code 0.50.06}
     * @return this builder
     */
    public B mekhqVersion(String version) {
        mekhqVersion = Objects.requireNonNull(version, "version");
        return self();
    }

    /**
     * Which MekHQ versions of the other side are good enough.
     *
     * @param rule the rule; {@link VersionRule#EXACT} unless set
     * @return this builder
     */
    public B versionRule(VersionRule rule) {
        versionRule = Objects.requireNonNull(rule, "rule");
        return self();
    }

    /**
     * The session's password: on a host what remote campaigns must give, on a remote campaign what it gives.
     *
     * @param value at most 1,024 bytes in UTF-8; {@code null} for none, as it is unless set
     * @return this builder
     */
    public B password(String value) {
        password = value;
        return self();
    }

    /**
     * What the campaign's save keeps of its sessions. On a remote campaign it says up to where it may advance until it is
     * connected; with assets, the campaign takes part in settlements and transfers.
     *
     * @param loaded the memento of the campaign as it was loaded; {@code null} for none, as it is unless set: then the save
     *               has nothing of any session
     * @return this builder
     */
    public B memento(CampaignMemento loaded) {
        memento = loaded;
        return self();
    }

    /**
     * Whether to serve, or join, peers of the old contract, which offers presence, dates, GM mode, location and TOE
     * only, without any proof of who a campaign is (protocol.md section 1).
     *
     * @param allow false unless set
     * @return this builder
     */
    public B allowLegacyPeers(boolean allow) {
        allowLegacyPeers = allow;
        return self();
    }

    /**
     * How often this side pings the other (protocol.md section 2).
     *
     * @param interval from 100 ms to 600 s; 15 s unless set
     * @return this builder
     * @throws IllegalArgumentException when it is out of range
     */
    public B pingInterval(Duration interval) {
        pingInterval = Ranges.check(interval, "pingInterval", Duration.ofMillis(100), Duration.ofSeconds(600));
        return self();
    }

    /**
     * How long {@link Session#close()} may take to say goodbye.
     *
     * @param timeout from 1 ms to 10 s; 800 ms unless set
     * @return this builder
     * @throws IllegalArgumentException when it is out of range
     */
    public B closeTimeout(Duration timeout) {
        closeTimeout = Ranges.check(timeout, "closeTimeout", Duration.ofMillis(1), Duration.ofSeconds(10));
        return self();
    }

    /**
     * The folder for what must outlive the process, such as a host's ledger. It belongs to one user of one computer:
     * not to a folder that is shared, synchronised or attached to a bug report, and not beside the saves.
     *
     * @param folder made when it is missing; unless set the one named by the system property
     *               {@code distributed.mekhq.data}, or else the user's own, for example
     *               {@code %LOCALAPPDATA%\\distributed-mekhq} on Windows
     * @return this builder
     */
    public B dataFolder(Path folder) {
        dataFolder = Objects.requireNonNull(folder, "folder");
        return self();
    }

    /**
     * Where the listeners run, for example {@code SwingUtilities::invokeLater}. At most one task of the session waits
     * there at any time.
     *
     * @param listenersExecutor a daemon thread of the session's own unless set
     * @return this builder
     */
    public B executor(Executor listenersExecutor) {
        executor = Objects.requireNonNull(listenersExecutor, "listenersExecutor");
        return self();
    }

    /**
     * Adds a listener that hears every event from the first one on.
     *
     * @param listener the listener
     * @return this builder
     */
    public B sessionListener(SessionListener listener) {
        sessionListeners.add(Objects.requireNonNull(listener, "listener"));
        return self();
    }

    /**
     * Adds a listener that hears every event from the first one on.
     *
     * @param listener the listener
     * @return this builder
     */
    public B rosterListener(RosterListener listener) {
        rosterListeners.add(Objects.requireNonNull(listener, "listener"));
        return self();
    }

    /**
     * Adds a listener that hears every event from the first one on.
     *
     * @param listener the listener
     * @return this builder
     */
    public B timelineListener(TimelineListener listener) {
        timelineListeners.add(Objects.requireNonNull(listener, "listener"));
        return self();
    }

    /**
     * Adds a listener that hears every event from the first one on.
     *
     * @param listener the listener
     * @return this builder
     */
    public B teamListener(TeamListener listener) {
        teamListeners.add(Objects.requireNonNull(listener, "listener"));
        return self();
    }

    /**
     * Adds a listener that hears every event from the first one on.
     *
     * @param listener the listener
     * @return this builder
     */
    public B forceListener(ForceListener listener) {
        forceListeners.add(Objects.requireNonNull(listener, "listener"));
        return self();
    }

    /**
     * Adds a listener that hears every event from the first one on.
     *
     * @param listener the listener
     * @return this builder
     */
    public B settlementListener(SettlementListener listener) {
        settlementListeners.add(Objects.requireNonNull(listener, "listener"));
        return self();
    }

    /**
     * Adds a listener that hears every event from the first one on.
     *
     * @param listener the listener
     * @return this builder
     */
    public B transferListener(TransferListener listener) {
        transferListeners.add(Objects.requireNonNull(listener, "listener"));
        return self();
    }

    /** What the native library must know. */
    final SessionOptions sessionOptions() {
        if (campaign == null || mekhqVersion == null) {
            throw new IllegalStateException("campaign and mekhqVersion must be set");
        }
        if (memento != null && !memento.campaign().equals(campaign.id())) {
            throw new IllegalStateException("the memento is another campaign's");
        }
        Path folder = dataFolder == null ? DataFolder.ofThisUser() : dataFolder;
        SessionOptions.Builder options = SessionOptions.newBuilder()
                .setDataFolder(folder.toAbsolutePath().toString())
                .setCampaign(Convert.toWire(campaign))
                .setMekhqVersion(mekhqVersion)
                .setMemento(memento == null ? "" : memento.text())
                .setVersionRule(Convert.toWire(versionRule))
                .setAllowLegacyPeers(allowLegacyPeers)
                .setPingIntervalMs(Math.toIntExact(pingInterval.toMillis()))
                .setCloseTimeoutMs(Math.toIntExact(closeTimeout.toMillis()));
        if (password != null) {
            options.setPassword(password);
        }
        return options.build();
    }

    /**
     * What is left to do once the native library has given the session its id. Without a session the campaign may
     * advance, or not, as whenClosed says.
     */
    final SessionCore sessionCore(long id, MayAdvance whenClosed) {
        Listeners listeners = new Listeners(sessionListeners, rosterListeners, timelineListeners, teamListeners,
                forceListeners);
        listeners.settlement().addAll(settlementListeners);
        listeners.transfer().addAll(transferListeners);
        SessionCore core = new SessionCore(id, campaign.id(), listeners, executor, whenClosed);
        core.takeBooks(memento);
        return core;
    }
}
