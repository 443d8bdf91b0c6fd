// SPDX-License-Identifier: GPL-3.0-or-later
//! A host is killed at every write point of its ledger and started again: it knows exactly what was recorded, and
//! nobody had been told more than that.
//!
//! On the simulated disk, writes are synced some steps late, as the real writer does, and power goes before and after
//! each. On the real one, every state that a crash can leave behind is made from the files of a finished play.

mod disk;
mod formats;
mod model;
mod play;

use std::collections::BTreeMap;
use std::convert::Infallible;

use distributed_mekhq::ledger::memory::Moment;
use distributed_mekhq::ledger::{Identity, MemoryDisk, MemoryStore, Store, StoreError, replay};
use distributed_mekhq::protocol::entry::{Entry, Record};
use distributed_mekhq::protocol::{BusMessage, CampaignId};
use distributed_mekhq::session::Now;
use distributed_mekhq::session::host::{Host, HostEffect, HostInput};
use distributed_mekhq::session::release::Release;
use uuid::Uuid;

use model::Memory;
use play::{HOST, Play, started};

pub fn identity() -> Identity {
    Identity { session: Uuid::from_u128(7), campaign: CampaignId::from_u128(HOST) }
}

pub fn records_of(effects: &[HostEffect]) -> Vec<Record> {
    let records = effects.iter().filter_map(|effect| match effect {
        HostEffect::Record(record) => Some(record.clone()),
        _ => None,
    });
    records.collect()
}

pub fn encoded(record: &Record) -> prost::bytes::Bytes {
    Entry { unix_ms: 0, record: record.clone() }.encode()
}

pub fn past_of(store: &impl Store) -> Vec<Record> {
    let mut past = Vec::new();
    replay(store, |_, entry| past.push(entry.record)).expect("a sound ledger");
    past
}

/// A host whose ledger is on a simulated disk.
struct Driven {
    host: Host,
    store: MemoryStore,
    release: Release,
    last: u64,
    /// Inputs between a write and its sync.
    delay: u64,
    inputs: u64,
    alive: bool,
    /// The team that each campaign was told to be on last.
    told_teams: BTreeMap<CampaignId, i32>,
    durable: u64,
}

impl Driven {
    fn new(disk: &MemoryDisk, delay: u64) -> Self {
        let store = disk.open(&identity()).expect("an empty disk opens");
        let (host, release) = (started(store.identity().session), Release::new(0));
        let told_teams = BTreeMap::new();
        Self { host, store, release, last: 0, delay, inputs: 0, alive: true, told_teams, durable: 0 }
    }

    /// Carries out one input; nothing happens in a dead process.
    fn step(&mut self, input: HostInput) -> Vec<HostEffect> {
        if !self.alive {
            return Vec::new();
        }
        let effects = self.host.handle(Now(0), input);
        let records = records_of(&effects);
        let awaited = effects.iter().any(|effect| matches!(effect, HostEffect::Reply { .. }));
        let mut number = self.last;
        let append = |_: &Record| -> Result<u64, Infallible> {
            number += 1;
            Ok(number)
        };
        self.release.keep(effects, append).expect("cannot fail");
        self.inputs += 1;
        // Whoever made a call does nothing until it is answered.
        let sync = awaited || self.inputs.is_multiple_of(self.delay);
        self.alive = self.keep(&records, sync).is_ok();
        let left = self.release.take();
        self.watch(&left);
        left
    }

    fn keep(&mut self, records: &[Record], sync: bool) -> Result<(), StoreError> {
        if !records.is_empty() {
            self.last = self.store.write(&records.iter().map(encoded).collect::<Vec<_>>())?;
        }
        if sync {
            self.store.sync()?;
            self.durable = self.last;
            self.release.durable(self.last);
        }
        Ok(())
    }

    fn watch(&mut self, left: &[HostEffect]) {
        for effect in left {
            if let HostEffect::Send { message: BusMessage::TeamAssignment(assignment), .. } = effect {
                self.told_teams.extend(assignment.teams.iter().copied());
            }
        }
    }
}

/// Plays until the power goes at a write point, or to the end. Answers with how many write points there were.
fn play(point: u64, moment: Moment, delay: u64) -> u64 {
    let disk = MemoryDisk::new(point ^ (delay << 32));
    disk.crash_at(point, moment);
    let mut driven = Driven::new(&disk, delay);
    let mut step = |input| driven.step(input);
    Play::new(&mut step).all();
    let Driven { store, durable, told_teams, .. } = driven;
    drop(store);
    let store = disk.open(&identity()).expect("the disk opens again");
    let past = past_of(&store);
    assert!(past.len() as u64 >= durable, "point {point} {moment:?}: what was durable is there");
    let remembered = Memory::rebuilt(&past, store.identity().session);
    assert_eq!(remembered, Memory::of(&past), "point {point} {moment:?}, delay {delay}");
    for (campaign, team) in told_teams.into_iter().filter(|(campaign, _)| *campaign != CampaignId::from_u128(HOST)) {
        let recorded = past.contains(&Record::TeamAssigned { campaign, team });
        assert!(recorded, "point {point} {moment:?}: team {team} was told and is not recorded");
    }
    disk.write_points()
}

#[test]
fn a_host_that_dies_at_any_write_point_knows_what_was_recorded_and_told_no_more() {
    let mut points = 0;
    for delay in 1..=4 {
        let all = play(u64::MAX, Moment::After, delay);
        for point in 1..=all {
            play(point, Moment::Before, delay);
            play(point, Moment::After, delay);
        }
        points += all;
    }
    assert!(points > 100, "the play writes often");
    println!("figure write points on a simulated disk: {points}");
    println!("figure deaths at them: {}", 2 * points);
}
