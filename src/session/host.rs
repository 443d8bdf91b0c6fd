// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's side of a session: who may join, what is redistributed to whom (protocol.md sections 1 to 4).

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use uuid::Uuid;

use super::force::{Forces, Visibility};
use super::guesses::Guesses;
use super::host_books::WallClock;
use super::host_bus::{Bus, Buses, Credential};
use super::host_join::{Newcomer, Probe};
use super::host_world::resync_required;
use super::link::Beat;
use super::member::Members;
use super::memento::Memento;
use super::rate::{Rates, TOKENS_PER_SECOND};
use super::record::{LedgerState, Moved};
use super::roster::RosterView;
use super::settlement::Exchange;
use super::settlement::statement::SessionStatement;
use super::state::State;
use super::team::{HOST_TEAM, LogBacklog, Teams};
use super::timeline::{Gate, Timeline};
use super::{BooksBus, BusEnd, Command, EndCause, Event, Now, Rules, Statistics};
use crate::protocol::entry::Record;
use crate::protocol::envelope::{Inbound, Malformed};
use crate::protocol::handshake::{JoinRequest, PasswordDigest, Token};
use crate::protocol::link::{Goodbye, GoodbyeCode, Ping, Pong, Refused};
use crate::protocol::proto;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{BusMessage, CampaignDetails, CampaignId, Refusal};

/// One bus of this host, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusId(pub u64);

/// One HTTP/2 connection to this host, never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// A unary call, or the opening of a bus, that waits for its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// What happens to a host.
#[derive(Debug)]
pub enum HostInput {
    /// Begin.
    Start,
    /// A campaign introduces itself.
    Connect {
        /// Who waits for the answer.
        call: CallId,
        /// The connection it came by.
        connection: ConnectionId,
        /// Where it comes from.
        address: IpAddr,
        /// What it says.
        request: Box<JoinRequest>,
        /// A fresh token, used if it is admitted.
        token: Token,
    },
    /// A campaign leaves without a Goodbye.
    Disconnect {
        /// Who waits for the answer.
        call: CallId,
        /// The connection it came by.
        connection: ConnectionId,
        /// Who is to leave.
        campaign: CampaignId,
        /// The caller's token.
        token: Option<Token>,
    },
    /// A campaign opens its bus.
    OpenBus {
        /// Who waits for the answer.
        call: CallId,
        /// The connection it came by.
        connection: ConnectionId,
        /// The caller's token.
        token: Option<Token>,
    },
    /// The own player wants to see what came, went and waits.
    Statement {
        /// Who waits for the answer.
        call: CallId,
        /// Whose settlements to list one by one.
        detailed: Option<CampaignId>,
    },
    /// A message came.
    FromBus {
        /// By which bus.
        bus: BusId,
        /// What came out of its envelope.
        inbound: Result<Inbound, Malformed>,
    },
    /// The transport saw a bus end.
    BusEnded {
        /// Which.
        bus: BusId,
        /// How.
        end: BusEnd,
    },
    /// The player's own campaign speaks.
    Command(Command),
    /// The ledger can no longer be written, or can be again.
    Ledger(LedgerState),
    /// The moment of [`Host::due`] has come.
    Timer,
}

/// What a waiting call gets.
#[derive(Debug)]
pub enum Answer {
    /// To Connect.
    Admitted(Box<proto::ConnectionResponse>),
    /// To the opening of a bus.
    BusOpen(BusId),
    /// To Disconnect.
    Disconnected(CampaignId),
    /// To the own player's question.
    Statement(Box<SessionStatement>),
}

/// What a host wants done, in this order.
#[derive(Debug)]
pub enum HostEffect {
    /// Answer a waiting call.
    Reply {
        /// Which.
        call: CallId,
        /// With what.
        answer: Result<Answer, Refusal>,
    },
    /// Send one message to some buses.
    Send {
        /// To whom; may be empty.
        to: Vec<BusId>,
        /// What.
        message: BusMessage,
    },
    /// End a bus after what was sent to it.
    CloseBus(BusId),
    /// Keep in the ledger.
    Record(Record),
    /// Do this once every record before it, of whichever input, is durable.
    AfterAll(Vec<HostEffect>),
    /// Tell the player's side.
    Emit(Event),
    /// The session is over.
    Stop,
}

/// A host campaign's session.
#[derive(Debug)]
pub struct Host {
    pub(super) rules: Rules,
    pub(super) password: Option<PasswordDigest>,
    pub(super) campaigns_max: usize,
    pub(super) session: Uuid,
    /// As the save had it.
    pub(super) loaded: Memento,
    pub(super) state: State,
    pub(super) timeline: Timeline,
    pub(super) teams: Teams,
    pub(super) visibility: Visibility,
    pub(super) backlog: LogBacklog,
    pub(super) ledger: LedgerState,
    /// Campaigns to be recorded once the ledger can be written.
    pub(super) unrecorded: BTreeSet<CampaignId>,
    pub(super) moved: Moved,
    pub(super) members: Arc<Members>,
    pub(super) guesses: Guesses,
    pub(super) rates: Rates,
    pub(super) buses: Buses,
    pub(super) probes: BTreeMap<CampaignId, Probe>,
    pub(super) exchange: Exchange,
    /// The way to the own campaign's books.
    pub(super) own_bus: BooksBus,
    pub(super) wall_clock: WallClock,
    pub(super) statistics: Statistics,
    pub(super) closing: bool,
    pub(super) effects: Vec<HostEffect>,
}

impl Host {
    /// A session of one campaign; `campaigns_max` counts the others.
    pub fn new(rules: Rules, own: CampaignDetails, session: Uuid, campaigns_max: usize) -> Self {
        Self {
            password: rules.password.as_ref().map(|password| password.digest()),
            rules,
            timeline: Timeline::default(),
            teams: Teams::new(own.id),
            visibility: Visibility::default(),
            backlog: LogBacklog::default(),
            ledger: LedgerState::Writable,
            unrecorded: BTreeSet::new(),
            moved: Moved::default(),
            members: Arc::default(),
            guesses: Guesses::default(),
            rates: Rates::new(TOKENS_PER_SECOND),
            probes: BTreeMap::new(),
            campaigns_max,
            session,
            loaded: Memento::default(),
            state: State::new(CampaignDetails { team: HOST_TEAM, active: true, ..own }),
            buses: Buses::default(),
            exchange: Exchange::new(session, None),
            own_bus: BooksBus(0),
            wall_clock: WallClock::default(),
            statistics: Statistics::default(),
            closing: false,
            effects: Vec::new(),
        }
    }

    /// The same host, whose campaign's save held this memento.
    pub fn with_memento(self, memento: Memento) -> Self {
        Self { loaded: memento, ..self }
    }

    /// The same host, where a campaign gets as many tokens a second (protocol.md section 1, "Rates").
    pub fn with_tokens_per_second(self, tokens_per_second: u32) -> Self {
        Self { rates: Rates::new(tokens_per_second), ..self }
    }

    /// The same host, on which transfers that nobody answers expire after so many real days; `None`: never.
    pub fn with_transfer_expiry(self, days: Option<u32>) -> Self {
        let mut host = self;
        host.exchange.expiry_days = days;
        host
    }

    /// What belongs into the host campaign's save now.
    pub fn memento(&self) -> Memento {
        let mut memento = self.loaded.clone();
        memento.hosted(self.session, self.state.roster.own().date);
        memento
    }

    /// The host campaign.
    pub fn id(&self) -> CampaignId {
        self.state.roster.own().id
    }

    /// The session that the host runs.
    pub fn session(&self) -> Uuid {
        self.session
    }

    /// Everyone, as the player's side sees them.
    pub fn view(&self) -> RosterView {
        let mut view = self.state.roster.view(Some(self.id()), self.gate(), self.statistics);
        let measured = |bus: &Bus| Some((bus.campaign, bus.heartbeat.round_trip()?));
        view.ledger = self.ledger.clone();
        view.members = Arc::clone(&self.members);
        view.round_trips = self.buses.iter().filter_map(|(_, bus)| measured(bus)).collect();
        view
    }

    fn gate(&self) -> Gate {
        Gate { is_host: true, host_date: Some(self.state.roster.own().date), ..Gate::default() }
    }

    /// The TOEs that the host's player may see.
    pub fn forces(&self) -> Forces {
        self.state.forces.visible(|owner| self.sees(self.id(), owner))
    }

    /// When [`HostInput::Timer`] is wanted.
    pub fn due(&self) -> Option<Now> {
        let probes = self.probes.values().map(|probe| probe.until);
        let waits = self.moved.due().into_iter().chain(self.rates.due()).chain(self.expiry_due());
        self.buses.due().into_iter().chain(probes).chain(waits).min()
    }

    /// One step of the session.
    pub fn handle(&mut self, now: Now, input: HostInput) -> Vec<HostEffect> {
        match input {
            HostInput::Start => self.open_own_books(),
            HostInput::Connect { call, connection, address, request, token } => {
                self.connect(now, Newcomer { call, connection, address, request: *request, token });
            }
            HostInput::OpenBus { call, connection, token } => self.open_bus(now, call, &credential(connection, token)),
            HostInput::Disconnect { call, connection, campaign, token } => {
                let answer = self.disconnect(campaign, &credential(connection, token));
                self.reply(call, answer);
            }
            HostInput::Statement { call, detailed } => {
                let answer = Answer::Statement(Box::new(self.statement(detailed)));
                self.reply(call, Ok(answer));
            }
            HostInput::FromBus { bus, inbound } => self.receive(now, bus, inbound),
            HostInput::BusEnded { bus, end } => self.bus_ended(bus, end),
            HostInput::Command(command) => self.command(now, command),
            HostInput::Ledger(state) => self.ledger_changed(state),
            HostInput::Timer => self.timer(now),
        }
        self.moved.plan(now);
        self.release_exchange(now);
        std::mem::take(&mut self.effects)
    }

    pub(super) fn message(&mut self, now: Now, bus: BusId, message: BusMessage) {
        match message {
            BusMessage::Ping(ping) => self.pinged(bus, &ping),
            BusMessage::Pong(pong) => self.ponged(now, bus, &pong),
            BusMessage::Goodbye(goodbye) => self.end_bus(bus, EndCause::Goodbye(goodbye.code), goodbye.reason),
            BusMessage::Refused(refused) => {
                self.statistics.ignored += 1;
                tracing::debug!(code = refused.code.as_str_name(), "a remote refused a message");
            }
            BusMessage::CampaignDateChanged(changed) => self.date_changed(bus, changed),
            BusMessage::ReadyToAdvance(ready) => self.ready_to_advance(ready),
            BusMessage::ToeUpdated(updated) => self.toe_updated(updated),
            BusMessage::DailyLog(log) => self.daily_log(now, log),
            BusMessage::TeamAssignment(_) => {
                let refusal = Refusal::new(ErrorCode::Forbidden, "only the host assigns teams");
                self.refuse(bus, "TeamAssignment".into(), refusal);
            }
            BusMessage::ToeHidden(_) => {
                let refusal = Refusal::new(ErrorCode::Forbidden, "only the host hides TOEs");
                self.refuse(bus, "TOEHidden".into(), refusal);
            }
            message @ (BusMessage::GmModeChanged(_) | BusMessage::LocationChanged(_)) => {
                self.redistribute(bus, message);
            }
            about_settlements => self.exchange_asked(bus, about_settlements),
        }
    }

    fn pinged(&mut self, id: BusId, ping: &Ping) {
        let greeting = self.buses.get_mut(id).is_some_and(|bus| !std::mem::replace(&mut bus.greeted, true));
        self.absorb(id, &ping.campaign, greeting);
        self.position_told(ping);
        let pong = self.pong(ping.campaign.id, ping.roster_revision, false);
        self.send(vec![id], pong);
    }

    fn ponged(&mut self, now: Now, id: BusId, pong: &Pong) {
        let Some(bus) = self.buses.get_mut(id) else { return };
        let campaign = bus.campaign;
        let was_inactive = bus.heartbeat.ponged(now);
        self.logs_arrived(now, id);
        self.absorb(id, &pong.campaign, false);
        if was_inactive && self.state.roster.set_active(campaign, true) {
            self.tell_presence(campaign, None);
        }
        self.standing_bus_answered(campaign);
    }

    /// Takes over what a campaign says of itself in passing, as if it had announced each difference. Only the greeting
    /// of a new bus may go back in time.
    fn absorb(&mut self, bus: BusId, said: &CampaignDetails, greeting: bool) {
        let known = self.state.roster.get(said.id).map(|known| known.date);
        // A peer of the old contract cannot be told to connect anew.
        let legacy = self.buses.get_mut(bus).is_some_and(|bus| bus.is_legacy());
        if !greeting && !legacy && known.is_some_and(|known| said.date < known) {
            return self.refuse(bus, "Ping".into(), resync_required());
        }
        for message in self.state.roster.absorb(said) {
            self.redistribute(bus, message);
        }
        self.dates_changed(said.id, said.date);
    }

    fn command(&mut self, now: Now, command: Command) {
        match command {
            Command::Announce(announcement) => self.announce(now, announcement),
            Command::AssignTeam { campaign, team } => self.team_ordered(campaign, team),
            Command::SetVisibility(visibility) => self.visibility_ordered(visibility),
            Command::ChangeMembership(changed) => self.decide(changed),
            // The host is its own host.
            Command::ContinueWithoutHost(_) => {}
            Command::Say { bus, message } => self.own_books_say(bus, message),
            Command::TellPosition { bus, position } => self.own_position_told(bus, &position),
            Command::RenewBus(bus) => self.renew_own_books(bus),
            Command::Adjust(adjustment) => self.adjustment_ordered(adjustment),
            Command::Resynchronise => self.effects.push(HostEffect::Emit(Event::Resynchronised(self.view()))),
            Command::Close => self.close(),
        }
    }

    fn close(&mut self) {
        self.closing = true;
        self.probes.clear();
        let buses = self.all_but(None);
        let goodbye = Goodbye { code: GoodbyeCode::HostClosing, reason: "the host closes the session".into() };
        self.send(buses.clone(), goodbye);
        for bus in buses {
            self.keep_in_flight(bus);
            if let Some(bus) = self.buses.remove(bus) {
                self.record_campaign(bus.campaign);
            }
            self.effects.push(HostEffect::CloseBus(bus));
        }
        self.effects.push(HostEffect::Emit(Event::Closed));
        self.effects.push(HostEffect::Stop);
    }

    fn timer(&mut self, now: Now) {
        self.buses.expire(now);
        self.settle_probes(now);
        self.record_moved(now);
        self.take_what_waited(now);
        self.expire_requests();
        let beats: Vec<_> =
            self.buses.iter_mut().map(|(id, bus)| (id, bus.campaign, bus.heartbeat.beat(now))).collect();
        for (id, campaign, beat) in beats {
            match beat {
                Beat::Rest => {}
                Beat::Ping => self.send_ping(id),
                Beat::Fading => {
                    self.send_ping(id);
                    self.keep_in_flight_if_possible(id);
                    if self.state.roster.set_active(campaign, false) {
                        self.tell_presence(campaign, Some((EndCause::TimedOut, "no answer to pings".into())));
                    }
                }
                Beat::Dead => self.end_bus(id, EndCause::TimedOut, "no answer to pings".into()),
            }
        }
    }

    pub(super) fn ping(&mut self, now: Now, id: BusId) {
        if let Some(bus) = self.buses.get_mut(id) {
            bus.heartbeat.pinged(now);
            self.send_ping(id);
        }
    }

    fn send_ping(&mut self, id: BusId) {
        let ping = Ping {
            campaign: self.state.roster.own().clone(),
            session: Some(self.session),
            position: None,
            roster_revision: 0,
        };
        self.send(vec![id], ping);
    }

    pub(super) fn pong(&self, recipient: CampaignId, known_revision: u64, unasked: bool) -> Pong {
        let revision = self.state.roster.revision();
        let unchanged = known_revision == revision;
        Pong {
            campaign: self.state.roster.own().clone(),
            campaigns: if unchanged { Vec::new() } else { self.state.roster.without(recipient) },
            malformed: 0,
            roster_revision: revision,
            unasked,
        }
    }

    pub(super) fn refuse(&mut self, id: BusId, refused: String, refusal: Refusal) {
        let Refusal { code, reason } = refusal;
        self.send(vec![id], Refused { request: String::new(), code, reason, revision: 0, refused, withdrawal: false });
    }

    pub(super) fn all_but(&self, sender: Option<BusId>) -> Vec<BusId> {
        self.buses.iter().map(|(id, _)| id).filter(|&id| Some(id) != sender).collect()
    }

    /// Peers of the old contract get nothing that they do not know.
    pub(super) fn send(&mut self, mut to: Vec<BusId>, message: impl Into<BusMessage>) {
        let message = message.into();
        if !message.is_legacy() {
            to.retain(|&id| self.buses.get_mut(id).is_some_and(|bus| !bus.is_legacy()));
        }
        if !to.is_empty() {
            self.effects.push(HostEffect::Send { to, message });
        }
    }

    pub(super) fn reply(&mut self, call: CallId, answer: Result<Answer, Refusal>) {
        self.effects.push(HostEffect::Reply { call, answer });
    }
}

fn credential(connection: ConnectionId, token: Option<Token>) -> Credential {
    token.map_or(Credential::Connection(connection), Credential::Token)
}
