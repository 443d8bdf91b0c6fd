// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import mekhq.distributed.force.Forces;
import mekhq.distributed.internal.proto.bridge.RemoteOptions;
import mekhq.distributed.roster.Roster;
import mekhq.distributed.settlement.Settlements;
import mekhq.distributed.team.Teams;
import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.Timeline;
import mekhq.distributed.transfer.Transfers;

/** The session as a remote campaign has it: one that joined a host. */
public final class RemoteSession implements Session {
    private final SessionCore core;

    private RemoteSession(SessionCore core) {
        this.core = core;
    }

    /** {@return a builder with nothing set} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Tells whether the connection to the host is open. A session whose connection was lost reconnects by itself,
     * unless {@link SessionListener#onDisconnected} said otherwise.
     *
     * @return whether it is open; false after the session has been closed
     */
    public boolean isConnected() {
        return core.isConnected();
    }

    @Override
    public UUID campaignId() {
        return core.campaignId();
    }

    @Override
    public Optional<UUID> sessionId() {
        return core.sessionId();
    }

    @Override
    public Roster roster() {
        return core.roster();
    }

    @Override
    public Timeline timeline() {
        return core.timeline();
    }

    @Override
    public Teams teams() {
        return core.teams();
    }

    @Override
    public Forces forces() {
        return core.forces();
    }

    @Override
    public Settlements settlements() {
        return core.settlements();
    }

    @Override
    public Transfers transfers() {
        return core.transfers();
    }

    @Override
    public Statistics statistics() {
        return core.statistics();
    }

    @Override
    public void addSessionListener(SessionListener listener) {
        core.listeners().session().add(Objects.requireNonNull(listener, "listener"));
    }

    @Override
    public void removeSessionListener(SessionListener listener) {
        core.listeners().session().remove(listener);
    }

    @Override
    public boolean isClosed() {
        return core.isClosed();
    }

    @Override
    public void close() {
        core.close();
    }

    SessionCore core() {
        return core;
    }

    /** Makes remote sessions. */
    public static final class Builder extends SessionBuilder<Builder> {
        private String host = "";
        private int port = 3000;
        private String invitation = "";
        private HostTrust trust = HostTrust.known();
        private Duration connectTimeout = Duration.ofSeconds(10);

        private Builder() {
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * The line that the host's player gave, see {@link HostSession#invitation}: it has the host's addresses, which
         * are tried in order, its fingerprint, and the session's password if there is one and it was not left out. A
         * {@link #password} that is set as well counts more; {@link #trust} counts only where the invitation does not
         * say how to know the host, and is refused where it contradicts the invitation.
         *
         * @param line the invitation; white space around it makes no difference. Takes the place of {@link #host}
         * @return this builder
         */
        public Builder invitation(String line) {
            invitation = Objects.requireNonNull(line, "line");
            host = "";
            return this;
        }

        /**
         * By what to trust the host.
         *
         * @param hostTrust the trust; {@link HostTrust#known()} unless set
         * @return this builder
         */
        public Builder trust(HostTrust hostTrust) {
            trust = Objects.requireNonNull(hostTrust, "hostTrust");
            return this;
        }

        /**
         * Where the host is. Required, unless there is an {@link #invitation}, whose place it takes.
         *
         * @param nameOrAddress a host name or an IP address, IPv6 without brackets
         * @return this builder
         */
        public Builder host(String nameOrAddress) {
            host = Objects.requireNonNull(nameOrAddress, "nameOrAddress");
            invitation = "";
            return this;
        }

        /**
         * The host's port.
         *
         * @param number from 1 to 65,535; 3000 unless set
         * @return this builder
         * @throws IllegalArgumentException when it is out of range
         */
        public Builder port(int number) {
            port = Ranges.check(number, "port", 1, 65_535);
            return this;
        }

        /**
         * How long connecting may take, for each attempt.
         *
         * @param timeout from 100 ms to 120 s; 10 s unless set
         * @return this builder
         * @throws IllegalArgumentException when it is out of range
         */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = Ranges.check(timeout, "connectTimeout", Duration.ofMillis(100), Duration.ofSeconds(120));
            return this;
        }

        /**
         * Connects to the host. The future is completed on a thread of the library's own, never on the session's
         * executor, so that waiting for it there is no deadlock. Cancelling it, or completing it exceptionally in any
         * other way, closes the session.
         *
         * @return the connected session, or a {@link DistributedMekHQException} that says why there is none; the
         *         session is closed then. Among the codes are {@link ErrorCode#HOST_UNREACHABLE},
         *         {@link ErrorCode#TIMED_OUT}, {@link ErrorCode#BAD_PASSWORD}, {@link ErrorCode#VERSION_MISMATCH},
         *         {@link ErrorCode#ALREADY_CONNECTED}, {@link ErrorCode#CERTIFICATE_UNKNOWN},
         *         {@link ErrorCode#CERTIFICATE_CHANGED}, {@link ErrorCode#CERTIFICATE_UNTRUSTED},
         *         {@link ErrorCode#UNAUTHENTICATED} (the same campaign connected
         *         elsewhere at the same moment), {@link ErrorCode#HOST_FULL}, {@link ErrorCode#LEGACY_NOT_ALLOWED},
         *         {@link ErrorCode#INVALID_ARGUMENT}, {@link ErrorCode#LIBRARY_MISSING} and
         *         {@link ErrorCode#LIBRARY_VERSION_MISMATCH}
         * @throws IllegalStateException when the campaign, MekHQ's version or the host was not set
         */
        public CompletableFuture<RemoteSession> connect() {
            byte[] options = remoteOptions().toByteArray();
            try {
                NativeLibrary.load();
                return begin(Native.connect(options));
            } catch (DistributedMekHQException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        /** What the native library must know. */
        RemoteOptions remoteOptions() {
            if (host.isEmpty() && invitation.isEmpty()) {
                throw new IllegalStateException("host or invitation must be set");
            }
            RemoteOptions.Builder options = RemoteOptions.newBuilder();
            trust.toWire(options);
            if (invitation.isEmpty()) {
                options.setHost(host).setPort(port);
            } else {
                options.setInvitation(invitation);
            }
            return options
                    .setSession(sessionOptions())
                    .setConnectTimeoutMs(Math.toIntExact(connectTimeout.toMillis()))
                    .build();
        }

        private CompletableFuture<RemoteSession> begin(long id) {
            try {
                RemoteSession session = new RemoteSession(sessionCore(id, MayAdvance.HOST_LOST));
                Connecting connecting = new Connecting(session);
                session.core.begin(connecting);
                return connecting.future();
            } catch (Throwable e) {
                Native.close(id);
                throw e;
            }
        }
    }
}
