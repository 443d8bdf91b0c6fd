// SPDX-License-Identifier: GPL-3.0-or-later
//! A remote's process. Effects are carried out as the real driver does it.

use bytes::Bytes;
use distributed_mekhq::protocol::handshake::{JoinResponse, decode_unary};
use distributed_mekhq::protocol::link::GoodbyeCode;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::{BusMessage, CampaignDate, CampaignId, Refusal, count, envelope, proto};
use distributed_mekhq::session::memento::Memento;
use distributed_mekhq::session::remote::{Attempt, Remote, RemoteEffect, RemoteInput};
use distributed_mekhq::session::timeline::MayAdvance;
use distributed_mekhq::session::{Announcement, BusEnd, Command, EndCause, Event as RemoteEvent, Now};
use prost::Message;

use super::counts::Reached;
use super::network::{ClientId, Down, Event, Link, LinkId, Moment, Stage, Up};
use super::world::{Heard, World, rules};

/// Covers reaching the host, Connect, and the opening of the bus.
const CONNECT_TIMEOUT_MS: Moment = 10_000;

pub struct Client {
    pub slot: usize,
    pub remote: Remote,
    pub alive: bool,
    /// The link of its last attempt.
    pub link: Option<LinkId>,
    /// The last host date that reached it, in this session or an earlier one.
    pub heard: Option<Heard>,
    /// Its bus is open.
    pub open: bool,
    /// It has given up.
    pub over: bool,
    /// The player chose to continue without a host since the bus was last open.
    pub alone: bool,
    /// The last moment at which it was told that it may advance.
    pub allowed_at: Option<Moment>,
    /// The day on which it last announced, by an open bus, that it is ready.
    pub ready_on: Option<CampaignDate>,
    was_open: bool,
    last_command_at: Moment,
    timer: Option<Moment>,
}

impl World {
    /// Starts the process that plays a slot, if none runs.
    pub fn start_remote(&mut self, slot: usize) {
        let stands =
            self.slots[slot].main.is_some_and(|client| self.clients[client].alive && !self.clients[client].over);
        if stands {
            return;
        }
        self.leave(slot);
        if self.slots[slot].main.is_some() {
            self.counts.add(Reached::RemoteRestarted);
        }
        let client = self.new_client(slot);
        self.slots[slot].main = Some(client);
        if self.slots[slot].date > self.host.date {
            self.counts.add(Reached::JoinedAhead);
        }
        self.client_input(client, RemoteInput::Start);
    }

    pub fn new_client(&mut self, slot: usize) -> ClientId {
        let heard = self.slots[slot].heard;
        let memento = Memento::parse(&self.slots[slot].memento).expect("our own");
        let seed = self.random.next();
        let own = self.slots[slot].details(slot + 1);
        self.clients.push(Client {
            slot,
            remote: Remote::new(rules(), own, memento, seed),
            alive: true,
            link: None,
            heard,
            open: false,
            over: false,
            alone: false,
            allowed_at: None,
            ready_on: None,
            was_open: false,
            last_command_at: 0,
            timer: None,
        });
        let client = self.clients.len() - 1;
        self.trace.note(self.now, "remote starts", slot as u64, || format!("client {client}"));
        client
    }

    /// Ends the process that plays a slot in order; its player's save keeps what it has heard.
    pub fn leave(&mut self, slot: usize) {
        if let Some(client) = self.main_of(slot) {
            self.keep_memento(slot, client);
            self.close_client(client);
        }
    }

    pub fn keep_memento(&mut self, slot: usize, client: ClientId) {
        self.slots[slot].memento = self.clients[client].remote.memento().to_text();
        self.slots[slot].heard = self.clients[client].heard;
    }

    pub fn close_client(&mut self, client: ClientId) {
        if self.clients[client].alive {
            self.client_input(client, RemoteInput::Command(Command::Close));
        }
    }

    /// The player speaks; the session hears it a little later.
    pub fn command(&mut self, client: ClientId, command: Command) {
        let at = self.clients[client].last_command_at.max(self.now + self.random.below(6));
        self.clients[client].last_command_at = at;
        self.queue.push(at, Event::Command(client, command));
    }

    pub fn client_command(&mut self, client: ClientId, command: Command) {
        if !self.clients[client].alive {
            return;
        }
        let state = &mut self.clients[client];
        match command {
            // The choice is for an absence of the host.
            Command::ContinueWithoutHost(alone) => state.alone = alone && !state.open,
            Command::Announce(Announcement::ReadyToAdvance) if state.open => {
                state.ready_on = Some(state.remote.view().own.date);
            }
            _ => {}
        }
        self.client_input(client, RemoteInput::Command(command));
    }

    pub fn client_timer(&mut self, client: ClientId) {
        let now = self.now;
        if !self.clients[client].alive || self.clients[client].timer != Some(now) {
            return;
        }
        self.clients[client].timer = None;
        if self.clients[client].remote.due().is_some_and(|due| due <= Now(now)) {
            self.client_input(client, RemoteInput::Timer);
        }
        self.plan_client_timer(client);
    }

    fn plan_client_timer(&mut self, client: ClientId) {
        let state = &mut self.clients[client];
        let Some(Now(due)) = state.remote.due().filter(|_| state.alive) else { return };
        let at = due.max(self.now);
        if state.timer.is_none_or(|planned| at < planned) {
            state.timer = Some(at);
            self.queue.push(at, Event::ClientTimer(client));
        }
    }

    pub fn client_input(&mut self, client: ClientId, input: RemoteInput) {
        let effects = self.clients[client].remote.handle(Now(self.now), input);
        for effect in effects {
            self.carry_out_remote(client, effect);
        }
        self.check_gate(client);
        self.plan_client_timer(client);
    }

    fn carry_out_remote(&mut self, client: ClientId, effect: RemoteEffect) {
        match effect {
            RemoteEffect::Connect(attempt, request) => {
                self.hang_up(client);
                let slot = self.clients[client].slot;
                let mut link = Link::new(client, slot, attempt, self.now, &mut self.random);
                link.disturb(self.slots[slot].partitioned_until);
                self.links.push(link);
                let link = self.links.len() - 1;
                self.clients[client].link = Some(link);
                self.send_up(link, Up::Connect(Bytes::from(request.encode_to_vec())));
                self.queue.push(self.now + CONNECT_TIMEOUT_MS, Event::ConnectTimeout(link));
            }
            RemoteEffect::OpenBus(_, token) => self.with_link(client, |world, link| {
                world.links[link].stage = Stage::Opening;
                world.links[link].outgoing = true;
                world.send_up(link, Up::OpenBus(token));
            }),
            RemoteEffect::Send(message) => {
                self.check_sent(client, &message);
                if let BusMessage::DailyLog(log) = &message {
                    self.log_told(client, log);
                }
                self.send_message(client, &message);
            }
            RemoteEffect::Disconnect(token) => self.with_link(client, |world, link| {
                world.send_up(link, Up::Disconnect(token));
            }),
            RemoteEffect::CloseBus => {
                self.clients[client].open = false;
                self.with_link(client, |world, link| {
                    world.links[link].disturb(world.now);
                    if std::mem::replace(&mut world.links[link].outgoing, false) {
                        world.send_up(link, Up::StreamEnd);
                    }
                });
            }
            RemoteEffect::Emit(event) => self.client_hears(client, event),
            RemoteEffect::Stop => {
                self.forgive_client(client);
                self.hang_up(client);
                self.clients[client].alive = false;
            }
        }
    }

    fn with_link(&mut self, client: ClientId, act: impl FnOnce(&mut Self, LinkId)) {
        if let Some(link) = self.clients[client].link {
            act(self, link);
        }
    }

    pub fn send_message(&mut self, client: ClientId, message: &BusMessage) {
        let Some(link) = self.clients[client].link.filter(|&link| self.links[link].outgoing) else { return };
        match envelope::encode(self.clients[client].remote.id(), self.now as i64, message) {
            Ok(bytes) => self.send_up(link, Up::Frame(bytes)),
            Err(refusal) => self.fail("encoding", refusal.to_string()),
        }
    }

    pub fn send_up(&mut self, link: LinkId, up: Up) {
        let at = self.links[link].up_at(self.now, &mut self.random);
        self.queue.push(at, Event::Up(link, up));
    }

    /// The connection of the last attempt is given up.
    pub fn hang_up(&mut self, client: ClientId) {
        if let Some(link) = self.clients[client].link.take() {
            self.links[link].disturb(self.now);
            self.links[link].outgoing = false;
            self.links[link].stage = Stage::Over;
            if !std::mem::replace(&mut self.links[link].remote_gone, true) {
                self.send_up(link, Up::Fin);
            }
        }
    }

    fn client_hears(&mut self, client: ClientId, event: RemoteEvent) {
        let number = client as u64;
        match event {
            RemoteEvent::Connected { .. } => {
                self.trace.note(self.now, "connected", number, String::new);
                let state = &mut self.clients[client];
                state.open = true;
                if std::mem::replace(&mut state.alone, false) {
                    self.counts.add(Reached::LostAloneEnded);
                }
                self.greet(client);
            }
            RemoteEvent::Refused(refused) if refused.refused == "DailyLog" => self.forgive_client(client),
            RemoteEvent::Refused(refused) if refused.code == ErrorCode::Forbidden => {
                self.counts.add(Reached::JumpRefused);
            }
            RemoteEvent::ConnectFailed(refusal) => {
                self.trace.note(self.now, "failed", number, || refusal.to_string());
                self.session_over(client);
            }
            RemoteEvent::Disconnected { cause, reconnecting, .. } => {
                self.trace.note(self.now, "disconnected", number, || format!("{cause:?}"));
                if !reconnecting {
                    self.session_over(client);
                }
                if cause == EndCause::Goodbye(GoodbyeCode::Superseded) && reconnecting {
                    self.fail("lockout", "a superseded client reconnects by itself".into());
                }
            }
            RemoteEvent::MayAdvanceChanged(MayAdvance::Allowed) => self.clients[client].allowed_at = Some(self.now),
            RemoteEvent::DailyLog(log) => self.received_log(client, &log),
            _ => {}
        }
    }

    /// A campaign that was loaded shows its TOE when it first comes.
    fn greet(&mut self, client: ClientId) {
        let slot = self.clients[client].slot;
        let first = !std::mem::replace(&mut self.clients[client].was_open, true);
        if first && self.slots[slot].main == Some(client) && self.slots[slot].toe > 0 {
            self.command(client, super::privacy::toe_of(slot + 1, self.slots[slot].toe));
        }
    }

    /// What came over a link, as the real calls would report it.
    pub fn reaches_client(&mut self, link: LinkId, down: Down) {
        let (client, attempt) = (self.links[link].client, self.links[link].attempt);
        if self.links[link].loses_down(&down) || !self.clients[client].alive {
            return;
        }
        if self.clients[client].link != Some(link) {
            return self.reaches_client_late(client, attempt, down);
        }
        match down {
            Down::Connected { answer, version } => self.connect_answered(client, link, answer, version),
            Down::BusOpen(answer) if self.links[link].stage == Stage::Opening => {
                self.links[link].stage = if answer.is_ok() { Stage::Open } else { Stage::Over };
                self.client_input(client, RemoteInput::BusAnswered(attempt, answer));
            }
            Down::BusOpen(_) => {}
            Down::Frame { bytes, version } => {
                self.trace.bytes(&bytes);
                let inbound = envelope::decode(bytes);
                let said = inbound.as_ref().ok().and_then(|inbound| inbound.message.as_ref());
                if let Some(date) = said.and_then(|message| host_date_in(message, self.host.id))
                    && self.clients[client].open
                {
                    self.clients[client].heard = Some(Heard { date, version });
                }
                self.client_input(client, RemoteInput::FromHost(attempt, inbound));
            }
            Down::StreamEnd if self.links[link].stage == Stage::Open => {
                self.links[link].stage = Stage::Over;
                self.client_input(client, RemoteInput::BusEnded(attempt, BusEnd::Reset));
            }
            Down::StreamEnd => {}
            Down::Fin => self.connection_lost(client, link, ErrorCode::HostUnreachable),
        }
    }

    /// Nothing that comes by the link of an older attempt is processed.
    fn reaches_client_late(&mut self, client: ClientId, attempt: Attempt, down: Down) {
        let input = match down {
            Down::Frame { bytes, .. } => RemoteInput::FromHost(attempt, envelope::decode(bytes)),
            _ => RemoteInput::BusEnded(attempt, BusEnd::Reset),
        };
        let effects = self.clients[client].remote.handle(Now(self.now), input);
        if !effects.is_empty() {
            self.fail("one bus", format!("an older attempt had effects: {effects:?}"));
        }
    }

    fn connect_answered(&mut self, client: ClientId, link: LinkId, answer: Result<Bytes, Refusal>, version: usize) {
        if self.links[link].stage != Stage::Connecting {
            return;
        }
        let answer = answer.map(|bytes| {
            self.trace.bytes(&bytes);
            let proto: proto::ConnectionResponse = decode_unary(bytes, &count::CONNECTION_RESPONSE).expect("our own");
            Box::new(JoinResponse::check(proto).expect("our own"))
        });
        match &answer {
            Ok(response) => self.clients[client].heard = Some(Heard { date: response.host.date, version }),
            Err(_) => self.links[link].stage = Stage::Over,
        }
        self.client_input(client, RemoteInput::ConnectAnswered(self.links[link].attempt, answer));
    }

    pub fn connect_timed_out(&mut self, link: LinkId) {
        let client = self.links[link].client;
        let waiting = matches!(self.links[link].stage, Stage::Connecting | Stage::Opening);
        if waiting && self.clients[client].alive && self.clients[client].link == Some(link) {
            self.counts.add(Reached::ConnectTimedOut);
            self.connection_lost(client, link, ErrorCode::TimedOut);
        }
    }

    /// What waits on the link ends; a bus that is open ends as reset.
    fn connection_lost(&mut self, client: ClientId, link: LinkId, code: ErrorCode) {
        let attempt = self.links[link].attempt;
        let refusal = Refusal::new(code, "the connection is gone");
        let stage = std::mem::replace(&mut self.links[link].stage, Stage::Over);
        let input = match stage {
            Stage::Connecting => RemoteInput::ConnectAnswered(attempt, Err(refusal)),
            Stage::Opening => RemoteInput::BusAnswered(attempt, Err(refusal)),
            Stage::Open => RemoteInput::BusEnded(attempt, BusEnd::Reset),
            Stage::Over => return,
        };
        self.client_input(client, input);
    }
}

/// The host date that a message from the host says.
fn host_date_in(message: &BusMessage, host: CampaignId) -> Option<CampaignDate> {
    match message {
        BusMessage::Ping(ping) => Some(ping.campaign.date),
        BusMessage::Pong(pong) => Some(pong.campaign.date),
        BusMessage::CampaignDateChanged(changed) if changed.campaign == host => Some(changed.date),
        _ => None,
    }
}
