// SPDX-License-Identifier: GPL-3.0-or-later
//! One session: its clock, its events, its players, and its healing.

use std::collections::BTreeMap;

use distributed_mekhq::ledger::memory::Moment;
use distributed_mekhq::protocol::link::Position;
use distributed_mekhq::protocol::transfer::WireTransferRequest;
use distributed_mekhq::protocol::{BusMessage, CampaignDate, CampaignId};
use uuid::Uuid;

use super::campaign::Campaign;
use super::counts::Counts;
use super::host::HostSide;
use super::random::Random;

pub const SESSION: Uuid = Uuid::from_u128(900);

/// The host campaign's place.
pub const HOST: usize = 0;

/// When the faults end, and how long everything then has to come to rest.
const CHAOS_MS: u64 = 40_000;
const HEALING_MS: u64 = 60_000;

/// How long is played where one death is the only fault.
const PLAY_MS: u64 = 8_000;

/// What a campaign sends over its link.
#[derive(Debug, Clone)]
pub enum Up {
    /// It connects: the host admits it.
    Admit,
    /// The opening ping of its bus.
    Greet(Position),
    /// A message about settlements or requests.
    Say(BusMessage),
}

#[derive(Debug)]
pub enum Event {
    /// A player does something.
    Play(usize),
    /// Something reaches the host.
    Up(usize, u64, Up),
    /// Something reaches a campaign.
    Down(usize, u64, BusMessage),
    /// A campaign notices the end of its bus.
    BreakHere(usize, u64),
    /// The host notices the end of a bus.
    BreakThere(usize, u64),
    /// A campaign connects.
    Connect(usize),
    /// A campaign that died is started.
    Start(usize),
    /// The host's process is started.
    StartHost,
    /// The disk has taken what was written.
    Sync(u32),
    /// The faults end.
    Heal,
}

/// What makes the session what it is.
#[derive(Debug, Clone, Copy)]
pub struct Nature {
    /// Players load older saves.
    pub reloads: bool,
    /// The ledger is restored from a backup.
    pub restores: bool,
    /// Requests expire.
    pub expires: bool,
}

/// The one fault of a session that has no other: the host dies at a write point, and somebody goes on from an older save.
#[derive(Debug, Clone, Copy)]
pub struct Death {
    /// The write point of the disk; past the last one nobody dies.
    pub point: u64,
    pub moment: Moment,
    /// Who goes on from an older save.
    pub campaign: usize,
    /// How many saves older than the newest.
    pub age: usize,
}

/// How a session ended.
pub struct Outcome {
    pub counts: Counts,
    /// A hash of all that happened.
    pub hash: u64,
    pub violation: Option<String>,
}

pub struct World {
    pub now: u64,
    pub random: Random,
    pub nature: Nature,
    /// The one fault, where there are no others.
    pub death: Option<Death>,
    pub campaigns: Vec<Campaign>,
    pub host: HostSide,
    pub counts: Counts,
    pub violation: Option<String>,
    pub calm: bool,
    /// Requests that were made, so that they can be made again.
    pub asked: Vec<WireTransferRequest>,
    /// How many of them a ledger that was restored since may have lost.
    pub perhaps_lost: usize,
    pub buses: u64,
    queue: BTreeMap<(u64, u64), Event>,
    queued: u64,
    hash: u64,
    shown: bool,
}

pub fn id(campaign: usize) -> CampaignId {
    CampaignId::from_u128(campaign as u128 + 1)
}

pub fn day(number: i64) -> CampaignDate {
    CampaignDate::parse("date", "3025-01-01").ok().and_then(|first| first.plus_days(number)).expect("a date")
}

impl World {
    /// A session in which nothing goes wrong but this.
    #[allow(dead_code, reason = "the simulation of all faults plays no such sessions")]
    pub fn with_death(seed: u64, death: Death) -> Self {
        let mut world = Self::new(seed, false);
        world.nature = Nature { reloads: true, restores: false, expires: false };
        world.host.disk.crash_at(death.point, death.moment);
        world.death = Some(death);
        world
    }

    pub fn new(seed: u64, shown: bool) -> Self {
        let mut random = Random::new(seed);
        let nature = Nature { reloads: random.percent(60), restores: random.percent(20), expires: random.percent(30) };
        let remotes = random.between(2, 4) as usize;
        let campaigns = (0..=remotes).map(|_| Campaign::new(day(random.between(0, 5) as i64))).collect();
        let host = HostSide::new(random.next(), nature.expires);
        Self {
            now: 0,
            random,
            nature,
            death: None,
            campaigns,
            host,
            counts: Counts::of_one_session(),
            violation: None,
            calm: false,
            asked: Vec::new(),
            perhaps_lost: 0,
            buses: 0,
            queue: BTreeMap::new(),
            queued: 0,
            hash: seed,
            shown,
        }
    }

    pub fn run(mut self) -> Outcome {
        let chaos_ms = if self.death.is_some() { PLAY_MS } else { CHAOS_MS };
        self.plan(0, Event::StartHost);
        self.plan(chaos_ms, Event::Heal);
        for campaign in 1..self.campaigns.len() {
            self.plan(0, Event::Start(campaign));
        }
        for campaign in 0..self.campaigns.len() {
            self.plan(10, Event::Play(campaign));
        }
        while let Some(((at, _), event)) = self.queue.pop_first() {
            if at > chaos_ms + HEALING_MS || self.violation.is_some() {
                break;
            }
            self.now = at;
            self.counts.steps += 1;
            self.note(&event);
            self.happen(event);
        }
        if self.violation.is_none() {
            self.check_rest();
        }
        self.counts.write_points = self.host.disk.write_points();
        Outcome { counts: self.counts, hash: self.hash, violation: self.violation }
    }

    fn note(&mut self, event: &Event) {
        if self.shown {
            println!("{} {event:?}", self.now);
        }
        let drawn = self.random.clone().next();
        for word in [self.now, self.queued, drawn] {
            self.hash = (self.hash ^ word).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
        }
    }

    pub fn say(&self, text: impl FnOnce() -> String) {
        if self.shown {
            println!("{}   {}", self.now, text());
        }
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Play(campaign) => {
                self.play(campaign);
                let pause = if self.calm { 1_000 } else { self.random.between(50, 1_500) };
                self.plan(pause, Event::Play(campaign));
            }
            Event::Up(campaign, bus, up) => self.reaches_host(campaign, bus, up),
            Event::Down(campaign, bus, message) => self.reaches_campaign(campaign, bus, message),
            Event::BreakHere(campaign, bus) => self.bus_lost(campaign, bus),
            Event::BreakThere(campaign, bus) => self.bus_ended(campaign, bus),
            Event::Connect(campaign) => self.connect_if_apart(campaign),
            Event::Start(campaign) => self.start(campaign),
            Event::StartHost => self.start_host(),
            Event::Sync(epoch) => self.sync(epoch),
            Event::Heal => self.heal(),
        }
    }

    /// Plans an event this many milliseconds from now.
    pub fn plan(&mut self, delay: u64, event: Event) {
        self.plan_at(self.now + delay, event);
    }

    pub fn plan_at(&mut self, at: u64, event: Event) {
        self.queued += 1;
        self.queue.insert((at, self.queued), event);
    }

    pub fn fail(&mut self, what: impl Into<String>) {
        let what = what.into();
        self.violation.get_or_insert(what);
    }

    /// No more faults: what is broken is mended, who is away comes back.
    fn heal(&mut self) {
        self.calm = true;
        self.host.disk.set_full(false);
        self.start_host();
        for campaign in 0..self.campaigns.len() {
            self.campaigns[campaign].blocked_until = self.now;
            self.start(campaign);
            self.mend(campaign);
            self.plan(500, Event::Connect(campaign));
        }
    }

    /// Everything has come to rest, as it must have by now.
    fn check_rest(&mut self) {
        let Some(process) = &self.host.process else { return self.fail("the host is not there") };
        let mut wrong = Vec::new();
        for (at, campaign) in self.campaigns.iter().enumerate() {
            let Some(running) = &campaign.process else {
                wrong.push(format!("{at} is not there"));
                continue;
            };
            let unrest =
                running.unrest(id(at), &process.exchange).or_else(|| running.foreign(id(at), &self.host.model));
            wrong.extend(unrest.map(|what| format!("at rest, {at}: {what}")));
        }
        let statement = process.exchange.statement(None, |campaign| {
            let running = self.campaigns.iter().enumerate().find(|(at, _)| id(*at) == campaign)?.1.process.as_ref()?;
            Some(running.purse.date)
        });
        if !statement.is_conserved() {
            wrong.push("at rest, the statement does not add up".into());
        }
        for transfer in process.exchange.transfers().open() {
            if transfer.state != distributed_mekhq::session::transfer::TransferState::Open {
                wrong.push(format!("at rest, {:?} waits for nobody", transfer.request.request));
            }
        }
        if let Some(what) = wrong.into_iter().next() {
            self.fail(what);
        }
    }
}
