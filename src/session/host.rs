// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's side of a session: who may join, what is redistributed to whom (protocol.md sections 1 to 4).

use uuid::Uuid;

use super::force::Forces;
use super::host_bus::{Bus, Buses, Credential};
use super::link::Beat;
use super::roster::RosterView;
use super::state::State;
use super::{BusEnd, Command, EndCause, Event, Now, Rules, Statistics};
use crate::protocol::envelope::{Inbound, Malformed};
use crate::protocol::handshake::{JoinRequest, PasswordDigest, Token};
use crate::protocol::link::{Goodbye, GoodbyeCode, Ping, Pong, Refused};
use crate::protocol::proto;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{BusMessage, CampaignDetails, CampaignId, FEATURES, PROTOCOL_MAJOR, Refusal};

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
    /// A campaign introduces itself.
    Connect {
        /// Who waits for the answer.
        call: CallId,
        /// The connection it came by.
        connection: ConnectionId,
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
    /// Tell the player's side.
    Emit(Event),
    /// The session is over.
    Stop,
}

/// A host campaign's session.
#[derive(Debug)]
pub struct Host {
    rules: Rules,
    password: Option<PasswordDigest>,
    campaigns_max: usize,
    session: Uuid,
    state: State,
    buses: Buses,
    statistics: Statistics,
    closing: bool,
    effects: Vec<HostEffect>,
}

impl Host {
    /// A session of one campaign; `campaigns_max` counts the others.
    pub fn new(rules: Rules, own: CampaignDetails, session: Uuid, campaigns_max: usize) -> Self {
        Self {
            password: rules.password.as_ref().map(|password| password.digest()),
            rules,
            campaigns_max,
            session,
            state: State::new(CampaignDetails { team: 1, active: true, ..own }),
            buses: Buses::default(),
            statistics: Statistics::default(),
            closing: false,
            effects: Vec::new(),
        }
    }

    /// The host campaign.
    pub fn id(&self) -> CampaignId {
        self.state.roster.own().id
    }

    /// Everyone, as the player's side sees them.
    pub fn view(&self) -> RosterView {
        let mut view = self.state.roster.view(Some(self.id()), true, self.statistics);
        let measured = |bus: &Bus| Some((bus.campaign, bus.heartbeat.round_trip()?));
        view.round_trips = self.buses.iter().filter_map(|(_, bus)| measured(bus)).collect();
        view
    }

    /// All TOEs.
    pub fn forces(&self) -> Forces {
        self.state.forces.clone()
    }

    /// When [`HostInput::Timer`] is wanted.
    pub fn due(&self) -> Option<Now> {
        self.buses.due()
    }

    /// One step of the session.
    pub fn handle(&mut self, now: Now, input: HostInput) -> Vec<HostEffect> {
        match input {
            HostInput::Connect { call, connection, request, token } => {
                let answer = self.connect(now, connection, *request, token);
                self.reply(call, answer);
            }
            HostInput::OpenBus { call, connection, token } => self.open_bus(now, call, &credential(connection, token)),
            HostInput::Disconnect { call, connection, campaign, token } => {
                let answer = self.disconnect(campaign, &credential(connection, token));
                self.reply(call, answer);
            }
            HostInput::FromBus { bus, inbound } => self.receive(now, bus, inbound),
            HostInput::BusEnded { bus, end } => self.bus_ended(bus, end),
            HostInput::Command(command) => self.command(command),
            HostInput::Timer => self.timer(now),
        }
        std::mem::take(&mut self.effects)
    }

    fn connect(
        &mut self,
        now: Now,
        connection: ConnectionId,
        request: JoinRequest,
        token: Token,
    ) -> Result<Answer, Refusal> {
        self.buses.expire(now);
        self.check_join(&request)?;
        let legacy = request.protocol == 0;
        let credential = if legacy { Credential::Connection(connection) } else { Credential::Token(token.clone()) };
        let features = FEATURES.iter().map(|&name| name.to_owned()).filter(|name| request.features.contains(name));
        let mut response = proto::ConnectionResponse {
            version: self.rules.version.clone(),
            host: Some(self.state.roster.own().to_proto()),
            campaigns: self.state.roster.without(request.details.id).iter().map(CampaignDetails::to_proto).collect(),
            ..Default::default()
        };
        if !legacy {
            response.protocol = PROTOCOL_MAJOR;
            response.features = features.collect();
            response.session = self.session.to_string();
            response.token = token.to_text();
        }
        self.buses.admit(request.details, credential, now);
        Ok(Answer::Admitted(Box::new(response)))
    }

    fn check_join(&self, request: &JoinRequest) -> Result<(), Refusal> {
        let refuse = |code, reason: String| Err(Refusal::new(code, reason));
        if self.closing {
            return refuse(ErrorCode::SessionClosed, "the host is closing the session".into());
        }
        if request.protocol == 0 && !self.rules.allow_legacy_peers {
            return refuse(ErrorCode::LegacyNotAllowed, "this host does not serve peers of the old contract".into());
        }
        if request.protocol != 0 && request.protocol != PROTOCOL_MAJOR {
            let theirs = request.protocol;
            let reason = format!("the host speaks protocol {PROTOCOL_MAJOR}, the remote campaign protocol {theirs}");
            return refuse(ErrorCode::VersionMismatch, reason);
        }
        let good_password = self
            .password
            .as_ref()
            .is_none_or(|wanted| request.password.as_ref().is_some_and(|given| given.matches(wanted)));
        if !good_password {
            return refuse(ErrorCode::BadPassword, "the password is missing or wrong".into());
        }
        if !self.rules.version_rule.accepts(&self.rules.version, &request.version) {
            let (ours, theirs) = (&self.rules.version, &request.version);
            let reason = format!("the host runs MekHQ {ours}, the remote campaign MekHQ {theirs}");
            return refuse(ErrorCode::VersionMismatch, reason);
        }
        self.check_place(request.details.id)
    }

    fn check_place(&self, campaign: CampaignId) -> Result<(), Refusal> {
        if campaign == self.id() {
            let reason = "this is the host campaign's own id: a copy of its save cannot join it";
            return Err(Refusal::new(ErrorCode::InvalidArgument, reason));
        }
        if self.buses.has_bus(campaign) {
            return Err(Refusal::new(ErrorCode::AlreadyConnected, "this campaign is connected already"));
        }
        let newcomers =
            self.buses.admitted().filter(|&id| id != campaign && self.state.roster.get(id).is_none()).count();
        if self.state.roster.get(campaign).is_none() && self.state.roster.len() + newcomers >= self.campaigns_max {
            let reason = format!("the host takes {} campaigns, and has them", self.campaigns_max);
            return Err(Refusal::new(ErrorCode::HostFull, reason));
        }
        Ok(())
    }

    fn open_bus(&mut self, now: Now, call: CallId, credential: &Credential) {
        let (bus, details) = match self.buses.open(credential, now, self.rules.ping_interval) {
            Ok(opened) => opened,
            Err(refusal) => return self.reply(call, Err(refusal)),
        };
        self.reply(call, Ok(Answer::BusOpen(bus)));
        let campaign = details.id;
        self.state.roster.insert(CampaignDetails { active: true, ..details });
        self.ping(now, bus);
        // Before the TOEs: who came since this campaign's Connect must be known to it by then.
        let pong = self.pong(campaign, 0, true);
        self.send(vec![bus], pong);
        let forces: Vec<_> = self.state.forces.without(campaign).collect();
        for updated in forces {
            self.send(vec![bus], updated);
        }
        self.tell_presence(campaign, None);
    }

    fn disconnect(&mut self, campaign: CampaignId, credential: &Credential) -> Result<Answer, Refusal> {
        if let Some(bus) = self.buses.leave(campaign, credential)? {
            self.end_bus(bus, EndCause::Goodbye(GoodbyeCode::Leaving), String::new());
        }
        Ok(Answer::Disconnected(campaign))
    }

    fn receive(&mut self, now: Now, id: BusId, inbound: Result<Inbound, Malformed>) {
        let Some(bus) = self.buses.get_mut(id) else { return };
        let campaign = bus.campaign;
        let inbound = match inbound {
            Ok(inbound) => inbound,
            Err(malformed) => {
                self.statistics.malformed += 1;
                let too_many = bus.misbehaviour.count(now);
                self.refuse(id, malformed.refused, malformed.refusal);
                if too_many {
                    self.say_goodbye(id, GoodbyeCode::ProtocolError, "too many malformed messages");
                }
                return;
            }
        };
        let Some(message) = inbound.message else {
            self.statistics.unknown_types += 1;
            return;
        };
        if inbound.sender != campaign || message.campaign().is_some_and(|named| named != campaign) {
            self.statistics.not_yours += 1;
            let refusal = Refusal::new(ErrorCode::NotYours, "this bus belongs to another campaign");
            return self.refuse(id, message.name().into(), refusal);
        }
        self.message(now, id, message);
    }

    fn message(&mut self, now: Now, bus: BusId, message: BusMessage) {
        match message {
            BusMessage::Ping(ping) => self.pinged(bus, &ping),
            BusMessage::Pong(pong) => self.ponged(now, bus, &pong),
            BusMessage::Goodbye(goodbye) => self.end_bus(bus, EndCause::Goodbye(goodbye.code), goodbye.reason),
            BusMessage::Refused(refused) => {
                self.statistics.ignored += 1;
                tracing::debug!(code = refused.code.as_str_name(), "a remote refused a message");
            }
            about_the_world => self.redistribute(bus, about_the_world),
        }
    }

    fn pinged(&mut self, bus: BusId, ping: &Ping) {
        self.absorb(bus, &ping.campaign);
        let pong = self.pong(ping.campaign.id, ping.roster_revision, false);
        self.send(vec![bus], pong);
    }

    fn ponged(&mut self, now: Now, id: BusId, pong: &Pong) {
        let was_inactive = self.buses.get_mut(id).is_some_and(|bus| bus.heartbeat.ponged(now));
        self.absorb(id, &pong.campaign);
        if was_inactive && self.state.roster.set_active(pong.campaign.id, true) {
            self.tell_presence(pong.campaign.id, None);
        }
    }

    /// Takes over what a campaign says of itself in passing, as if it had announced each difference.
    fn absorb(&mut self, bus: BusId, said: &CampaignDetails) {
        for message in self.state.roster.absorb(said) {
            self.redistribute(bus, message);
        }
    }

    fn redistribute(&mut self, from: BusId, message: BusMessage) {
        if let Some(event) = self.state.apply(&message) {
            self.effects.push(HostEffect::Emit(event));
        }
        let to = self.all_but(Some(from));
        self.send(to, message);
    }

    fn bus_ended(&mut self, id: BusId, end: BusEnd) {
        match end {
            BusEnd::Reset => self.end_bus(id, EndCause::Reset, String::new()),
            BusEnd::TooSlow => self.say_goodbye(id, GoodbyeCode::TooSlow, "the peer does not take what is sent to it"),
            BusEnd::TooLarge => {
                self.statistics.malformed += 1;
                let refusal = Refusal::new(ErrorCode::TooLarge, "the message is larger than 512 KiB");
                self.refuse(id, String::new(), refusal);
                self.say_goodbye(id, GoodbyeCode::ProtocolError, "a message was too large");
            }
        }
    }

    fn say_goodbye(&mut self, id: BusId, code: GoodbyeCode, reason: &str) {
        self.send(vec![id], Goodbye { code, reason: reason.into() });
        self.end_bus(id, EndCause::Goodbye(code), reason.into());
    }

    fn end_bus(&mut self, id: BusId, cause: EndCause, reason: String) {
        let Some(bus) = self.buses.remove(id) else { return };
        self.effects.push(HostEffect::CloseBus(id));
        if self.state.roster.set_active(bus.campaign, false) {
            self.tell_presence(bus.campaign, Some((cause, reason)));
        }
    }

    /// A campaign came, or left for a cause: the player's side and everyone else hear of it at once.
    fn tell_presence(&mut self, campaign: CampaignId, left: Option<(EndCause, String)>) {
        let Some(details) = self.state.roster.get(campaign).cloned() else { return };
        self.effects.push(HostEffect::Emit(match left {
            None => Event::CampaignJoined(details),
            Some((cause, reason)) => Event::CampaignLeft { campaign: details, cause, reason },
        }));
        let others: Vec<_> =
            self.buses.iter().filter(|(_, bus)| bus.campaign != campaign).map(|(id, bus)| (id, bus.campaign)).collect();
        for (bus, recipient) in others {
            let pong = self.pong(recipient, 0, true);
            self.send(vec![bus], pong);
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Announce(announcement) => {
                let message = self.state.announce(announcement);
                self.send(self.all_but(None), message);
            }
            Command::Resynchronise => self.effects.push(HostEffect::Emit(Event::Resynchronised(self.view()))),
            Command::Close => self.close(),
        }
    }

    fn close(&mut self) {
        self.closing = true;
        let buses = self.all_but(None);
        let goodbye = Goodbye { code: GoodbyeCode::HostClosing, reason: "the host closes the session".into() };
        self.send(buses.clone(), goodbye);
        for bus in buses {
            self.buses.remove(bus);
            self.effects.push(HostEffect::CloseBus(bus));
        }
        self.effects.push(HostEffect::Emit(Event::Closed));
        self.effects.push(HostEffect::Stop);
    }

    fn timer(&mut self, now: Now) {
        self.buses.expire(now);
        let beats: Vec<_> =
            self.buses.iter_mut().map(|(id, bus)| (id, bus.campaign, bus.heartbeat.beat(now))).collect();
        for (id, campaign, beat) in beats {
            match beat {
                Beat::Rest => {}
                Beat::Ping => self.send_ping(id),
                Beat::Fading => {
                    self.send_ping(id);
                    if self.state.roster.set_active(campaign, false) {
                        self.tell_presence(campaign, Some((EndCause::TimedOut, "no answer to pings".into())));
                    }
                }
                Beat::Dead => self.end_bus(id, EndCause::TimedOut, "no answer to pings".into()),
            }
        }
    }

    fn ping(&mut self, now: Now, id: BusId) {
        if let Some(bus) = self.buses.get_mut(id) {
            bus.heartbeat.pinged(now);
            self.send_ping(id);
        }
    }

    fn send_ping(&mut self, id: BusId) {
        let ping = Ping { campaign: self.state.roster.own().clone(), session: Some(self.session), roster_revision: 0 };
        self.send(vec![id], ping);
    }

    fn pong(&self, recipient: CampaignId, known_revision: u64, unasked: bool) -> Pong {
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

    fn refuse(&mut self, id: BusId, refused: String, refusal: Refusal) {
        let Refusal { code, reason } = refusal;
        self.send(vec![id], Refused { request: String::new(), code, reason, revision: 0, refused });
    }

    fn all_but(&self, sender: Option<BusId>) -> Vec<BusId> {
        self.buses.iter().map(|(id, _)| id).filter(|&id| Some(id) != sender).collect()
    }

    /// Peers of the old contract get nothing that they do not know.
    fn send(&mut self, mut to: Vec<BusId>, message: impl Into<BusMessage>) {
        let message = message.into();
        if !message.is_legacy() {
            to.retain(|&id| self.buses.get_mut(id).is_some_and(|bus| !bus.is_legacy()));
        }
        if !to.is_empty() {
            self.effects.push(HostEffect::Send { to, message });
        }
    }

    fn reply(&mut self, call: CallId, answer: Result<Answer, Refusal>) {
        self.effects.push(HostEffect::Reply { call, answer });
    }
}

fn credential(connection: ConnectionId, token: Option<Token>) -> Credential {
    token.map_or(Credential::Connection(connection), Credential::Token)
}
