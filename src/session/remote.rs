// SPDX-License-Identifier: GPL-3.0-or-later
//! A remote campaign's side of a session (protocol.md sections 1 to 4).

use super::force::Forces;
use super::link::{Beat, Heartbeat, Misbehaviour};
use super::roster::{Difference, RosterView};
use super::state::{State, event_of};
use super::{BusEnd, Command, EndCause, Event, Now, Rules, Statistics};
use crate::protocol::envelope::{Inbound, Malformed};
use crate::protocol::handshake::{JoinResponse, Token};
use crate::protocol::link::{Goodbye, GoodbyeCode, Ping, Pong, Refused};
use crate::protocol::proto;
use crate::protocol::proto::connection_request::PasswordOption;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{BusMessage, CampaignDetails, CampaignId, FEATURES, PROTOCOL_MAJOR, Refusal};

/// What happens to a remote campaign's session.
#[derive(Debug)]
pub enum RemoteInput {
    /// Begin.
    Start,
    /// The host answered Connect, or could not be reached.
    ConnectAnswered(Result<Box<JoinResponse>, Refusal>),
    /// The host took the bus, or refused it.
    BusAnswered(Result<(), Refusal>),
    /// A message came.
    FromHost(Result<Inbound, Malformed>),
    /// The transport saw the bus end.
    BusEnded(BusEnd),
    /// The player's own campaign speaks.
    Command(Command),
    /// The moment of [`Remote::due`] has come.
    Timer,
}

/// What a remote campaign's session wants done, in this order.
#[derive(Debug)]
pub enum RemoteEffect {
    /// Call Connect.
    Connect(Box<proto::ConnectionRequest>),
    /// Open the bus; what is sent from now on travels on it.
    OpenBus(Option<Token>),
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
enum Phase {
    Connecting,
    Opening,
    Open,
    Over,
}

/// A remote campaign's session.
#[derive(Debug)]
pub struct Remote {
    rules: Rules,
    state: State,
    phase: Phase,
    host: Option<JoinResponse>,
    known_revision: u64,
    heartbeat: Option<Heartbeat>,
    misbehaviour: Misbehaviour,
    statistics: Statistics,
    effects: Vec<RemoteEffect>,
}

impl Remote {
    /// A session that has not begun.
    pub fn new(rules: Rules, own: CampaignDetails) -> Self {
        Self {
            rules,
            state: State::new(CampaignDetails { team: 0, active: true, ..own }),
            phase: Phase::Connecting,
            host: None,
            known_revision: 0,
            heartbeat: None,
            misbehaviour: Misbehaviour::default(),
            statistics: Statistics::default(),
            effects: Vec::new(),
        }
    }

    /// The own campaign.
    pub fn id(&self) -> CampaignId {
        self.state.roster.own().id
    }

    fn host_id(&self) -> Option<CampaignId> {
        self.host.as_ref().map(|host| host.host.id)
    }

    fn is_legacy(&self) -> bool {
        self.host.as_ref().is_some_and(|host| host.protocol == 0)
    }

    /// Everyone, as the player's side sees them.
    pub fn view(&self) -> RosterView {
        let host = self.host_id();
        let mut view = self.state.roster.view(host, self.phase == Phase::Open, self.statistics);
        let round_trip = self.heartbeat.as_ref().and_then(Heartbeat::round_trip);
        view.round_trips = host.zip(round_trip).into_iter().collect();
        view
    }

    /// All TOEs.
    pub fn forces(&self) -> Forces {
        self.state.forces.clone()
    }

    /// When [`RemoteInput::Timer`] is wanted.
    pub fn due(&self) -> Option<Now> {
        self.heartbeat.as_ref().map(Heartbeat::due)
    }

    /// One step of the session.
    pub fn handle(&mut self, now: Now, input: RemoteInput) -> Vec<RemoteEffect> {
        match input {
            RemoteInput::Start => {
                let request = self.connection_request();
                self.effects.push(RemoteEffect::Connect(Box::new(request)));
            }
            RemoteInput::ConnectAnswered(answer) if self.phase == Phase::Connecting => match answer {
                Ok(response) => self.connected(now, *response),
                Err(refusal) => self.fail(refusal),
            },
            RemoteInput::BusAnswered(answer) if self.phase == Phase::Opening => match answer {
                Ok(()) => self.opened(),
                Err(refusal) => {
                    self.leave_politely();
                    self.fail(refusal);
                }
            },
            RemoteInput::FromHost(inbound) if self.phase == Phase::Open => self.receive(now, inbound),
            RemoteInput::BusEnded(end) => self.bus_ended(end),
            RemoteInput::Command(command) => self.command(command),
            RemoteInput::Timer => self.timer(now),
            RemoteInput::ConnectAnswered(_) | RemoteInput::BusAnswered(_) | RemoteInput::FromHost(_) => {}
        }
        std::mem::take(&mut self.effects)
    }

    /// The own campaign as it is told: without what only the host sets.
    fn introduction(&self) -> CampaignDetails {
        CampaignDetails { team: 0, active: false, ..self.state.roster.own().clone() }
    }

    fn connection_request(&self) -> proto::ConnectionRequest {
        let password = self.rules.password.as_ref().map(|password| password.expose().to_owned());
        proto::ConnectionRequest {
            version: self.rules.version.clone(),
            client: Some(self.introduction().to_proto()),
            protocol: PROTOCOL_MAJOR,
            features: FEATURES.iter().map(|&name| name.to_owned()).collect(),
            password_option: password.map(PasswordOption::Password),
        }
    }

    fn connected(&mut self, now: Now, response: JoinResponse) {
        if let Err(refusal) = self.check_host(&response) {
            self.host = Some(response);
            self.leave_politely();
            return self.fail(refusal);
        }
        self.statistics.malformed += response.malformed as u64;
        let host = CampaignDetails { active: true, ..response.host.clone() };
        self.state.roster.replace(response.campaigns.iter().cloned().chain([host]));
        self.phase = Phase::Opening;
        self.effects.push(RemoteEffect::OpenBus(response.token.clone()));
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

    fn fail(&mut self, refusal: Refusal) {
        self.phase = Phase::Over;
        self.heartbeat = None;
        self.effects.push(RemoteEffect::CloseBus);
        self.effects.push(RemoteEffect::Emit(Event::ConnectFailed(refusal)));
    }

    fn opened(&mut self) {
        self.phase = Phase::Open;
        let Some(host) = &self.host else { return };
        let connected = Event::Connected {
            roster: self.view(),
            session: host.session,
            host_version: host.version.clone(),
            legacy_host: host.protocol == 0,
        };
        self.effects.push(RemoteEffect::Emit(connected));
        let campaign = self.id();
        if let Some(force) = self.state.forces.get(campaign).cloned() {
            self.send(crate::protocol::force::ToeUpdated { campaign, force });
        }
    }

    fn receive(&mut self, now: Now, inbound: Result<Inbound, Malformed>) {
        let inbound = match inbound {
            Ok(inbound) => inbound,
            Err(malformed) => {
                self.statistics.malformed += 1;
                let too_many = self.misbehaviour.count(now);
                self.refuse(malformed.refused, malformed.refusal);
                if too_many {
                    self.end_in_protocol_error("too many malformed messages");
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
            BusMessage::Goodbye(goodbye) => self.end(EndCause::Goodbye(goodbye.code), goodbye.reason),
            BusMessage::Refused(refused) => self.effects.push(RemoteEffect::Emit(Event::Refused(refused))),
            about_the_world => self.redistributed(now, &about_the_world),
        }
    }

    fn redistributed(&mut self, now: Now, message: &BusMessage) {
        let known = message.campaign().is_some_and(|campaign| self.state.roster.get(campaign).is_some());
        if !known {
            self.statistics.ignored += 1;
            // A newcomer that the host has not told of yet: the answer to a ping brings the whole roster.
            if message.campaign() != Some(self.id()) && self.heartbeat.as_ref().is_some_and(|h| !h.is_waiting()) {
                self.ping(now);
            }
            return;
        }
        if let Some(event) = self.state.apply(message) {
            self.effects.push(RemoteEffect::Emit(event));
        }
    }

    fn ponged(&mut self, now: Now, pong: Pong) {
        self.statistics.malformed += pong.malformed as u64;
        let was_inactive = !pong.unasked && self.heartbeat.as_mut().is_some_and(|heartbeat| heartbeat.ponged(now));
        let back = self.host_id().filter(|&host| was_inactive && self.state.roster.set_active(host, true));
        if let Some(host) = back {
            self.emit_presence(host, None);
        }
        self.absorb_host(&pong.campaign);
        if pong.roster_revision == 0 || pong.roster_revision != self.known_revision {
            self.known_revision = pong.roster_revision;
            self.replace_roster(pong.campaigns);
        }
    }

    fn replace_roster(&mut self, campaigns: Vec<CampaignDetails>) {
        let host = self.host_id().and_then(|host| self.state.roster.get(host)).cloned();
        for difference in self.state.roster.replace(campaigns.into_iter().chain(host)) {
            let event = match difference {
                Difference::Joined(details) => Some(Event::CampaignJoined(details)),
                Difference::Left(campaign) => {
                    Some(Event::CampaignLeft { campaign, cause: EndCause::Unknown, reason: String::new() })
                }
                Difference::Changed(message) => event_of(&message),
            };
            self.effects.extend(event.map(RemoteEffect::Emit));
        }
    }

    /// The host's own details stand in each of its pings and pongs.
    fn absorb_host(&mut self, said: &CampaignDetails) {
        if Some(said.id) != self.host_id() {
            self.statistics.not_yours += 1;
            return;
        }
        let events = self.state.roster.absorb(said);
        self.effects.extend(events.iter().filter_map(event_of).map(RemoteEffect::Emit));
    }

    fn bus_ended(&mut self, end: BusEnd) {
        match (self.phase, end) {
            (Phase::Opening, _) => {
                self.fail(Refusal::new(
                    ErrorCode::HostUnreachable,
                    "the host does not take what is sent to it while the bus opens",
                ));
            }
            (Phase::Open, BusEnd::Reset) => self.end(EndCause::Reset, String::new()),
            (Phase::Open, BusEnd::TooSlow) => {
                self.end(EndCause::TimedOut, "the host does not take what is sent to it".into());
            }
            (Phase::Open, BusEnd::TooLarge) => {
                self.statistics.malformed += 1;
                self.refuse(String::new(), Refusal::new(ErrorCode::TooLarge, "the message is larger than 512 KiB"));
                self.end_in_protocol_error("a message was too large");
            }
            (Phase::Connecting | Phase::Over, _) => {}
        }
    }

    fn end_in_protocol_error(&mut self, reason: &str) {
        self.send(Goodbye { code: GoodbyeCode::ProtocolError, reason: reason.into() });
        self.end(EndCause::Goodbye(GoodbyeCode::ProtocolError), reason.into());
    }

    fn end(&mut self, cause: EndCause, reason: String) {
        self.phase = Phase::Over;
        self.heartbeat = None;
        self.effects.push(RemoteEffect::CloseBus);
        self.effects.push(RemoteEffect::Emit(Event::Disconnected { cause, reason }));
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Announce(announcement) => {
                let message = self.state.announce(announcement);
                self.send(message);
            }
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
            Phase::Connecting | Phase::Over => {}
        }
        self.phase = Phase::Over;
        self.heartbeat = None;
        self.effects.push(RemoteEffect::CloseBus);
        self.effects.push(RemoteEffect::Emit(Event::Closed));
        self.effects.push(RemoteEffect::Stop);
    }

    fn timer(&mut self, now: Now) {
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
            Beat::Dead if self.phase == Phase::Open => self.end(EndCause::TimedOut, "no answer to pings".into()),
            Beat::Dead => self.fail(Refusal::new(ErrorCode::TimedOut, "the host does not answer on the bus")),
        }
    }

    fn emit_presence(&mut self, campaign: CampaignId, left: Option<EndCause>) {
        let Some(campaign) = self.state.roster.get(campaign).cloned() else { return };
        self.effects.push(RemoteEffect::Emit(match left {
            None => Event::CampaignJoined(campaign),
            Some(cause) => Event::CampaignLeft { campaign, cause, reason: "no answer to pings".into() },
        }));
    }

    fn ping(&mut self, now: Now) {
        if let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.pinged(now);
            self.send_ping();
        }
    }

    fn send_ping(&mut self) {
        let session = self.host.as_ref().and_then(|host| host.session);
        let campaign = self.introduction();
        self.send(Ping { campaign, session, roster_revision: self.known_revision });
    }

    fn refuse(&mut self, refused: String, refusal: Refusal) {
        let Refusal { code, reason } = refusal;
        self.send(Refused { request: String::new(), code, reason, revision: 0, refused });
    }

    /// Sends while there is a bus; a host of the old contract gets nothing that it does not know.
    fn send(&mut self, message: impl Into<BusMessage>) {
        let message = message.into();
        let has_bus = matches!(self.phase, Phase::Opening | Phase::Open);
        if has_bus && (message.is_legacy() || !self.is_legacy()) {
            self.effects.push(RemoteEffect::Send(message));
        }
    }
}
