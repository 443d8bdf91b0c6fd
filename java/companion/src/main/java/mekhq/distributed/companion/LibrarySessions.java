// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

import mekhq.distributed.CampaignMemento;
import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.Fingerprint;
import mekhq.distributed.HostSession;
import mekhq.distributed.RemoteSession;
import mekhq.distributed.Session;
import mekhq.distributed.companion.shell.OpenSession;
import mekhq.distributed.companion.shell.Printable;
import mekhq.distributed.companion.shell.SessionEvents;
import mekhq.distributed.roster.Members;
import mekhq.distributed.roster.Roster;
import mekhq.distributed.team.Teams;
import mekhq.distributed.timeline.Timeline;

/** Sessions of the native library. */
final class LibrarySessions implements SessionOpener {

    /** An open session of the library. */
    private record LibrarySession(Session session, CampaignMemento campaign, Optional<String> invitation)
            implements OpenSession {

        @Override
        public OptionalInt hostedPort() {
            return session instanceof HostSession host ? OptionalInt.of(host.port()) : OptionalInt.empty();
        }

        @Override
        public Optional<String> fingerprint() {
            return session instanceof HostSession host ? host.fingerprint().map(Fingerprint::text) : Optional.empty();
        }

        @Override
        public boolean connected() {
            return !(session instanceof RemoteSession remote) || remote.isConnected();
        }

        @Override
        public Roster roster() {
            return session.roster();
        }

        @Override
        public Timeline timeline() {
            return session.timeline();
        }

        @Override
        public Teams teams() {
            return session.teams();
        }

        @Override
        public Optional<Members> members() {
            return session instanceof HostSession host ? Optional.of(host.members()) : Optional.empty();
        }

        @Override
        public String memento() {
            return campaign.text();
        }

        @Override
        public void close() {
            session.close();
        }
    }

    @Override
    public OpenSession host(SessionPlan plan, HostPlan host, Executor executor, SessionEvents events)
            throws CompanionException {
        CampaignMemento memento = usableMemento(plan);
        try {
            HostSession.Builder builder = HostSession.builder()
                    .campaign(plan.campaign())
                    .mekhqVersion(plan.mekhqVersion())
                    .memento(memento)
                    .versionRule(plan.versionRule())
                    .allowLegacyPeers(plan.legacyPeers())
                    .port(host.port())
                    .executor(executor)
                    .sessionListener(events)
                    .rosterListener(events)
                    .timelineListener(events)
                    .teamListener(events)
                    .forceListener(events);
            plan.password().ifPresent(builder::password);
            plan.dataFolder().ifPresent(builder::dataFolder);
            host.bindAddress().ifPresent(builder::bindAddress);
            host.certificate().ifPresent(files -> builder.certificate(files.certificate(), files.key()));
            if (host.plaintext()) {
                builder.plaintext();
            }
            HostSession session = builder.start();
            return invited(session, memento, host);
        } catch (DistributedMekHQException e) {
            throw Failures.toEnd("Cannot host", e);
        }
    }

    private static OpenSession invited(HostSession session, CampaignMemento memento, HostPlan host) {
        try {
            return new LibrarySession(session, memento,
                    Optional.of(session.invitation(host.addresses().toArray(String[]::new))));
        } catch (DistributedMekHQException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public OpenSession join(SessionPlan plan, JoinPlan host, Executor executor, SessionEvents events)
            throws CompanionException {
        CampaignMemento memento = usableMemento(plan);
        try {
            RemoteSession.Builder builder = RemoteSession.builder()
                    .campaign(plan.campaign())
                    .mekhqVersion(plan.mekhqVersion())
                    .memento(memento)
                    .versionRule(plan.versionRule())
                    .allowLegacyPeers(plan.legacyPeers())
                    .trust(host.trust())
                    .executor(executor)
                    .sessionListener(events)
                    .rosterListener(events)
                    .timelineListener(events)
                    .teamListener(events)
                    .forceListener(events);
            plan.password().ifPresent(builder::password);
            plan.dataFolder().ifPresent(builder::dataFolder);
            host.target().invitation().ifPresent(builder::invitation);
            host.target().address().ifPresent(address -> builder.host(address.host()).port(address.port()));
            return new LibrarySession(builder.connect().join(), memento, Optional.empty());
        } catch (DistributedMekHQException e) {
            throw Failures.toEnd("Cannot join", e);
        } catch (CompletionException e) {
            if (e.getCause() instanceof DistributedMekHQException failure) {
                throw Failures.toEnd("Cannot join", failure);
            }
            throw e;
        }
    }

    /** Before anything begins: a file that cannot be used must not be replaced either. */
    private static CampaignMemento usableMemento(SessionPlan plan) throws CompanionException {
        try {
            return CampaignMemento.load(plan.campaign().id(), plan.campaign().date(), plan.memento().text());
        } catch (DistributedMekHQException e) {
            if (e.code() != ErrorCode.INVALID_ARGUMENT) {
                throw e;
            }
            throw new CompanionException(ExitCode.BAD_SAVE, "Cannot use " + Printable.text(plan.memento().file().path()
                    .toString()) + ": " + Printable.text(e.getMessage()) + ".", e);
        }
    }
}
