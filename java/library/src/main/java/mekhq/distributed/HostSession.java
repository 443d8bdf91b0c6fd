// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

import mekhq.distributed.force.ForceVisibility;
import mekhq.distributed.force.Forces;
import mekhq.distributed.internal.proto.bridge.CertificateFiles;
import mekhq.distributed.internal.proto.bridge.HostOptions;
import mekhq.distributed.internal.proto.bridge.InvitationOptions;
import mekhq.distributed.roster.Members;
import mekhq.distributed.roster.Roster;
import mekhq.distributed.settlement.Settlements;
import mekhq.distributed.team.Teams;
import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.Timeline;
import mekhq.distributed.transfer.Transfers;

/** The session as the host campaign has it: the one that the others join. */
public final class HostSession implements Session {
    private final SessionCore core;
    private final int port;
    private final Optional<Fingerprint> fingerprint;
    private final Ledger ledger;
    private final Members members;

    private HostSession(SessionCore core, int port, byte[] fingerprint) {
        this.core = core;
        this.port = port;
        this.fingerprint = Optional.ofNullable(fingerprint)
                .map(text -> new Fingerprint(new String(text, StandardCharsets.UTF_8)));
        this.ledger = new NativeLedger(core);
        this.members = new NativeMembers(core);
    }

    /** {@return a builder with nothing set} */
    public static Builder builder() {
        return new Builder();
    }

    /** {@return the port that remote campaigns connect to; also after the session has been closed} */
    public int port() {
        return port;
    }

    /** {@return what is kept of the session on this computer} */
    public Ledger ledger() {
        return ledger;
    }

    /**
     * The fingerprint that players who join compare with what they see.
     *
     * @return the fingerprint, also after the session has been closed; empty when the session does not encrypt
     */
    public Optional<Fingerprint> fingerprint() {
        return fingerprint;
    }

    /**
     * The line by which players join, see {@link RemoteSession.Builder#invitation}: where this host is, its
     * fingerprint, and the password if there is one. Whoever reads it can join.
     *
     * @param addresses by which name or address this machine is seen from outside, {@code HOST} or {@code HOST:PORT},
     *                  IPv6 in brackets, to be tried first; the addresses of the machine's own network follow by
     *                  themselves. At most 8 are in an invitation
     * @return the invitation
     * @throws DistributedMekHQException {@link ErrorCode#INVALID_ARGUMENT}, when an address is none;
     *         {@link ErrorCode#SESSION_CLOSED}
     */
    public String invitation(String... addresses) {
        return invitation(true, addresses);
    }

    /**
     * As {@link #invitation}, without the password, which then has to be told in another way.
     *
     * @param addresses as there
     * @return the invitation
     * @throws DistributedMekHQException as there
     */
    public String invitationWithoutPassword(String... addresses) {
        return invitation(false, addresses);
    }

    private String invitation(boolean withPassword, String... addresses) {
        byte[] options = InvitationOptions.newBuilder()
                .addAllAddresses(List.of(addresses))
                .setWithoutPassword(!withPassword)
                .build()
                .toByteArray();
        return new String(Native.invitation(core.id(), options), StandardCharsets.UTF_8);
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

    /** {@return who belongs to this session, and who does not} */
    public Members members() {
        return members;
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

    /** Makes host sessions. */
    public static final class Builder extends SessionBuilder<Builder> {
        private String bindAddress = "";
        private int port = 3000;
        private int campaignsMax = 64;
        private int messagesPerSecond = 1_000;
        private ForceVisibility forceVisibility;
        private int transferExpiryDays;
        private boolean beginAnew;
        private boolean plaintext;
        private Path certificateFile;
        private Path keyFile;

        private Builder() {
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * The IP address to listen on.
         *
         * @param address an address of this machine; empty for all of them, as it is unless set
         * @return this builder
         */
        public Builder bindAddress(String address) {
            bindAddress = Objects.requireNonNull(address, "address");
            return this;
        }

        /**
         * The port to listen on.
         *
         * @param number from 0 to 65,535, 3000 unless set; 0 for any free one, see {@link HostSession#port()}
         * @return this builder
         * @throws IllegalArgumentException when it is out of range
         */
        public Builder port(int number) {
            port = Ranges.check(number, "port", 0, 65_535);
            return this;
        }

        /**
         * Encrypts with a certificate that an authority gave, instead of one that the library makes and keeps in the
         * {@linkplain #dataFolder data folder}.
         *
         * @param pem    file with the certificate, followed by those between it and its authority
         * @param keyPem file with its private key
         * @return this builder
         */
        public Builder certificate(Path pem, Path keyPem) {
            certificateFile = Objects.requireNonNull(pem, "pem");
            keyFile = Objects.requireNonNull(keyPem, "keyPem");
            plaintext = false;
            return this;
        }

        /**
         * Does without encryption: everything travels readable for whoever stands in between, a password too. Only
         * for peers that do not encrypt, such as those of the old contract; {@link HostTrust#plaintext()} is the other
         * side's choice. Unless called, the session encrypts.
         *
         * @return this builder
         */
        public Builder plaintext() {
            plaintext = true;
            certificateFile = null;
            keyFile = null;
            return this;
        }

        /**
         * How many campaigns besides the host's may be on the roster, inactive ones included.
         *
         * @param number from 1 to 255; 64 unless set
         * @return this builder
         * @throws IllegalArgumentException when it is out of range
         */
        public Builder campaignsMax(int number) {
            campaignsMax = Ranges.check(number, "campaignsMax", 1, 255);
            return this;
        }

        /**
         * How many messages a campaign may send a second, beyond a burst of four times as many; each 512 bytes that a
         * message holds count as one more. Dates, locations and TOEs beyond it wait, the newest of each; other messages
         * are refused with {@link ErrorCode#TOO_MANY}.
         *
         * @param number from 10 to 1,000,000; 1,000 unless set, which no play comes near
         * @return this builder
         * @throws IllegalArgumentException when it is out of range
         */
        public Builder messagesPerSecond(int number) {
            messagesPerSecond = Ranges.check(number, "messagesPerSecond", 10, 1_000_000);
            return this;
        }

        /**
         * After how many real days a wire transfer expires that is not completed, accepted or not. It counts for those
         * that are asked for from now on.
         *
         * @param days from 1 to 3,650; 0, as it is unless set: never
         * @return this builder
         * @throws IllegalArgumentException when it is out of range
         */
        public Builder transferExpiryDays(int days) {
            transferExpiryDays = Ranges.check(days, "transferExpiryDays", 0, 3_650);
            return this;
        }

        /**
         * Who may see whose TOE. It can be changed later, see {@link Forces#setVisibility}.
         *
         * @param visibility who may; unless set as it was in this campaign's session before, and
         *                   {@link ForceVisibility#TEAM} in a new one
         * @return this builder
         */
        public Builder forceVisibility(ForceVisibility visibility) {
            forceVisibility = Objects.requireNonNull(visibility, "visibility");
            return this;
        }

        /**
         * Whether to begin a new session where the ledger of this campaign's session was damaged and has been set aside,
         * or is not in the data folder although the campaign's memento knows that there was one. Whoever sets this gives
         * up what that ledger knew, if neither it nor a backup can be put there; ask the player first.
         *
         * @param choice false unless set: then {@link ErrorCode#LEDGER_DAMAGED} comes every time
         * @return this builder
         */
        public Builder beginAnew(boolean choice) {
            beginAnew = choice;
            return this;
        }

        /**
         * Opens the port and the ledger, and goes on with this campaign's session; the first time it begins one. Waits
         * for the disk.
         *
         * @return the session; remote campaigns can connect
         * @throws DistributedMekHQException {@link ErrorCode#ADDRESS_IN_USE} or {@link ErrorCode#ADDRESS_UNAVAILABLE},
         *         naming the address; {@link ErrorCode#LEDGER_IN_USE} when another program hosts this campaign,
         *         {@link ErrorCode#LEDGER_DAMAGED} naming the file that was set aside or is missing,
         *         {@link ErrorCode#LEDGER_NEWER}, {@link ErrorCode#LEDGER_UNAVAILABLE};
         *         {@link ErrorCode#INVALID_ARGUMENT}, naming what was set wrongly;
         *         {@link ErrorCode#LIBRARY_MISSING}, {@link ErrorCode#LIBRARY_VERSION_MISMATCH}. No listener hears
         *         anything then
         * @throws IllegalStateException when the campaign or MekHQ's version was not set
         */
        public HostSession start() {
            HostOptions.Builder encrypted = HostOptions.newBuilder();
            if (plaintext) {
                encrypted.setPlaintext(true);
            } else if (certificateFile != null) {
                encrypted.setCertificate(CertificateFiles.newBuilder()
                        .setCertificateFile(certificateFile.toAbsolutePath().toString())
                        .setKeyFile(keyFile.toAbsolutePath().toString()));
            }
            byte[] options = encrypted
                    .setSession(sessionOptions())
                    .setBindAddress(bindAddress)
                    .setPort(port)
                    .setCampaignsMax(campaignsMax)
                    .setMessagesPerSecond(messagesPerSecond)
                    .setTransferExpiryDays(transferExpiryDays)
                    .setBeginAnew(beginAnew)
                    .build()
                    .toByteArray();
            NativeLibrary.load();
            long id = Native.startHost(options);
            try {
                HostSession session = new HostSession(sessionCore(id, MayAdvance.ALLOWED), Native.hostPort(id),
                        Native.fingerprint(id));
                if (forceVisibility != null) {
                    session.forces().setVisibility(forceVisibility);
                }
                session.core.begin(EventTap.NONE);
                return session;
            } catch (Throwable e) {
                Native.close(id);
                throw e;
            }
        }
    }
}
