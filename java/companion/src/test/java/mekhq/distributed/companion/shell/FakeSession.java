// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.lang.reflect.Constructor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

import mekhq.distributed.Bundle;
import mekhq.distributed.CampaignDetails;
import mekhq.distributed.DistributedMekHQException;
import mekhq.distributed.ErrorCode;
import mekhq.distributed.Money;
import mekhq.distributed.roster.Member;
import mekhq.distributed.roster.Members;
import mekhq.distributed.roster.Roster;
import mekhq.distributed.roster.RosterListener;
import mekhq.distributed.settlement.Adjustment;
import mekhq.distributed.settlement.CampaignStatement;
import mekhq.distributed.settlement.HeldSession;
import mekhq.distributed.settlement.SessionStatement;
import mekhq.distributed.team.TeamListener;
import mekhq.distributed.team.Teams;
import mekhq.distributed.timeline.BoardRow;
import mekhq.distributed.timeline.MayAdvance;
import mekhq.distributed.timeline.Timeline;
import mekhq.distributed.timeline.TimelineListener;
import mekhq.distributed.transfer.Transfer;

/** A session without the library: remembers what is sent, knows who it is told of. */
public final class FakeSession implements OpenSession, Roster, Timeline, Teams {

    private final CampaignDetails own;
    private final OptionalInt hostedPort;
    private final Executor executor;
    private final SessionEvents events;
    private final Map<UUID, CampaignDetails> others = new LinkedHashMap<>();
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private UUID hostId;
    private DistributedMekHQException failure;
    private boolean closed;
    private boolean connected = true;
    private boolean alone;
    private LocalDate scenarioOn;
    private volatile String memento = "";
    private final TodoList todos;
    private final List<Transfer> transfers = new ArrayList<>();
    private final List<HeldSession> held = new ArrayList<>();
    private Optional<UUID> id = Optional.empty();
    private SessionStatement sessionStatement = new SessionStatement(List.of(), List.of());

    public FakeSession(CampaignDetails own, OptionalInt hostedPort, Executor executor, SessionEvents events) {
        this.own = own;
        this.hostedPort = hostedPort;
        this.todos = new TodoList(own.date());
        this.executor = executor;
        this.events = events;
        this.hostId = hostedPort.isPresent() ? own.id() : null;
    }

    /** A failure as the library makes them; only the library's package can. */
    public static DistributedMekHQException failure(ErrorCode code, String message) {
        try {
            Constructor<DistributedMekHQException> constructor =
                    DistributedMekHQException.class.getDeclaredConstructor(ErrorCode.class, String.class);
            constructor.setAccessible(true);
            return constructor.newInstance(code, message);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    public void know(CampaignDetails campaign) {
        others.put(campaign.id(), campaign);
    }

    public void knowHost(CampaignDetails campaign) {
        hostId = campaign.id();
        know(campaign);
    }

    public void settle(SessionStatement statement) {
        sessionStatement = statement;
    }

    public void forgetHost() {
        hostId = null;
    }

    public void loseHost() {
        connected = false;
    }

    public void holdFor(LocalDate scenarioDate) {
        scenarioOn = scenarioDate;
    }

    public void failWith(DistributedMekHQException next) {
        failure = next;
    }

    public List<String> sent() {
        return sent;
    }

    public SessionEvents events() {
        return events;
    }

    public Executor executor() {
        return executor;
    }

    @Override
    public OptionalInt hostedPort() {
        return hostedPort;
    }

    @Override
    public Optional<String> invitation() {
        return Optional.empty();
    }

    @Override
    public Optional<String> fingerprint() {
        return Optional.empty();
    }

    @Override
    public boolean connected() {
        return connected;
    }

    @Override
    public Roster roster() {
        return this;
    }

    @Override
    public Timeline timeline() {
        return this;
    }

    @Override
    public Teams teams() {
        return this;
    }

    @Override
    public Optional<Members> members() {
        List<Member> all = others.values().stream()
                .map(campaign -> new Member(campaign, true, Optional.empty(), Optional.empty())).toList();
        return hostedPort.isPresent() ? Optional.of(new FakeMembers(all, this::send)) : Optional.empty();
    }

    public void setMemento(String text) {
        memento = text;
    }

    @Override
    public String memento() {
        return memento;
    }

    /** An open transfer, as the host has told. */
    public void open(Transfer transfer) {
        transfers.add(transfer);
    }

    @Override
    public CompletionStage<UUID> wire(UUID target, Money amount, String memo) {
        UUID request = new UUID(7, transfers.size());
        return done("wire " + find(target).orElseThrow().name() + " " + amount.format() + " " + memo)
                .thenApply(nothing -> request);
    }

    @Override
    public CompletionStage<Void> answer(UUID request, boolean accepted) {
        return done((accepted ? "accept " : "reject ") + request);
    }

    @Override
    public CompletionStage<Void> cancel(UUID request) {
        return done("cancel " + request);
    }

    @Override
    public CompletionStage<Void> retry() {
        return done("retry");
    }

    @Override
    public CompletionStage<Void> skip() {
        return done("skip");
    }

    @Override
    public void adjust(Adjustment adjustment) {
        send("adjust " + adjustment.campaign() + " -" + format(adjustment.outgoing()) + " +"
                + format(adjustment.incoming()) + " exit " + adjustment.exit() + " due " + adjustment.due() + ": "
                + adjustment.rawReason());
    }

    private static String format(Bundle bundle) {
        return bundle.money().map(Money::format).orElse("0");
    }

    @Override
    public CompletionStage<SessionStatement> sessionStatement() {
        return done("statement").thenApply(nothing -> sessionStatement);
    }

    @Override
    public CompletionStage<CampaignStatement> campaignStatement(UUID campaign) {
        return done("statement of " + campaign).thenApply(nothing -> sessionStatement.campaigns().stream()
                .filter(statement -> statement.campaign().equals(campaign)).findFirst().orElseThrow());
    }

    @Override
    public CompletionStage<Void> backup(Path file) {
        return done("backup " + file);
    }

    @Override
    public CompletionStage<Void> exitQuarantine() {
        return done("exit quarantine");
    }

    private CompletableFuture<Void> done(String what) {
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        sent.add(what);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<Transfer> openTransfers() {
        return List.copyOf(transfers);
    }

    /** Something is set aside in a session. */
    public void hold(HeldSession session) {
        held.add(session);
    }

    /** It is that session. */
    public void is(UUID session) {
        id = Optional.of(session);
    }

    @Override
    public Optional<UUID> connectedSession() {
        return connected ? id : Optional.empty();
    }

    @Override
    public List<HeldSession> heldSessions() {
        return List.copyOf(held);
    }

    @Override
    public void abandon(UUID session) {
        send("abandon " + session);
        held.stream().filter(one -> one.session().equals(session)).flatMap(one -> one.holds().stream())
                .forEach(todos::release);
        held.removeIf(one -> one.session().equals(session));
    }

    @Override
    public TodoList todos() {
        return todos;
    }

    @Override
    public void day(LocalDate date) {
        todos.day(date);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            sent.add("closed");
            executor.execute(events::onClosed);
        }
    }

    @Override
    public CampaignDetails own() {
        return own;
    }

    @Override
    public Optional<CampaignDetails> host() {
        return own.id().equals(hostId) ? Optional.of(own) : Optional.ofNullable(others.get(hostId));
    }

    @Override
    public List<CampaignDetails> campaigns() {
        return new ArrayList<>(others.values());
    }

    @Override
    public Optional<CampaignDetails> find(UUID campaign) {
        return Optional.ofNullable(others.get(campaign));
    }

    @Override
    public Optional<Duration> roundTrip(UUID campaign) {
        return campaign.equals(hostId) ? Optional.of(Duration.ofNanos(12_340_000)) : Optional.empty();
    }

    @Override
    public void sendGmModeChanged(boolean gmMode) {
        send("gm " + gmMode);
    }

    @Override
    public void sendLocationChanged(String systemId, boolean gmMovement) {
        send("location " + systemId + " " + gmMovement);
    }

    @Override
    public void sendDateChanged(LocalDate date) {
        send("date " + date);
    }

    @Override
    public void jump(LocalDate date) {
        send("jump " + date);
    }

    @Override
    public void readyToAdvance() {
        send("ready");
    }

    @Override
    public void continueWithoutHost(boolean choice) {
        send("alone " + choice);
        alone = choice;
    }

    /** The table of protocol.md section 3. */
    @Override
    public MayAdvance mayAdvance(LocalDate from) {
        if (hostedPort.isPresent()) {
            return MayAdvance.ALLOWED;
        }
        if (from.equals(scenarioOn)) {
            return MayAdvance.SCENARIO_PENDING;
        }
        Optional<LocalDate> host = hostDate();
        if (host.filter(from::isBefore).isPresent() || alone && !connected) {
            return MayAdvance.ALLOWED;
        }
        if (!connected || host.isEmpty()) {
            return MayAdvance.HOST_LOST;
        }
        return from.equals(host.get()) ? MayAdvance.WAIT_FOR_HOST : MayAdvance.AHEAD_OF_HOST;
    }

    @Override
    public LocalDate timelineDate() {
        return others.values().stream().map(CampaignDetails::date).reduce(own.date(),
                (a, b) -> a.isAfter(b) ? a : b);
    }

    @Override
    public List<BoardRow> board() {
        LocalDate host = hostDate().orElse(own.date());
        return others.values().stream().filter(campaign -> !campaign.id().equals(hostId)).map(campaign -> {
            long lag = ChronoUnit.DAYS.between(campaign.date(), host);
            MayAdvance answer = lag > 0 ? MayAdvance.ALLOWED
                    : lag == 0 ? MayAdvance.WAIT_FOR_HOST : MayAdvance.AHEAD_OF_HOST;
            return new BoardRow(campaign, lag, answer);
        }).toList();
    }

    @Override
    public int teamOf(UUID campaign) {
        return others.get(campaign).team();
    }

    @Override
    public void assign(UUID campaign, int team) {
        send("team " + others.get(campaign).name() + " " + team);
    }

    @Override
    public void sendDailyLog(LocalDate date, List<String> entries) {
        send("log " + date + " " + entries);
    }

    @Override
    public LocalDate ownDate() {
        return own.date();
    }

    @Override
    public Optional<LocalDate> hostDate() {
        return host().map(CampaignDetails::date);
    }

    @Override
    public void addListener(RosterListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeListener(RosterListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void addListener(TeamListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeListener(TeamListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void addListener(TimelineListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeListener(TimelineListener listener) {
        throw new UnsupportedOperationException();
    }

    private void send(String message) {
        if (failure != null) {
            throw failure;
        }
        sent.add(message);
    }
}
