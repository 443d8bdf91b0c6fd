// SPDX-License-Identifier: GPL-3.0-or-later
//! A ledger on a simulated disk: the crash-model twin of [`super::SqliteStore`].
//!
//! What is written stays volatile until it is synced. When the power goes, some number of the last unsynced batches is
//! lost, from none to all; the disk's seed decides how many, so a run can be repeated. Batches are lost whole, as the
//! transactions of the real store are. [`Store::append`] writes and syncs; a simulator calls [`MemoryStore::write`] and
//! [`MemoryStore::sync`] apart, to let time pass in between.
//!
//! Each write and each sync is a write point, counted from 1 over the life of the disk. Power can be made to go right
//! before or right after any of them.
//!
//! Concurrency: one mutex, held for the length of a call; nothing waits while it holds it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use prost::bytes::Bytes;
use sha2::{Digest, Sha256};

use super::chain::{Chain, Hash};
use super::error::{OpenError, StoreError};
use super::{Identity, Store};

/// On which side of a write point the power goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// What the point stands for does not happen.
    Before,
    /// It happens, but its caller does not learn of it.
    After,
}

/// A disk with room for one ledger. Clones are the same disk; it outlives the stores that are opened on it.
#[derive(Debug, Clone)]
pub struct MemoryDisk {
    disk: Arc<Mutex<Disk>>,
}

/// A ledger on a [`MemoryDisk`], open.
#[derive(Debug)]
pub struct MemoryStore {
    disk: Arc<Mutex<Disk>>,
    identity: Identity,
    chain: Chain,
    /// Which opening of the disk this store is; after the next one, or after a crash, it is none.
    opening: u64,
}

#[derive(Debug)]
struct Disk {
    seed: u64,
    ledger: Option<Image>,
    backups: BTreeMap<PathBuf, Image>,
    /// Written, not yet synced.
    volatile: Vec<Vec<Row>>,
    points: u64,
    crash_at: Option<(u64, Moment)>,
    crashes: u64,
    openings: u64,
    open: bool,
    full: bool,
    refused_writes: u64,
}

#[derive(Debug, Clone)]
struct Image {
    identity: Identity,
    rows: Vec<Row>,
}

#[derive(Debug, Clone)]
struct Row {
    body: Bytes,
    hash: Hash,
}

impl MemoryDisk {
    /// An empty disk; the seed decides what its crashes lose.
    pub fn new(seed: u64) -> Self {
        let disk = Disk {
            seed,
            ledger: None,
            backups: BTreeMap::new(),
            volatile: Vec::new(),
            points: 0,
            crash_at: None,
            crashes: 0,
            openings: 0,
            open: false,
            full: false,
            refused_writes: 0,
        };
        Self { disk: Arc::new(Mutex::new(disk)) }
    }

    /// Switches the power on where it is off, and opens the ledger as [`super::SqliteStore::open`] does.
    pub fn open(&self, identity: &Identity) -> Result<MemoryStore, OpenError> {
        let mut disk = lock(&self.disk);
        if disk.open {
            return Err(OpenError::InUse);
        }
        let image = disk.ledger.get_or_insert_with(|| Image { identity: *identity, rows: Vec::new() });
        let found = image.identity;
        if found.campaign != identity.campaign {
            return Err(OpenError::OtherCampaign { found: found.campaign, wanted: identity.campaign });
        }
        let mut chain = Chain::new(&found);
        for row in &image.rows {
            chain.extend(&row.body);
        }
        disk.open = true;
        disk.openings += 1;
        Ok(MemoryStore { disk: Arc::clone(&self.disk), identity: found, chain, opening: disk.openings })
    }

    /// The power goes now: unsynced batches may be lost, and the open store is of no more use.
    pub fn crash(&self) {
        lock(&self.disk).crash();
    }

    /// The power goes at this write point, once.
    pub fn crash_at(&self, point: u64, moment: Moment) {
        lock(&self.disk).crash_at = Some((point, moment));
    }

    /// How many write points there were.
    pub fn write_points(&self) -> u64 {
        lock(&self.disk).points
    }

    /// From now on writes fail for want of room, or no longer do.
    pub fn set_full(&self, full: bool) {
        lock(&self.disk).full = full;
    }

    /// How many writes failed for want of room.
    pub fn refused_writes(&self) -> u64 {
        lock(&self.disk).refused_writes
    }

    /// Puts a backup into the ledger's place, as a player would who copies it back. `false`: there is no such backup, or
    /// the ledger is open.
    pub fn restore(&self, backup: &Path) -> bool {
        let mut disk = lock(&self.disk);
        match disk.backups.get(backup).cloned() {
            Some(image) if !disk.open => {
                disk.ledger = Some(image);
                true
            }
            _ => false,
        }
    }
}

impl MemoryStore {
    /// Appends a batch that stays volatile until the next [`MemoryStore::sync`]; returns the number of its last entry.
    pub fn write(&mut self, bodies: &[Bytes]) -> Result<u64, StoreError> {
        let mut disk = usable(&self.disk, self.opening)?;
        if disk.full {
            disk.refused_writes += 1;
            return Err(StoreError::Full);
        }
        let chain = &mut self.chain;
        disk.pass(|disk| {
            let row = |body: &Bytes| {
                chain.extend(body);
                Row { body: body.clone(), hash: *chain.head() }
            };
            disk.volatile.push(bodies.iter().map(row).collect());
        })?;
        Ok(self.chain.last())
    }

    /// Makes all that was written durable.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        usable(&self.disk, self.opening)?.pass(|disk| {
            let batches = disk.volatile.len();
            disk.settle(batches);
        })
    }
}

impl Store for MemoryStore {
    fn identity(&self) -> Identity {
        self.identity
    }

    fn last(&self) -> u64 {
        self.chain.last()
    }

    fn append(&mut self, bodies: &[Bytes]) -> Result<u64, StoreError> {
        let last = self.write(bodies)?;
        self.sync()?;
        Ok(last)
    }

    fn read(&self, visit: &mut dyn FnMut(u64, &[u8])) -> Result<(), StoreError> {
        let disk = usable(&self.disk, self.opening)?;
        let mut chain = Chain::new(&self.identity);
        let durable = disk.ledger.iter().flat_map(|image| &image.rows);
        for row in durable.chain(disk.volatile.iter().flatten()) {
            chain.check(chain.last() + 1, &row.body, &row.hash)?;
            visit(chain.last(), &row.body);
        }
        Ok(chain.check_end(self.chain.head())?)
    }

    fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let mut disk = usable(&self.disk, self.opening)?;
        if disk.backups.contains_key(to) {
            return Err(StoreError::Exists(to.to_owned()));
        }
        if let Some(image) = disk.ledger.clone() {
            disk.backups.insert(to.to_owned(), image);
        }
        Ok(())
    }

    fn close(mut self) -> Result<(), StoreError> {
        self.sync()
    }
}

impl Drop for MemoryStore {
    /// The process ends or closes the file; the machine goes on, so nothing volatile is lost.
    fn drop(&mut self) {
        if let Ok(mut disk) = usable(&self.disk, self.opening) {
            let batches = disk.volatile.len();
            disk.settle(batches);
            disk.open = false;
        }
    }
}

impl Disk {
    /// One write point.
    fn pass(&mut self, act: impl FnOnce(&mut Self)) -> Result<(), StoreError> {
        self.points += 1;
        let crash = self.crash_at.take_if(|(point, _)| *point == self.points).map(|(_, moment)| moment);
        if crash != Some(Moment::Before) {
            act(self);
        }
        if crash.is_some() {
            self.crash();
            return Err(StoreError::PowerOff);
        }
        Ok(())
    }

    fn crash(&mut self) {
        self.crashes += 1;
        let draw = Sha256::new().chain_update(self.seed.to_be_bytes()).chain_update(self.crashes.to_be_bytes());
        let draw: Hash = draw.finalize().into();
        let draw = u16::from_be_bytes([draw[0], draw[1]]);
        self.settle(usize::from(draw) % (self.volatile.len() + 1));
        self.volatile.clear();
        self.open = false;
        self.openings += 1;
    }

    /// The first unsynced batches reach the disk.
    fn settle(&mut self, batches: usize) {
        let rows = self.volatile.drain(..batches).flatten();
        if let Some(image) = &mut self.ledger {
            image.rows.extend(rows);
        }
    }
}

fn lock(disk: &Mutex<Disk>) -> MutexGuard<'_, Disk> {
    disk.lock().unwrap_or_else(PoisonError::into_inner)
}

fn usable(disk: &Mutex<Disk>, opening: u64) -> Result<MutexGuard<'_, Disk>, StoreError> {
    let disk = lock(disk);
    if disk.open && disk.openings == opening { Ok(disk) } else { Err(StoreError::PowerOff) }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{bodies, contents, identity};
    use super::*;

    /// Three batches of two entries, the first one synced.
    fn one_synced_of_three(disk: &MemoryDisk) -> MemoryStore {
        let mut store = disk.open(&identity()).expect("an empty disk opens");
        store.append(&bodies(1..=2)).expect("the disk works");
        store.write(&bodies(3..=4)).expect("the disk works");
        store.write(&bodies(5..=6)).expect("the disk works");
        store
    }

    fn survivors(seed: u64) -> Vec<Bytes> {
        let disk = MemoryDisk::new(seed);
        let store = one_synced_of_three(&disk);
        disk.crash();
        assert_eq!(store.read(&mut |_, _| {}), Err(StoreError::PowerOff));
        contents(&disk.open(&identity()).expect("a crashed disk opens"))
    }

    #[test]
    fn a_crash_loses_any_number_of_unsynced_batches_and_nothing_else() {
        let possible = [bodies(1..=2), bodies(1..=4), bodies(1..=6)];
        let outcomes: Vec<_> = (0..100).map(survivors).collect();
        assert!(outcomes.iter().all(|outcome| possible.contains(outcome)));
        assert!(possible.iter().all(|possible| outcomes.contains(possible)));
    }

    #[test]
    fn the_same_seed_loses_the_same() {
        assert!((0..100).all(|seed| survivors(seed) == survivors(seed)));
    }

    #[test]
    fn nothing_synced_is_lost_whatever_the_seed() {
        for seed in 0..100 {
            let disk = MemoryDisk::new(seed);
            one_synced_of_three(&disk).sync().expect("the disk works");
            disk.crash();
            assert_eq!(contents(&disk.open(&identity()).expect("a crashed disk opens")), bodies(1..=6));
        }
    }

    #[test]
    fn the_power_can_go_on_either_side_of_every_write_point() {
        let run = |point, moment| {
            let disk = MemoryDisk::new(7);
            disk.crash_at(point, moment);
            let mut store = disk.open(&identity()).expect("an empty disk opens");
            let told: Vec<_> = [1..=2, 3..=4].map(|numbers| store.append(&bodies(numbers)).is_ok()).into();
            drop(store);
            (told, contents(&disk.open(&identity()).expect("a crashed disk opens")))
        };
        let disk = MemoryDisk::new(7);
        let mut store = disk.open(&identity()).expect("an empty disk opens");
        assert_eq!([1..=2, 3..=4].map(|numbers| store.append(&bodies(numbers))), [Ok(2), Ok(4)]);
        assert_eq!(disk.write_points(), 4);
        for point in 1..=4 {
            let durable_before = if point <= 2 { Vec::new() } else { bodies(1..=2) };
            let at_most = if point <= 2 { bodies(1..=2) } else { bodies(1..=4) };
            let told = vec![point > 2, false];
            let before = run(point, Moment::Before);
            assert_eq!(before.0, told);
            let is_sync = point % 2 == 0;
            assert!(before.1 == durable_before || (is_sync && before.1 == at_most));
            let after = run(point, Moment::After);
            assert_eq!(after.0, told);
            assert!(after.1 == at_most || (!is_sync && after.1 == durable_before));
        }
    }

    #[test]
    fn a_full_disk_takes_nothing_until_there_is_room() {
        let disk = MemoryDisk::new(0);
        let mut store = disk.open(&identity()).expect("an empty disk opens");
        disk.set_full(true);
        assert_eq!(store.append(&bodies(1..=2)), Err(StoreError::Full));
        disk.set_full(false);
        assert_eq!(store.append(&bodies(1..=2)), Ok(2));
        assert_eq!(contents(&store), bodies(1..=2));
    }
}
