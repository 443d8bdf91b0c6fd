// SPDX-License-Identifier: GPL-3.0-or-later
//! One session from its beginning to its end: who takes part, what happens next, and what was found wrong.

use std::collections::BTreeSet;
use std::time::Duration;

use distributed_mekhq::protocol::version::VersionRule;
use distributed_mekhq::protocol::{CampaignDate, CampaignDetails, CampaignId, Text};
use distributed_mekhq::session::Rules;

use super::client_side::Client;
use super::counts::Counts;
use super::host_side::HostSide;
use super::network::{ClientId, Event, Link, LinkId, Moment, Queue};
use super::privacy::Privacy;
use super::random::Random;
use super::trace::Trace;

/// Play and faults end then.
pub const PLAY_MS: Moment = 60_000;

/// After that long without faults everything must be well again: a silent link is noticed after five ping intervals,
/// then come the longest wait between two attempts, the attempt, and a ping that brings the roster.
const HEALING_MS: Moment = 150_000;

/// More would mean that somebody is woken without end.
const STEPS_MAX: u64 = 200_000;

/// A rule that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    pub rule: &'static str,
    pub detail: String,
}

/// A campaign as its save has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    pub date: CampaignDate,
    /// The memento's text.
    pub memento: String,
    /// What the memento must know.
    pub heard: Option<Heard>,
}

/// A host date that reached somebody, and which of the host's dates that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    pub date: CampaignDate,
    pub version: usize,
}

/// A remote campaign and its player.
pub struct Slot {
    pub id: CampaignId,
    pub date: CampaignDate,
    pub gm_mode: bool,
    pub location: u64,
    pub toe: u64,
    pub saves: Vec<Save>,
    /// The memento's text while no session runs.
    pub memento: String,
    /// What that memento must know.
    pub heard: Option<Heard>,
    pub main: Option<ClientId>,
    pub partitioned_until: Moment,
}

impl Slot {
    pub fn details(&self, number: usize) -> CampaignDetails {
        details(self.id, number, self.date, self.gm_mode, self.location)
    }
}

pub struct World {
    pub now: Moment,
    pub playing: bool,
    pub random: Random,
    pub trace: Trace,
    pub counts: Counts,
    pub queue: Queue,
    pub links: Vec<Link>,
    pub clients: Vec<Client>,
    pub slots: Vec<Slot>,
    pub host: HostSide,
    pub privacy: Privacy,
    pub violation: Option<Violation>,
}

/// What is left of a session.
pub struct Outcome {
    pub counts: Counts,
    pub hash: u64,
    pub violation: Option<Violation>,
}

impl World {
    pub fn new(seed: u64, shown: bool) -> Self {
        let mut random = Random::new(seed);
        let host_date = day("3025-06-01");
        let remotes = random.between(2, 8);
        let slots = (1..=remotes).map(|number| new_slot(number, host_date, &mut random)).collect();
        Self {
            now: 0,
            playing: true,
            random,
            trace: Trace::new(shown),
            counts: Counts::default(),
            queue: Queue::default(),
            links: Vec::new(),
            clients: Vec::new(),
            slots,
            host: HostSide::new(host_date),
            privacy: Privacy::default(),
            violation: None,
        }
    }

    /// Plays the session to its end, or to the first rule that does not hold.
    pub fn run(mut self) -> Outcome {
        self.queue.push(0, Event::StartHost);
        for slot in 0..self.slots.len() {
            let at = self.random.between(1, 4_000);
            self.queue.push(at, Event::StartRemote(slot));
        }
        self.queue.push(500, Event::Act);
        self.queue.push(2_000, Event::Fault);
        while self.violation.is_none() {
            let Some((key, event)) = self.queue.pop() else { break };
            if key.0 > PLAY_MS && self.playing {
                self.heal(PLAY_MS);
            }
            if key.0 > PLAY_MS + HEALING_MS {
                self.now = PLAY_MS + HEALING_MS;
                self.check_healed();
                break;
            }
            self.now = self.now.max(key.0);
            self.counts.steps += 1;
            self.step(key, event);
            if self.counts.steps > STEPS_MAX {
                self.fail("liveness", format!("more than {STEPS_MAX} steps"));
            }
        }
        self.counts.sessions += 1;
        Outcome { counts: self.counts, hash: self.trace.hash(), violation: self.violation }
    }

    fn step(&mut self, key: (Moment, u64), event: Event) {
        match event {
            Event::Up(link, _) | Event::Down(link, _)
                if self.slots[self.links[link].slot].partitioned_until > self.now =>
            {
                let until = self.slots[self.links[link].slot].partitioned_until;
                self.queue.put_off(key, until, event);
            }
            Event::Up(link, up) => self.reaches_host(link, up),
            Event::Down(link, down) => self.reaches_client(link, down),
            Event::HostTimer(epoch) => self.host_timer(epoch),
            Event::ClientTimer(client) => self.client_timer(client),
            Event::Command(client, command) => self.client_command(client, command),
            Event::ConnectTimeout(link) => self.connect_timed_out(link),
            Event::HeardBy(watch) => self.check_heard(&watch),
            Event::Act => self.act(),
            Event::Fault => self.fault(),
            Event::Flush => self.flush(),
            Event::StartHost => self.start_host(),
            Event::StartRemote(slot) => self.start_remote(slot),
            Event::EndSecondClient(client) => self.close_client(client),
        }
    }

    /// Remembers the first rule that did not hold; what follows it proves nothing.
    pub fn fail(&mut self, rule: &'static str, detail: String) {
        if self.violation.is_none() {
            self.trace.note(self.now, "VIOLATION", 0, || format!("{rule}: {detail}"));
            self.violation = Some(Violation { rule, detail });
        }
    }

    /// The client that plays a slot, if it lives.
    pub fn main_of(&self, slot: usize) -> Option<ClientId> {
        self.slots[slot].main.filter(|&client| self.clients[client].alive)
    }

    /// Links between a slot and the host that are not given up.
    pub fn links_of(&self, slot: usize) -> Vec<LinkId> {
        let open = |link: &Link| link.slot == slot && !link.cut && !link.remote_gone;
        (0..self.links.len()).filter(|&link| open(&self.links[link])).collect()
    }
}

pub fn rules() -> Rules {
    Rules {
        version: "0.50.06".into(),
        version_rule: VersionRule::Exact,
        password: None,
        allow_legacy_peers: false,
        ping_interval: Duration::from_secs(15),
    }
}

pub fn day(text: &str) -> CampaignDate {
    CampaignDate::parse("date", text).expect("a date")
}

pub fn later(date: CampaignDate, days: i64) -> CampaignDate {
    date.plus_days(days).expect("far from the end of the calendar")
}

pub fn details(id: CampaignId, number: usize, date: CampaignDate, gm_mode: bool, location: u64) -> CampaignDetails {
    let text = |text: String| Text::parse("text", &text).expect("a text");
    CampaignDetails {
        id,
        name: text(format!("Company {number} 🦊")),
        date,
        team: 0,
        location: text(format!("System {location}")),
        gm_mode,
        active: false,
        status: Default::default(),
        ready: false,
        standing: Default::default(),
    }
}

fn new_slot(number: u64, host_date: CampaignDate, random: &mut Random) -> Slot {
    let ahead = random.percent(10);
    let days = if ahead { random.between(1, 8) as i64 } else { -(random.below(12) as i64) };
    Slot {
        id: CampaignId::from_u128(u128::from(number)),
        date: later(host_date, days),
        gm_mode: random.percent(20),
        location: 0,
        toe: 0,
        saves: Vec::new(),
        memento: String::new(),
        heard: None,
        main: None,
        partitioned_until: 0,
    }
}

/// Campaigns by their ids, in the order in which they are named in violations.
pub type Campaigns = BTreeSet<CampaignId>;
