// SPDX-License-Identifier: GPL-3.0-or-later
//! The host: its process, its ledger on a simulated disk, and the effects that wait for that disk.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;

use bytes::Bytes;
use distributed_mekhq::ledger::{Identity, MemoryDisk, MemoryStore, Store, StoreError, replay};
use distributed_mekhq::protocol::entry::{Entry, Record};
use distributed_mekhq::protocol::settlement::RequestId;
use distributed_mekhq::protocol::transfer::TransferEnd;
use distributed_mekhq::protocol::{BusMessage, CampaignDate, CampaignId};
use distributed_mekhq::session::settlement::{Exchange, ExchangeEffect, World as Around};

use super::counts::Reached;
use super::model::Model;
use super::world::{Event, HOST, SESSION, Up, World, id};

/// A simulated second is a real day to what expires.
const UNIX_MS_PER_MS: i64 = 24 * 60 * 60;

/// After so many real days, where requests expire.
const EXPIRY_DAYS: u32 = 8;

pub struct HostSide {
    pub process: Option<HostProcess>,
    pub disk: MemoryDisk,
    pub epoch: u32,
    /// What the ledger says, understood a second time.
    pub model: Model,
    expires: bool,
    backups: u32,
}

pub struct HostProcess {
    pub exchange: Exchange,
    store: MemoryStore,
    /// Records that the disk did not take yet, for want of room.
    unwritten: VecDeque<Bytes>,
    /// The number of the last record.
    recorded: u64,
    durable: u64,
    /// What waits for the disk, each with the record that must be durable before.
    waiting: VecDeque<(u64, usize, BusMessage)>,
    buses: BTreeMap<usize, u64>,
    /// What each campaign has said on its present bus that it holds; none before it has said all.
    said_held: BTreeMap<usize, BTreeSet<RequestId>>,
    sync_planned: bool,
    read_only: bool,
}

/// What the exchange may ask of the session around it.
struct Surroundings {
    dates: Vec<CampaignDate>,
    unix_ms: i64,
}

impl Around for Surroundings {
    fn date(&self, campaign: CampaignId) -> Option<CampaignDate> {
        (0..self.dates.len()).find(|&at| id(at) == campaign).map(|at| self.dates[at])
    }

    fn unix_ms(&self) -> i64 {
        self.unix_ms
    }
}

fn identity() -> Identity {
    Identity { session: SESSION, campaign: id(HOST) }
}

impl HostSide {
    pub fn new(seed: u64, expires: bool) -> Self {
        Self { process: None, disk: MemoryDisk::new(seed), epoch: 0, model: Model::default(), expires, backups: 0 }
    }
}

impl World {
    fn surroundings(&self) -> Surroundings {
        let dates = self.campaigns.iter().map(super::campaign::Campaign::date).collect();
        Surroundings { dates, unix_ms: self.now as i64 * UNIX_MS_PER_MS }
    }

    /// Opens the ledger and goes on from it; the host's campaign is loaded, too.
    pub fn start_host(&mut self) {
        if self.host.process.is_some() {
            return;
        }
        let store = self.host.disk.open(&identity()).expect("nobody else has it");
        let mut exchange = Exchange::new(SESSION, self.host.expires.then_some(EXPIRY_DAYS));
        let mut model = Model::default();
        let mut wrong = None;
        let read = replay(&store, |_, entry| {
            wrong = wrong.take().or(model.apply(&entry.record).err());
            exchange.apply(&entry.record);
        });
        if let Some(what) = wrong.or(read.err().map(|error| error.to_string())) {
            return self.fail(what);
        }
        self.host.model = model;
        self.check_nothing_known_was_lost();
        self.host.epoch += 1;
        let last = store.last();
        let process = HostProcess {
            exchange,
            store,
            unwritten: VecDeque::new(),
            recorded: last,
            durable: last,
            waiting: VecDeque::new(),
            buses: BTreeMap::new(),
            said_held: BTreeMap::new(),
            sync_planned: false,
            read_only: false,
        };
        self.host.process = Some(process);
        self.start(HOST);
    }

    /// What a campaign was sent was on the disk before.
    fn check_nothing_known_was_lost(&mut self) {
        if self.nature.restores {
            return;
        }
        for (at, campaign) in self.campaigns.iter().enumerate() {
            let book = campaign.process.as_ref().and_then(|running| running.participant.books().get(SESSION));
            if book.is_some_and(|book| book.cursor.number > self.host.model.count(id(at))) {
                return self.fail(format!("{at} has applied what the ledger lost"));
            }
        }
    }

    /// The process dies, and the machine with it: what was written and not synced may be lost.
    pub fn crash_host(&mut self) {
        let Some(process) = self.host.process.take() else { return };
        self.counts.add(Reached::HostCrashed);
        let recorded = process.recorded;
        self.host.disk.crash();
        drop(process);
        self.host_gone(recorded);
    }

    /// The power went at a write point. Whoever is to go on from an older save loads it meanwhile.
    fn power_gone(&mut self) {
        let Some(process) = self.host.process.take() else { return };
        self.counts.add(Reached::HostCrashed);
        let recorded = process.recorded;
        drop(process);
        self.host_gone(recorded);
        if let Some(death) = self.death.filter(|death| death.campaign != HOST) {
            self.load(death.campaign, death.age);
            self.connect(death.campaign);
        }
    }

    fn host_gone(&mut self, recorded: u64) {
        let kept = self.host.disk.open(&identity()).map(|store| store.last());
        if kept.is_ok_and(|kept| kept < recorded) {
            self.counts.add(Reached::RecordsLost);
        }
        self.crash(HOST);
        for campaign in 1..self.campaigns.len() {
            if let Some(bus) = self.campaigns[campaign].bus {
                let notice = self.random.between(1, 2_000);
                self.plan(notice, Event::BreakHere(campaign, bus));
            }
        }
        let wait = self.random.between(100, 3_000);
        self.plan(wait, Event::StartHost);
    }

    /// The ledger as it is now is kept elsewhere, or what was kept takes its place.
    pub fn back_up_or_restore(&mut self) {
        let Some(process) = &self.host.process else { return };
        if self.host.backups == 0 || self.random.percent(30) {
            self.host.backups += 1;
            let name = self.host.backups.to_string();
            let kept = process.store.backup(Path::new(&name));
            if kept.is_err() {
                self.fail("no backup");
            }
            return;
        }
        let recorded = process.recorded;
        self.host.process = None;
        let name = self.random.between(1, u64::from(self.host.backups)).to_string();
        if !self.host.disk.restore(Path::new(&name)) {
            return self.fail("no restore");
        }
        self.counts.add(Reached::Restored);
        self.perhaps_lost = self.asked.len();
        self.host_gone(recorded);
    }

    /// One step of the exchange, and what it leads to; the process may die in the middle of that.
    pub fn exchange(&mut self, act: impl FnOnce(&mut Exchange, &dyn Around)) {
        let around = self.surroundings();
        let Some(process) = &mut self.host.process else { return };
        act(&mut process.exchange, &around);
        for effect in process.exchange.take_effects() {
            if self.host.process.is_none() {
                return;
            }
            if !self.calm && self.death.is_none() && self.random.below(1_500) == 0 {
                self.counts.add(Reached::CrashedBetween);
                return self.crash_host();
            }
            match effect {
                ExchangeEffect::Record(record) => self.record(&record),
                ExchangeEffect::Send(campaign, message) => self.wait_for_disk(campaign, message),
                ExchangeEffect::SendAtOnce(campaign, message) => self.say_after(0, campaign, message),
            }
        }
        self.release();
        self.notice_disk();
    }

    fn record(&mut self, record: &Record) {
        self.check_completion(record);
        if let Err(what) = self.host.model.apply(record) {
            return self.fail(what);
        }
        match record {
            Record::TransferClosed { end, .. } if end.is_accepted() => self.counts.add(Reached::Completed),
            Record::TransferClosed { .. } => self.counts.add(Reached::Rejected),
            Record::AdjustmentMade(_) => self.counts.add(Reached::Adjusted),
            _ => {}
        }
        let body = Entry { unix_ms: self.now as i64, record: record.clone() }.encode();
        let process = self.host.process.as_mut().expect("it records");
        process.recorded += 1;
        process.unwritten.push_back(body);
        if process.write().is_err() {
            return self.power_gone();
        }
        if !std::mem::replace(&mut process.sync_planned, true) {
            let epoch = self.host.epoch;
            let delay = self.random.between(1, 800);
            self.plan(delay, Event::Sync(epoch));
        }
    }

    /// Nothing completes unless the side that pays has said on its present bus that it holds it, nor is anything due
    /// before either side's date.
    fn check_completion(&mut self, record: &Record) {
        let Record::TransferClosed { request, end: TransferEnd::Accepted { due } } = record else { return };
        let Some(process) = &self.host.process else { return };
        let Some(transfer) = process.exchange.transfers().get(*request) else { return };
        let seat = |side: CampaignId| (0..self.campaigns.len()).find(|&at| id(at) == side);
        let (payer, source, target) = (
            seat(transfer.request.payer()),
            seat(transfer.request.source).map(|at| self.campaigns[at].date()),
            seat(transfer.request.target).map(|at| self.campaigns[at].date()),
        );
        let held = payer.and_then(|payer| process.said_held.get(&payer)).is_some_and(|held| held.contains(request));
        let (early, request) = (Some(*due) < source || Some(*due) < target, *request);
        if !held {
            return self.fail(format!("{request} completed, and nobody has said that it is held for"));
        }
        if early {
            self.fail(format!("{request} is due before it was given"));
        }
    }

    /// Takes note of what a campaign says that it holds.
    fn note_held(&mut self, campaign: usize, message: &BusMessage) {
        let Some(process) = &mut self.host.process else { return };
        let said = process.said_held.entry(campaign).or_default();
        match message {
            BusMessage::Confirmed(confirmed) => said.extend(confirmed.held.iter().map(|key| key.request)),
            BusMessage::WireTransferRequest(request) => drop(said.insert(request.request)),
            BusMessage::WireTransferResponse(response) if response.accepted => drop(said.insert(response.request)),
            BusMessage::WireTransferResponse(response) => drop(said.remove(&response.request)),
            _ => {}
        }
    }

    fn wait_for_disk(&mut self, campaign: CampaignId, message: BusMessage) {
        let Some(process) = &self.host.process else { return };
        self.say_after(process.recorded, campaign, message);
    }

    /// `record`: it leaves once this one is durable; 0: it depends on none.
    fn say_after(&mut self, record: u64, campaign: CampaignId, message: BusMessage) {
        let Some(process) = &mut self.host.process else { return };
        let Some(at) = (0..self.campaigns.len()).find(|&at| id(at) == campaign) else { return };
        process.waiting.push_back((record, at, message));
    }

    /// Whether the ledger can be written is told to the rules as soon as it has changed.
    fn notice_disk(&mut self) {
        let Some(process) = &mut self.host.process else { return };
        let read_only = !process.unwritten.is_empty();
        if std::mem::replace(&mut process.read_only, read_only) != read_only {
            self.exchange(|exchange, around| exchange.set_read_only(read_only, around));
        }
    }

    pub fn sync(&mut self, epoch: u32) {
        if self.host.epoch != epoch {
            return;
        }
        let Some(process) = &mut self.host.process else { return };
        if process.write().is_err() || process.store.sync().is_err() {
            return self.power_gone();
        }
        process.durable = process.store.last();
        process.sync_planned = !process.unwritten.is_empty();
        if process.sync_planned {
            self.plan(500, Event::Sync(epoch));
        }
        self.release();
        self.notice_disk();
        if self.host.expires {
            self.exchange(|exchange, around| exchange.expire(around));
        }
    }

    /// What need not wait any longer leaves, in order.
    fn release(&mut self) {
        loop {
            let Some(process) = &mut self.host.process else { return };
            let durable = process.durable;
            let passes = |(after, ..): &(u64, usize, BusMessage)| *after <= durable;
            let next = if process.read_only { process.waiting.iter().position(passes) } else { Some(0) };
            let next = next.filter(|&next| process.waiting.get(next).is_some_and(passes));
            let Some((_, campaign, message)) = next.and_then(|next| process.waiting.remove(next)) else { return };
            let Some(&bus) = process.buses.get(&campaign) else { continue };
            let delay = if campaign == HOST { 1 } else { self.random.between(1, 200) };
            let at = &mut self.campaigns[campaign];
            at.last_down = (self.now + delay).max(at.blocked_until).max(at.last_down);
            let arrives = at.last_down;
            self.plan_at(arrives, Event::Down(campaign, bus, message));
        }
    }

    pub fn reaches_host(&mut self, campaign: usize, bus: u64, up: Up) {
        let Some(process) = &mut self.host.process else {
            let notice = self.random.between(1, 1_000);
            return self.plan(notice, Event::BreakHere(campaign, bus));
        };
        if let Up::Admit = up {
            let older = process.buses.insert(campaign, bus);
            process.said_held.remove(&campaign);
            // What waits for the old bus is not for the new one.
            process.waiting.retain(|(_, to, _)| *to != campaign);
            if older.is_some() {
                self.counts.add(Reached::SecondConnect);
            }
            return self.exchange(|exchange, _| exchange.opened(id(campaign)));
        }
        if process.buses.get(&campaign) != Some(&bus) {
            // Left over from a bus that is no more.
            let notice = self.random.between(1, 1_000);
            return self.plan(notice, Event::BreakHere(campaign, bus));
        }
        match up {
            Up::Admit => {}
            Up::Greet(position) => self.exchange(|exchange, _| exchange.greeted(id(campaign), &position)),
            Up::Say(message) => {
                self.note_held(campaign, &message);
                self.exchange(|exchange, around| exchange.message(id(campaign), message, around));
            }
        }
    }

    pub fn bus_ended(&mut self, campaign: usize, bus: u64) {
        let Some(process) = &mut self.host.process else { return };
        if process.buses.get(&campaign) == Some(&bus) {
            process.buses.remove(&campaign);
            process.said_held.remove(&campaign);
            process.waiting.retain(|(_, to, _)| *to != campaign);
            self.exchange(|exchange, _| exchange.closed(id(campaign)));
            self.plan(100, Event::BreakHere(campaign, bus));
        }
    }
}

/// The machine is out of power.
struct PowerOff;

impl HostProcess {
    /// Writes what the disk takes.
    fn write(&mut self) -> Result<(), PowerOff> {
        while let Some(body) = self.unwritten.front() {
            match self.store.write(std::slice::from_ref(body)) {
                Ok(_) => drop(self.unwritten.pop_front()),
                Err(StoreError::PowerOff) => return Err(PowerOff),
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }
}
