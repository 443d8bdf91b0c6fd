// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's process and its player. Effects are carried out as the real driver does it: in order, encoded once.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use bytes::Bytes;
use distributed_mekhq::protocol::entry::Record;
use distributed_mekhq::protocol::handshake::{JoinRequest, Token, decode_unary};
use distributed_mekhq::protocol::link::GoodbyeCode;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::{
    BusMessage, CampaignDate, CampaignDetails, CampaignId, Refusal, count, envelope, proto,
};
use distributed_mekhq::session::host::{Answer, BusId, CallId, ConnectionId, Host, HostEffect, HostInput};
use distributed_mekhq::session::roster::RosterView;
use distributed_mekhq::session::{BusEnd, Command, Event as HostEvent, Now, Visibility};
use prost::Message;
use uuid::Uuid;

use super::counts::Reached;
use super::ledger::{Ledger, ListLedger};
use super::network::{Down, Event, LinkId, Moment, Up};
use super::restart::Model;
use super::world::{World, details, rules};

const HOST: u128 = 100;

/// How long a standing bus has to answer when a second Connect asks for its campaign.
const PROBE_MS: Moment = 2_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Call {
    Connect,
    OpenBus,
    Disconnect,
}

struct Waiting {
    link: LinkId,
    call: Call,
    campaign: Option<CampaignId>,
}

pub struct HostProcess {
    pub host: Host,
    pub buses: BTreeMap<BusId, (CampaignId, LinkId)>,
    calls: BTreeMap<CallId, Waiting>,
    calls_made: u64,
    timer: Option<Moment>,
}

pub struct HostSide {
    pub id: CampaignId,
    pub process: Option<HostProcess>,
    /// Counts the processes; 0 before the first one.
    pub epoch: u32,
    pub date: CampaignDate,
    pub gm_mode: bool,
    pub location: u64,
    pub toe: u64,
    pub saves: Vec<CampaignDate>,
    /// Every date that the host campaign has stood on; a message's version is an index into it.
    pub dates: Vec<CampaignDate>,
    pub visibility: Visibility,
    pub ledger: Box<dyn Ledger>,
    /// What the ledger says, understood a second time.
    pub model: Model,
    pub flush_planned: bool,
    /// What a host that died knew, where nothing of that was lost.
    pub last_view: Option<RosterView>,
}

impl HostSide {
    pub fn new(date: CampaignDate) -> Self {
        Self {
            id: CampaignId::from_u128(HOST),
            process: None,
            epoch: 0,
            date,
            gm_mode: false,
            location: 0,
            toe: 0,
            saves: vec![date],
            dates: vec![date],
            visibility: Visibility::default(),
            ledger: Box::<ListLedger>::default(),
            model: Model::default(),
            flush_planned: false,
            last_view: None,
        }
    }

    pub fn version(&self) -> usize {
        self.dates.len() - 1
    }

    pub fn details(&self) -> CampaignDetails {
        details(self.id, 0, self.date, self.gm_mode, self.location)
    }

    pub fn fresh(&self) -> Host {
        Host::new(rules(), self.details(), Uuid::from_u128(7), 16)
    }

    pub fn view(&self) -> Option<RosterView> {
        self.process.as_ref().map(|process| process.host.view())
    }

    /// The host went back after this version of its date.
    pub fn went_back_since(&self, version: usize) -> bool {
        !self.dates[version..].is_sorted()
    }
}

impl World {
    pub fn start_host(&mut self) {
        if self.host.process.is_some() {
            return;
        }
        let mut host = self.host.fresh();
        for record in self.host.ledger.records() {
            host.apply(record.clone());
        }
        self.host.epoch += 1;
        let process = HostProcess { host, buses: BTreeMap::new(), calls: BTreeMap::new(), calls_made: 0, timer: None };
        self.host.process = Some(process);
        self.trace.note(self.now, "host starts", self.host.epoch.into(), String::new);
        if self.host.epoch > 1 {
            self.counts.add(Reached::HostRestarted);
        }
        if self.host.toe > 0 {
            self.host_command(super::privacy::toe_of(0, self.host.toe));
        }
    }

    pub fn host_command(&mut self, command: Command) {
        self.host_input(HostInput::Command(command));
    }

    pub fn host_timer(&mut self, epoch: u32) {
        let now = self.now;
        if self.host.epoch != epoch {
            return;
        }
        let Some(process) = self.host.process.as_mut().filter(|process| process.timer == Some(now)) else { return };
        process.timer = None;
        if process.host.due().is_some_and(|due| due <= Now(now)) {
            self.host_input(HostInput::Timer);
        }
        self.plan_host_timer();
    }

    fn plan_host_timer(&mut self) {
        let (now, epoch) = (self.now, self.host.epoch);
        let Some(process) = &mut self.host.process else { return };
        let Some(Now(due)) = process.host.due() else { return };
        let at = due.max(now);
        if process.timer.is_none_or(|planned| at < planned) {
            process.timer = Some(at);
            self.queue.push(at, Event::HostTimer(epoch));
        }
    }

    /// One step of the host, and all that it leads to at once.
    pub fn host_input(&mut self, input: HostInput) {
        let mut pending = vec![input];
        while let Some(input) = pending.pop() {
            let Some(before) = self.host.view() else { return };
            let judged = self.expect_verdict(&before, &input);
            let log = self.privacy.log_of(&input);
            let logs = log.map(|log| self.expect_log(log, &before));
            let Some(process) = &mut self.host.process else { return };
            let effects = process.host.handle(Now(self.now), input);
            let after = process.host.view();
            self.check_verdict(judged, &before, &after, &effects);
            self.check_log(logs, &effects);
            self.check_standings(&after);
            for effect in effects {
                self.carry_out(effect, &after, &mut pending);
            }
        }
        self.plan_host_timer();
    }

    fn carry_out(&mut self, effect: HostEffect, view: &RosterView, pending: &mut Vec<HostInput>) {
        match effect {
            HostEffect::Reply { call, answer } => self.answer(call, answer, pending),
            HostEffect::Send { to, message } => self.send_down(&to, &message, view),
            HostEffect::CloseBus(bus) => self.host_closes(bus),
            HostEffect::Record(record) => self.keep(record),
            // Its campaigns settle nothing.
            HostEffect::AfterAll(_) => {}
            HostEffect::Emit(event) => self.host_hears(&event, view),
            HostEffect::Stop => self.host_ends(),
        }
    }

    fn keep(&mut self, record: Record) {
        let delivered = self.host.model.apply(&record);
        self.check_delivered(&record, &delivered);
        if matches!(record, Record::LogKept(_)) {
            self.counts.add(Reached::LogKept);
        }
        self.host.ledger.append(record);
        if !std::mem::replace(&mut self.host.flush_planned, true) {
            let at = self.now + self.random.between(1, 1_500);
            self.queue.push(at, Event::Flush);
        }
    }

    pub fn flush(&mut self) {
        let written = self.random.between(1, self.host.ledger.undurable().max(1) as u64) as usize;
        self.host.ledger.make_durable(written);
        self.host.flush_planned = self.host.ledger.undurable() > 0;
        if self.host.flush_planned {
            let at = self.now + self.random.between(1, 1_500);
            self.queue.push(at, Event::Flush);
        }
    }

    /// What came over a link, as the real service would take it.
    pub fn reaches_host(&mut self, link: LinkId, up: Up) {
        if self.links[link].loses_up(&up) {
            return;
        }
        let epoch = self.host.epoch;
        let taken_by = *self.links[link].epoch.get_or_insert(epoch);
        if self.host.process.is_none() || taken_by != epoch {
            return self.send_on(link, Down::Fin);
        }
        match up {
            Up::Connect(bytes) => self.connect_arrived(link, bytes),
            Up::OpenBus(token) => {
                let call = self.call(link, Call::OpenBus, None);
                let connection = ConnectionId(link as u64);
                self.host_input(HostInput::OpenBus { call, connection, token });
            }
            Up::Disconnect(token) => {
                let call = self.call(link, Call::Disconnect, None);
                let (connection, campaign) = (ConnectionId(link as u64), self.slots[self.links[link].slot].id);
                self.host_input(HostInput::Disconnect { call, connection, campaign, token });
            }
            Up::Frame(bytes) => self.frame_arrived(link, bytes),
            Up::StreamEnd => self.bus_broke(link),
            Up::Fin => {
                self.links[link].host_saw_fin = true;
                self.bus_broke(link);
            }
        }
    }

    fn call(&mut self, link: LinkId, call: Call, campaign: Option<CampaignId>) -> CallId {
        let process = self.host.process.as_mut().expect("the host runs");
        process.calls_made += 1;
        let id = CallId(process.calls_made);
        process.calls.insert(id, Waiting { link, call, campaign });
        id
    }

    fn connect_arrived(&mut self, link: LinkId, bytes: Bytes) {
        let proto: proto::ConnectionRequest = decode_unary(bytes, &count::CONNECTION_REQUEST).expect("our own");
        let request = Box::new(JoinRequest::check(proto).expect("our own"));
        let call = self.call(link, Call::Connect, Some(request.details.id));
        let mut secret = [0; 32];
        secret.chunks_mut(8).for_each(|part| part.copy_from_slice(&self.random.next().to_le_bytes()));
        let (connection, token) = (ConnectionId(link as u64), Token::new(secret));
        let address = Ipv4Addr::LOCALHOST.into();
        self.host_input(HostInput::Connect { call, connection, address, request, token });
    }

    fn frame_arrived(&mut self, link: LinkId, bytes: Bytes) {
        let Some(bus) = self.links[link].bus else { return };
        let inbound = envelope::decode(bytes);
        let Some(process) = &mut self.host.process else { return };
        if process.buses.contains_key(&bus) {
            return self.host_input(HostInput::FromBus { bus, inbound });
        }
        let effects = process.host.handle(Now(self.now), HostInput::FromBus { bus, inbound });
        self.counts.add(Reached::StalePassedOver);
        if !effects.is_empty() {
            self.fail("one bus", format!("a closed bus had effects: {effects:?}"));
        }
    }

    fn bus_broke(&mut self, link: LinkId) {
        if let Some(bus) = self.links[link].bus {
            self.host_input(HostInput::BusEnded { bus, end: BusEnd::Reset });
        }
    }

    fn answer(&mut self, call: CallId, answer: Result<Answer, Refusal>, pending: &mut Vec<HostInput>) {
        let waiting = self.host.process.as_mut().and_then(|process| process.calls.remove(&call));
        let Some(Waiting { link, call, campaign }) = waiting else {
            return self.fail("answers", format!("{call:?} was answered twice"));
        };
        let version = self.host.version();
        match (call, answer) {
            (Call::Connect, Ok(Answer::Admitted(response))) => {
                self.check_no_bus(campaign);
                let answer = Ok(Bytes::from(response.encode_to_vec()));
                self.send_on(link, Down::Connected { answer, version });
            }
            (Call::Connect, Err(refusal)) => {
                if refusal.code == ErrorCode::AlreadyConnected {
                    self.counts.add(Reached::SecondConnectRefused);
                }
                self.send_on(link, Down::Connected { answer: Err(refusal), version });
            }
            (Call::OpenBus, Ok(Answer::BusOpen(bus))) => self.bus_opened(link, bus, pending),
            (Call::OpenBus, Err(refusal)) => self.send_on(link, Down::BusOpen(Err(refusal))),
            (Call::Disconnect, Ok(Answer::Disconnected(_)) | Err(_)) => {}
            (_, Ok(other)) => self.fail("answers", format!("the answer belongs to another call: {other:?}")),
        }
    }

    fn bus_opened(&mut self, link: LinkId, bus: BusId, pending: &mut Vec<HostInput>) {
        let campaign = self.slots[self.links[link].slot].id;
        self.check_no_bus(Some(campaign));
        if self.links[link].host_saw_fin {
            return pending.push(HostInput::BusEnded { bus, end: BusEnd::Reset });
        }
        self.links[link].bus = Some(bus);
        if let Some(process) = &mut self.host.process {
            process.buses.insert(bus, (campaign, link));
        }
        self.send_on(link, Down::BusOpen(Ok(())));
    }

    /// Rule "one bus": where a campaign is admitted or opens a bus, no older one of its buses lives.
    fn check_no_bus(&mut self, campaign: Option<CampaignId>) {
        let process = self.host.process.as_ref();
        let alive = process.is_some_and(|process| process.buses.values().any(|(of, _)| Some(*of) == campaign));
        if alive {
            self.fail("one bus", format!("{campaign:?} came anew while a bus of it lived"));
        }
    }

    fn send_down(&mut self, to: &[BusId], message: &BusMessage, view: &RosterView) {
        let bytes = match envelope::encode(self.host.id, self.now as i64, message) {
            Ok(bytes) => bytes,
            Err(refusal) => return self.fail("encoding", refusal.to_string()),
        };
        let version = self.host.version();
        for bus in to {
            let target = self.host.process.as_ref().and_then(|process| process.buses.get(bus)).copied();
            let Some((campaign, link)) = target else { continue };
            self.check_bytes(&bytes, campaign, view);
            if matches!(message, BusMessage::Goodbye(goodbye) if goodbye.code == GoodbyeCode::Superseded) {
                self.check_superseded(link);
            }
            self.send_on(link, Down::Frame { bytes: bytes.clone(), version });
        }
    }

    /// A live bus is never displaced by a second Connect.
    fn check_superseded(&mut self, link: LinkId) {
        self.counts.add(Reached::SecondConnectTookOver);
        let (standing, now) = (&self.links[link], self.now);
        let answers = self.clients[standing.client].alive && self.clients[standing.client].link == Some(link);
        let in_time = standing.round_trip() < PROBE_MS && standing.healthy_since(now.saturating_sub(PROBE_MS));
        if answers && in_time && self.clients[standing.client].open {
            self.fail("lockout", format!("a live bus of {} was displaced", self.slots[standing.slot].id));
        }
    }

    fn host_closes(&mut self, bus: BusId) {
        let closed = self.host.process.as_mut().and_then(|process| process.buses.remove(&bus));
        if let Some((_, link)) = closed {
            self.links[link].disturb(self.now);
            self.send_on(link, Down::StreamEnd);
        }
    }

    fn host_hears(&mut self, event: &HostEvent, view: &RosterView) {
        match event {
            HostEvent::DailyLog(log) => self.check_host_log(log),
            HostEvent::ToeUpdated(updated) => self.check_toe(self.host.id, updated.campaign, view),
            _ => {}
        }
    }

    /// The process is gone, in order or not: the system resets its connections.
    pub fn host_ends(&mut self) {
        self.host.process = None;
        self.trace.note(self.now, "host ends", self.host.epoch.into(), String::new);
        for link in 0..self.links.len() {
            if self.links[link].epoch == Some(self.host.epoch) && !self.links[link].remote_gone {
                self.links[link].disturb(self.now);
                self.send_on(link, Down::Fin);
            }
        }
    }

    pub fn send_on(&mut self, link: LinkId, down: Down) {
        let at = self.links[link].down_at(self.now, &mut self.random);
        self.queue.push(at, Event::Down(link, down));
    }
}
