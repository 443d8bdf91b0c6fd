// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import mekhq.distributed.CampaignMemento;
import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.Fingerprint;
import mekhq.distributed.HostSession;
import mekhq.distributed.Ledger;
import mekhq.distributed.Money;
import mekhq.distributed.RemoteSession;
import mekhq.distributed.Session;
import mekhq.distributed.companion.shell.LoadedMemento;
import mekhq.distributed.companion.shell.OpenSession;
import mekhq.distributed.companion.shell.Printable;
import mekhq.distributed.companion.shell.SessionEvents;
import mekhq.distributed.companion.shell.TodoList;
import mekhq.distributed.roster.Members;
import mekhq.distributed.roster.Roster;
import mekhq.distributed.settlement.Adjustment;
import mekhq.distributed.settlement.CampaignStatement;
import mekhq.distributed.settlement.HeldSession;
import mekhq.distributed.settlement.SessionStatement;
import mekhq.distributed.team.Teams;
import mekhq.distributed.timeline.Timeline;
import mekhq.distributed.transfer.Transfer;

/** Sessions of the native library. */
final class LibrarySessions implements SessionOpener {

    /** A campaign's memento, and the list that stands for its funds. */
    private record Loaded(CampaignMemento memento, TodoList todos) {
    }

    /** An open session of the library. */
    private record LibrarySession(Session session, Loaded loaded, Executor executor,
                                  Optional<String> invitation) implements OpenSession {

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
            return LoadedMemento.text(loaded.memento().text(), loaded.todos());
        }

        @Override
        public CompletionStage<UUID> wire(UUID target, Money amount, String memo) {
            return onCompanionThread(session.transfers().request(target, amount, memo));
        }

        @Override
        public CompletionStage<Void> answer(UUID request, boolean accepted) {
            return onCompanionThread(accepted ? session.transfers().accept(request)
                    : session.transfers().reject(request));
        }

        @Override
        public CompletionStage<Void> cancel(UUID request) {
            return onCompanionThread(session.transfers().cancel(request));
        }

        @Override
        public CompletionStage<Void> exitQuarantine() {
            return onCompanionThread(session.settlements().exitQuarantine());
        }

        @Override
        public CompletionStage<Void> retry() {
            return onCompanionThread(session.settlements().retry());
        }

        @Override
        public CompletionStage<Void> skip() {
            return onCompanionThread(session.settlements().skip());
        }

        @Override
        public void adjust(Adjustment adjustment) {
            session.settlements().adjust(adjustment);
        }

        @Override
        public CompletionStage<SessionStatement> sessionStatement() {
            return onCompanionThread(ledger().statement());
        }

        @Override
        public CompletionStage<CampaignStatement> campaignStatement(UUID campaign) {
            return onCompanionThread(ledger().statement(campaign));
        }

        @Override
        public CompletionStage<Void> backup(Path file) {
            return onCompanionThread(ledger().backup(file));
        }

        private Ledger ledger() {
            if (session instanceof HostSession host) {
                return host.ledger();
            }
            throw new IllegalStateException("only the host has a ledger");
        }

        private <T> CompletionStage<T> onCompanionThread(CompletionStage<T> stage) {
            return stage.whenCompleteAsync((done, failure) -> { }, executor);
        }

        @Override
        public List<Transfer> openTransfers() {
            return session.transfers().open();
        }

        @Override
        public Optional<UUID> connectedSession() {
            return connected() ? session.sessionId() : Optional.empty();
        }

        @Override
        public List<HeldSession> heldSessions() {
            return loaded.memento().heldSessions();
        }

        @Override
        public void abandon(UUID given) {
            loaded.memento().abandon(given);
        }

        @Override
        public TodoList todos() {
            return loaded.todos();
        }

        @Override
        public void day(LocalDate date) {
            loaded.todos().day(date);
            loaded.memento().day(date);
        }

        @Override
        public void close() {
            session.close();
        }
    }

    @Override
    public OpenSession host(SessionPlan plan, HostPlan host, Executor executor, SessionEvents events)
            throws CompanionException {
        Loaded loaded = usableMemento(plan);
        try {
            HostSession.Builder builder = HostSession.builder()
                    .campaign(plan.campaign())
                    .mekhqVersion(plan.mekhqVersion())
                    .memento(loaded.memento())
                    .versionRule(plan.versionRule())
                    .allowLegacyPeers(plan.legacyPeers())
                    .port(host.port())
                    .transferExpiryDays(host.transferExpiryDays())
                    .beginAnew(host.beginAnew())
                    .executor(executor)
                    .sessionListener(events)
                    .rosterListener(events)
                    .timelineListener(events)
                    .teamListener(events)
                    .forceListener(events)
                    .settlementListener(events)
                    .transferListener(events);
            plan.password().ifPresent(builder::password);
            plan.dataFolder().ifPresent(builder::dataFolder);
            host.bindAddress().ifPresent(builder::bindAddress);
            host.certificate().ifPresent(files -> builder.certificate(files.certificate(), files.key()));
            if (host.plaintext()) {
                builder.plaintext();
            }
            HostSession session = builder.start();
            return invited(session, loaded, executor, host);
        } catch (DistributedMekHQException e) {
            throw Failures.toEnd("Cannot host", e);
        }
    }

    private static OpenSession invited(HostSession session, Loaded loaded, Executor executor, HostPlan host) {
        try {
            return new LibrarySession(session, loaded, executor,
                    Optional.of(session.invitation(host.addresses().toArray(String[]::new))));
        } catch (DistributedMekHQException e) {
            session.close();
            throw e;
        }
    }

    @Override
    public OpenSession join(SessionPlan plan, JoinPlan host, Executor executor, SessionEvents events)
            throws CompanionException {
        Loaded loaded = usableMemento(plan);
        try {
            RemoteSession.Builder builder = RemoteSession.builder()
                    .campaign(plan.campaign())
                    .mekhqVersion(plan.mekhqVersion())
                    .memento(loaded.memento())
                    .versionRule(plan.versionRule())
                    .allowLegacyPeers(plan.legacyPeers())
                    .trust(host.trust())
                    .executor(executor)
                    .sessionListener(events)
                    .rosterListener(events)
                    .timelineListener(events)
                    .teamListener(events)
                    .forceListener(events)
                    .settlementListener(events)
                    .transferListener(events);
            plan.password().ifPresent(builder::password);
            plan.dataFolder().ifPresent(builder::dataFolder);
            host.target().invitation().ifPresent(builder::invitation);
            host.target().address().ifPresent(address -> builder.host(address.host()).port(address.port()));
            return new LibrarySession(builder.connect().join(), loaded, executor, Optional.empty());
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
    private static Loaded usableMemento(SessionPlan plan) throws CompanionException {
        try {
            TodoList todos = plan.memento().todos(plan.campaign().date());
            CampaignMemento memento = CampaignMemento.load(plan.campaign().id(), plan.campaign().date(),
                    plan.memento().memento(), todos);
            memento.day(plan.campaign().date());
            return new Loaded(memento, todos);
        } catch (IllegalArgumentException e) {
            throw unusable(plan, e);
        } catch (DistributedMekHQException e) {
            if (e.code() != ErrorCode.INVALID_ARGUMENT) {
                throw e;
            }
            throw unusable(plan, e);
        }
    }

    private static CompanionException unusable(SessionPlan plan, RuntimeException e) {
        return new CompanionException(ExitCode.BAD_SAVE, "Cannot use "
                + Printable.text(plan.memento().file().path().toString()) + ": " + Printable.text(e.getMessage()) + ".",
                e);
    }
}
