// SPDX-License-Identifier: GPL-3.0-or-later
//! A remote campaign's side of a session (protocol.md sections 1 to 4).

use super::force::Forces;
use super::link::{Backoff, Beat, Heartbeat, Misbehaviour};
use super::memento::Memento;
use super::roster::{Difference, RosterView};
use super::state::State;
use super::team::LogsInFlight;
use super::timeline::{Gate, MayAdvance};
use super::{BusEnd, Command, EndCause, Event, Now, Rules, Statistics};
use crate::protocol::envelope::{Inbound, Malformed};
use crate::protocol::handshake::{JoinResponse, Token};
use crate::protocol::link::{Goodbye, GoodbyeCode, Ping, Pong, Position, Refused};
use crate::protocol::proto;
use crate::protocol::proto::connection_request::PasswordOption;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{BusMessage, CampaignDetails, CampaignId, FEATURES, PROTOCOL_MAJOR, Refusal};

/// One attempt to reach the host, counted from 1. What comes from an older one is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt(pub u32);

/// What happens to a remote campaign's session.
#[derive(Debug)]
pub enum RemoteInput {
    /// Begin.
    Start,
    /// The host answered Connect, or could not be reached.
    ConnectAnswered(Attempt, Result<Box<JoinResponse>, Refusal>),
    /// The host took the bus, or refused it.
    BusAnswered(Attempt, Result<(), Refusal>),
    /// A message came.
    FromHost(Attempt, Result<Inbound, Malformed>),
    /// The transport saw the bus end.
    BusEnded(Attempt, BusEnd),
    /// The player's own campaign speaks.
    Command(Command),
    /// The moment of [`Remote::due`] has come.
    Timer,
}

/// What a remote campaign's session wants done, in this order.
#[derive(Debug)]
pub enum RemoteEffect {
    /// Call Connect.
    Connect(Attempt, Box<proto::ConnectionRequest>),
    /// Open the bus; what is sent from now on travels on it.
    OpenBus(Attempt, Option<Token>),
    /// Send a message.
    Send(BusMessage),
    /// Call Disconnect: the host knows no Goodbye, or there is no bus to say it on.
    Disconnect(Option<Token>),
    /// End the bus after what was sent.
    CloseBus,
    /// Tell the player's side.
    Emit(Event),
    /// The session is over.
    Stop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Connecting,
    Opening,
    Open,
    /// The link is lost; the next attempt is due then.
    Waiting(Now),
    Over,
}

/// A remote campaign's session.
#[derive(Debug)]
pub struct Remote {
    pub(super) rules: Rules,
    pub(super) state: State,
    pub(super) phase: Phase,
    pub(super) attempt: Attempt,
    pub(super) backoff: Backoff,
    /// The bus has been open before, so its loss is worth a new attempt.
    pub(super) was_open: bool,
    pub(super) host: Option<JoinResponse>,
    pub(super) memento: Memento,
    pub(super) gate: Gate,
    pub(super) told: MayAdvance,
    /// What has changed on the roster while the link was lost; told once the bus is open again.
    pub(super) missed: Vec<Difference>,
    pub(super) known_revision: u64,
    pub(super) heartbeat: Option<Heartbeat>,
    /// Own daily logs for which the host has not answered yet.
    pub(super) logs: LogsInFlight,
    pub(super) misbehaviour: Misbehaviour,
    pub(super) statistics: Statistics,
    /// How far the books are; the next ping tells it.
    pub(super) position: Option<Position>,
    pub(super) effects: Vec<RemoteEffect>,
}

/// Changes of the roster that are told one by one when the bus opens again.
const MISSED_MAX: usize = 1_024;

impl Remote {
    /// A session that has not begun. Until it is connected, the session that the campaign has joined last, by its
    /// memento, gates; `seed` feeds the jitter of reconnects.
    pub fn new(rules: Rules, own: CampaignDetails, memento: Memento, seed: u64) -> Self {
        let gate = Gate { host_date: memento.last_joined_host_date(), ..Gate::default() };
        Self {
            rules,
            told: gate.may_advance(own.date),
            state: State::new(CampaignDetails { active: true, ..own.as_told_by_a_remote() }),
            phase: Phase::Connecting,
            attempt: Attempt(0),
            backoff: Backoff::new(seed),
            was_open: false,
            host: None,
            memento,
            gate,
            missed: Vec::new(),
            known_revision: 0,
            heartbeat: None,
            logs: LogsInFlight::default(),
            misbehaviour: Misbehaviour::default(),
            statistics: Statistics::default(),
            position: None,
            effects: Vec::new(),
        }
    }

    /// The own campaign.
    pub fn id(&self) -> CampaignId {
        self.state.roster.own().id
    }

    pub(super) fn host_id(&self) -> Option<CampaignId> {
        self.host.as_ref().map(|host| host.host.id)
    }

    pub(super) fn is_legacy(&self) -> bool {
        self.host.as_ref().is_some_and(|host| host.protocol == 0)
    }

    /// Everyone, as the player's side sees them.
    pub fn view(&self) -> RosterView {
        let host = self.host_id();
        let mut view = self.state.roster.view(host, self.gate, self.statistics);
        let round_trip = self.heartbeat.as_ref().and_then(Heartbeat::round_trip);
        view.round_trips = host.zip(round_trip).into_iter().collect();
        view.legacy_host = self.is_legacy();
        view
    }

    /// All TOEs.
    pub fn forces(&self) -> Forces {
        self.state.forces.clone()
    }

    /// What belongs into the campaign's save now.
    pub fn memento(&self) -> &Memento {
        &self.memento
    }

    /// When [`RemoteInput::Timer`] is wanted.
    pub fn due(&self) -> Option<Now> {
        match self.phase {
            Phase::Waiting(until) => Some(until),
            _ => self.heartbeat.as_ref().map(Heartbeat::due),
        }
    }

    /// One step of the session.
    pub fn handle(&mut self, now: Now, input: RemoteInput) -> Vec<RemoteEffect> {
        let current = self.attempt;
        match input {
            RemoteInput::Start => self.connect(),
            RemoteInput::ConnectAnswered(attempt, answer) if attempt == current && self.phase == Phase::Connecting => {
                match answer {
                    Ok(response) => self.connected(now, *response),
                    Err(refusal) => self.fail(now, refusal),
                }
            }
            RemoteInput::BusAnswered(attempt, answer) if attempt == current && self.phase == Phase::Opening => {
                match answer {
                    Ok(()) => self.opened(),
                    Err(refusal) => {
                        self.leave_politely();
                        self.fail(now, refusal);
                    }
                }
            }
            RemoteInput::FromHost(attempt, inbound) if attempt == current && self.phase == Phase::Open => {
                self.receive(now, inbound);
            }
            RemoteInput::BusEnded(attempt, end) if attempt == current => self.bus_ended(now, end),
            RemoteInput::Command(command) => self.command(now, command),
            RemoteInput::Timer => self.timer(now),
            // Too late, or from an attempt that was given up.
            RemoteInput::FromHost(..) => self.statistics.ignored += 1,
            RemoteInput::ConnectAnswered(..) | RemoteInput::BusAnswered(..) | RemoteInput::BusEnded(..) => {}
        }
        self.tell_gate();
        self.give_up_logs_when_over();
        std::mem::take(&mut self.effects)
    }

    /// Brings the gate up to date, and tells the player's side when that opens or shuts it.
    fn tell_gate(&mut self) {
        self.gate.connected = self.phase == Phase::Open;
        let may_advance = self.gate.may_advance(self.state.roster.own().date);
        if std::mem::replace(&mut self.told, may_advance) != may_advance {
            self.effects.push(RemoteEffect::Emit(Event::MayAdvanceChanged(may_advance)));
        }
    }

    fn connect(&mut self) {
        self.attempt.0 += 1;
        self.phase = Phase::Connecting;
        let request = self.connection_request();
        self.effects.push(RemoteEffect::Connect(self.attempt, Box::new(request)));
    }

    /// The own campaign as it is told: without what only the host sets.
    pub(super) fn introduction(&self) -> CampaignDetails {
        self.state.roster.own().clone().as_told_by_a_remote()
    }

    fn connection_request(&self) -> proto::ConnectionRequest {
        let password = self.rules.password.as_ref().map(|password| password.expose().to_owned());
        proto::ConnectionRequest {
            version: self.rules.version.clone(),
            client: Some(self.introduction().to_proto()),
            protocol: PROTOCOL_MAJOR,
            features: FEATURES.iter().map(|&name| name.to_owned()).collect(),
            password_option: password.map(PasswordOption::Password),
            // The network adds it once it knows, and trusts, whom it talks to.
            key: Vec::new(),
        }
    }

    fn connected(&mut self, now: Now, response: JoinResponse) {
        if let Err(refusal) = self.check_host(&response) {
            self.host = Some(response);
            self.leave_politely();
            return self.fail(now, refusal);
        }
        self.statistics.malformed += response.malformed as u64;
        let host = CampaignDetails { active: true, ..response.host.clone() };
        self.host_joined(&response);
        let differences = self.state.roster.replace(response.campaigns.iter().cloned().chain([host]));
        if self.was_open {
            self.missed.extend(differences);
            // However often a host grants a Connect and no bus. The whole roster is told with the next bus anyway.
            self.missed.drain(..self.missed.len().saturating_sub(MISSED_MAX));
        }
        self.known_revision = 0;
        self.phase = Phase::Opening;
        self.effects.push(RemoteEffect::OpenBus(self.attempt, response.token.clone()));
        self.host = Some(response);
        self.heartbeat = Some(Heartbeat::new(self.rules.ping_interval, now));
        self.ping(now);
    }

    fn check_host(&self, response: &JoinResponse) -> Result<(), Refusal> {
        let refuse = |code, reason: String| Err(Refusal::new(code, reason));
        if response.protocol == 0 && !self.rules.allow_legacy_peers {
            let reason = "the host is of the old contract, and this campaign does not join such hosts";
            return refuse(ErrorCode::LegacyNotAllowed, reason.into());
        }
        if response.protocol != 0 && response.protocol != PROTOCOL_MAJOR {
            let theirs = response.protocol;
            let reason = format!("the host speaks protocol {theirs}, this campaign protocol {PROTOCOL_MAJOR}");
            return refuse(ErrorCode::VersionMismatch, reason);
        }
        if !self.rules.version_rule.accepts(&self.rules.version, &response.version) {
            let (ours, theirs) = (&self.rules.version, &response.version);
            return refuse(
                ErrorCode::VersionMismatch,
                format!("the host runs MekHQ {theirs}, this campaign MekHQ {ours}"),
            );
        }
        if response.host.id == self.id() {
            return refuse(ErrorCode::InvalidArgument, "the host names this campaign's own id as its own".into());
        }
        if response.protocol != 0 && (response.token.is_none() || response.session.is_none()) {
            return refuse(ErrorCode::InvalidArgument, "the host's answer lacks its token or its session".into());
        }
        Ok(())
    }

    /// Admitted, but not staying.
    fn leave_politely(&mut self) {
        let token = self.host.as_ref().and_then(|host| host.token.clone());
        self.effects.push(RemoteEffect::Disconnect(token));
    }

    /// This attempt came to nothing. A campaign that was in the session before tries again, unless the host's reason
    /// will be the same next time.
    fn fail(&mut self, now: Now, refusal: Refusal) {
        self.heartbeat = None;
        self.effects.push(RemoteEffect::CloseBus);
        if self.was_open && passes(refusal.code) {
            self.phase = Phase::Waiting(now.after(self.backoff.next_wait()));
            return;
        }
        self.phase = Phase::Over;
        self.effects.push(RemoteEffect::Emit(Event::ConnectFailed(refusal)));
    }

    fn receive(&mut self, now: Now, inbound: Result<Inbound, Malformed>) {
        let inbound = match inbound {
            Ok(inbound) => inbound,
            Err(malformed) => {
                self.statistics.malformed += 1;
                let too_many = self.misbehaviour.count(now);
                self.refuse(malformed.refused, malformed.refusal);
                if too_many {
                    self.end_in_protocol_error(now, "too many malformed messages");
                }
                return;
            }
        };
        let Some(message) = inbound.message else {
            self.statistics.unknown_types += 1;
            return;
        };
        if Some(inbound.sender) != self.host_id() {
            self.statistics.not_yours += 1;
            let refusal = Refusal::new(ErrorCode::NotYours, "the envelope is not the host's");
            return self.refuse(message.name().into(), refusal);
        }
        self.message(now, message);
    }

    fn message(&mut self, now: Now, message: BusMessage) {
        match message {
            BusMessage::Ping(ping) => {
                self.absorb_host(&ping.campaign);
                let campaign = self.introduction();
                let (campaigns, malformed) = (Vec::new(), 0);
                self.send(Pong { campaign, campaigns, malformed, roster_revision: 0, unasked: false });
            }
            BusMessage::Pong(pong) => self.ponged(now, pong),
            BusMessage::Goodbye(goodbye) => {
                self.end(now, EndCause::Goodbye(goodbye.code), goodbye.reason, comes_back(goodbye.code));
            }
            BusMessage::Refused(refused) if refused.code == ErrorCode::ResyncRequired => {
                // It went back in time on this bus: it comes as what it is now.
                self.come_anew(now, now, "another save was loaded");
            }
            BusMessage::Refused(refused) => self.refused(refused),
            assignment @ BusMessage::TeamAssignment(_) => {
                let event = self.state.apply(&assignment);
                self.effects.extend(event.map(RemoteEffect::Emit));
            }
            BusMessage::ToeHidden(hidden) => self.toes_hidden(hidden.campaigns),
            BusMessage::ReadyToAdvance(_) => self.statistics.ignored += 1,
            message if message.is_about_settlements() => self.for_books(message),
            about_the_world => self.redistributed(now, &about_the_world),
        }
    }

    fn bus_ended(&mut self, now: Now, end: BusEnd) {
        match (self.phase, end) {
            (Phase::Opening, _) => {
                let reason = "the host does not take what is sent to it while the bus opens";
                self.fail(now, Refusal::new(ErrorCode::HostUnreachable, reason));
            }
            (Phase::Open, BusEnd::Reset) => self.end(now, EndCause::Reset, String::new(), true),
            (Phase::Open, BusEnd::TooSlow) => {
                self.end(now, EndCause::TimedOut, "the host does not take what is sent to it".into(), true);
            }
            (Phase::Open, BusEnd::TooLarge) => {
                self.statistics.malformed += 1;
                self.refuse(String::new(), Refusal::new(ErrorCode::TooLarge, "the message is larger than 512 KiB"));
                self.end_in_protocol_error(now, "a message was too large");
            }
            (Phase::Connecting | Phase::Waiting(_) | Phase::Over, _) => {}
        }
    }

    fn end_in_protocol_error(&mut self, now: Now, reason: &str) {
        self.send(Goodbye { code: GoodbyeCode::ProtocolError, reason: reason.into() });
        self.end(now, EndCause::Goodbye(GoodbyeCode::ProtocolError), reason.into(), false);
    }

    pub(super) fn end(&mut self, now: Now, cause: EndCause, reason: String, reconnecting: bool) {
        self.phase = if reconnecting { Phase::Waiting(now.after(self.backoff.next_wait())) } else { Phase::Over };
        self.heartbeat = None;
        self.effects.push(RemoteEffect::CloseBus);
        self.effects.push(RemoteEffect::Emit(Event::Disconnected { cause, reason, reconnecting }));
        self.close_books();
    }

    fn command(&mut self, now: Now, command: Command) {
        match command {
            Command::Announce(announcement) => self.announce(now, announcement),
            // A choice for this absence of the host; with the host in reach there is nothing to choose.
            Command::ContinueWithoutHost(alone) => self.gate.without_host = alone && self.phase != Phase::Open,
            // Teams, visibility, membership and adjustments are the host's.
            Command::AssignTeam { .. }
            | Command::SetVisibility(_)
            | Command::ChangeMembership(_)
            | Command::Adjust(_) => {
                self.statistics.ignored += 1;
            }
            Command::Say { bus, message } => self.books_say(bus, message),
            Command::TellPosition { bus, position } => self.position_told(now, bus, position),
            Command::RenewBus(bus) => self.renew_bus(now, bus),
            Command::Resynchronise => self.effects.push(RemoteEffect::Emit(Event::Resynchronised(self.view()))),
            Command::Close => self.close(),
        }
    }

    fn close(&mut self) {
        match self.phase {
            Phase::Open if !self.is_legacy() => {
                self.send(Goodbye { code: GoodbyeCode::Leaving, reason: String::new() });
            }
            Phase::Open | Phase::Opening => self.leave_politely(),
            Phase::Connecting | Phase::Waiting(_) | Phase::Over => {}
        }
        self.phase = Phase::Over;
        self.heartbeat = None;
        self.effects.push(RemoteEffect::CloseBus);
        // Before the last event.
        self.give_up_logs();
        self.effects.push(RemoteEffect::Emit(Event::Closed));
        self.effects.push(RemoteEffect::Stop);
    }

    fn timer(&mut self, now: Now) {
        if matches!(self.phase, Phase::Waiting(until) if until <= now) {
            return self.connect();
        }
        let Some(heartbeat) = &mut self.heartbeat else { return };
        match heartbeat.beat(now) {
            Beat::Rest => {}
            Beat::Ping => self.send_ping(),
            Beat::Fading => {
                self.send_ping();
                let host = self.host_id().filter(|&host| self.state.roster.set_active(host, false));
                if let Some(host) = host {
                    self.emit_presence(host, Some(EndCause::TimedOut));
                }
            }
            Beat::Dead if self.phase == Phase::Open => {
                self.end(now, EndCause::TimedOut, "no answer to pings".into(), true)
            }
            Beat::Dead => self.fail(now, Refusal::new(ErrorCode::TimedOut, "the host does not answer on the bus")),
        }
    }

    pub(super) fn ping(&mut self, now: Now) {
        if let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.pinged(now);
            self.send_ping();
        }
    }

    fn send_ping(&mut self) {
        let session = self.host.as_ref().and_then(|host| host.session);
        let campaign = self.introduction();
        let position = self.position.take().map(Box::new);
        self.send(Ping { campaign, session, position, roster_revision: self.known_revision });
    }

    pub(super) fn refuse(&mut self, refused: String, refusal: Refusal) {
        let Refusal { code, reason } = refusal;
        self.send(Refused { request: String::new(), code, reason, revision: 0, refused, withdrawal: false });
    }

    /// Sends while there is a bus; a host of the old contract gets nothing that it does not know.
    pub(super) fn send(&mut self, message: impl Into<BusMessage>) {
        let message = message.into();
        let has_bus = matches!(self.phase, Phase::Opening | Phase::Open);
        if has_bus && (message.is_legacy() || !self.is_legacy()) {
            self.effects.push(RemoteEffect::Send(message));
        }
    }
}

/// Whether a refusal may be gone at the next attempt.
fn passes(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::HostUnreachable
            | ErrorCode::CertificateUnavailable
            | ErrorCode::TimedOut
            | ErrorCode::AlreadyConnected
            | ErrorCode::HostFull
            | ErrorCode::BackOff
            | ErrorCode::SessionClosed
            | ErrorCode::Unauthenticated
    )
}

/// Whether the campaign reconnects by itself after such a goodbye.
fn comes_back(code: GoodbyeCode) -> bool {
    matches!(code, GoodbyeCode::HostClosing | GoodbyeCode::TooSlow | GoodbyeCode::Unspecified)
}
