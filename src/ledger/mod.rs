// SPDX-License-Identifier: GPL-3.0-or-later
//! The durable, append-only record of a session (protocol.md section 5, "Ledger and session").
//!
//! A [`Store`] holds encoded entries: [`SqliteStore`] on a disk, [`MemoryStore`] on a simulated one that can lose power.
//! A [`Writer`] appends to a store from its own thread, many entries at a time; [`InlineLedger`] does it on the spot, for
//! simulated time. [`open`] gives a session's past and takes what follows.

mod chain;
pub mod error;
mod files;
pub mod inline;
pub mod memory;
mod schema;
pub mod sqlite;
pub mod writer;

#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod sqlite_tests;
#[cfg(test)]
mod twin_tests;
#[cfg(test)]
mod writer_tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use prost::bytes::Bytes;
use tokio::sync::{oneshot, watch};
use uuid::Uuid;

use crate::protocol::CampaignId;
use crate::protocol::entry::{Entry, Record};

pub use error::{Damage, OpenError, StoreError};
pub use inline::InlineLedger;
pub use memory::{MemoryDisk, MemoryStore};
pub use sqlite::SqliteStore;
pub use writer::{AppendError, CloseError, Progress, Writer};

/// Whose ledger it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The session. Outlives the process.
    pub session: Uuid,
    /// The host campaign, whose session it is.
    pub campaign: CampaignId,
}

/// Where entries are kept. One owner at a time; every call may wait for a disk.
pub trait Store: Send {
    /// The session and campaign that the store was made for.
    fn identity(&self) -> Identity;

    /// The number of the last entry; 0: there is none.
    fn last(&self) -> u64;

    /// Appends encoded entries, all or none, and returns the number of the last one. They are durable then.
    ///
    /// After an error none of them counts, and the same call may be made again: should the disk have them all the same,
    /// the next call overwrites them, or the next opening finds them.
    fn append(&mut self, bodies: &[Bytes]) -> Result<u64, StoreError>;

    /// Hands out all entries with their numbers, 1, 2, 3 …, each checked before it is handed out.
    fn read(&self, visit: &mut dyn FnMut(u64, &[u8])) -> Result<(), StoreError>;

    /// Copies the durable entries to a new file, which opens as a ledger. An existing file is not replaced.
    fn backup(&self, to: &Path) -> Result<(), StoreError>;

    /// Ends the use of the store. Dropping does the same, but tells of no error.
    fn close(self) -> Result<(), StoreError>;
}

/// A ledger that is being written: entries are numbered at once and durable later. Any thread may call.
pub trait Ledger: Send + Sync {
    /// Takes an entry and returns its number. It is durable when [`Progress::durable`] has reached that.
    fn append(&self, entry: &Entry) -> Result<u64, AppendError>;

    /// How far the ledger is, now and from now on. Ends when nothing is written any more.
    fn progress(&self) -> watch::Receiver<Progress>;

    /// Copies what is durable to a new file. No answer: the ledger was closed.
    fn backup(&self, to: PathBuf) -> oneshot::Receiver<Result<(), StoreError>>;

    /// Writes what waits and ends; may wait as long as the deadline says.
    fn close(&self, deadline: Duration) -> Result<(), CloseError>;
}

/// A session as its ledger has it, and the ledger to go on with.
pub struct Reopened {
    /// The session.
    pub session: Uuid,
    /// All that was recorded, in order.
    pub past: Vec<Record>,
    /// Takes what follows.
    pub ledger: Box<dyn Ledger>,
}

/// Whether a session begins where there is no ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begin {
    /// It does, unless a damaged ledger was set aside: as far as the campaign's save knows, it was never hosted.
    First,
    /// It does not: the save knows a session of its own, whose ledger is somewhere else then, or lost.
    NotAgain,
    /// It does: the player has chosen to.
    Anew,
}

/// Opens the ledger of a host campaign in a folder, or makes a new one, where one may begin.
pub fn open(folder: &Path, campaign: CampaignId, begin: Begin) -> Result<Reopened, OpenError> {
    let identity = Identity { session: Uuid::new_v4(), campaign };
    let store = SqliteStore::open(folder, &identity, begin)?;
    reopen(store, |store| Ok(Box::new(Writer::start(store)?)))
}

/// Reads a store's past, then begins to write to it.
pub fn reopen<S: Store>(
    store: S,
    begin: impl FnOnce(S) -> std::io::Result<Box<dyn Ledger>>,
) -> Result<Reopened, OpenError> {
    let session = store.identity().session;
    let mut past = Vec::new();
    replay(&store, |_, entry| past.push(entry.record))?;
    let ledger = begin(store).map_err(|error| OpenError::Unavailable { reason: error.to_string() })?;
    Ok(Reopened { session, past, ledger })
}

/// Reads all entries back in order.
///
/// An entry that cannot be understood ends it with [`OpenError::Unreadable`]; whoever gets an error must forget what was
/// applied until then.
pub fn replay(store: &impl Store, mut apply: impl FnMut(u64, Entry)) -> Result<(), OpenError> {
    let mut unreadable = None;
    let read = store.read(&mut |number, body| match Entry::decode(body) {
        Ok(entry) if unreadable.is_none() => apply(number, entry),
        Ok(_) => {}
        Err(problem) => {
            unreadable.get_or_insert(OpenError::Unreadable { number, problem });
        }
    });
    read.map_err(|error| OpenError::Unavailable { reason: error.to_string() })?;
    unreadable.map_or(Ok(()), Err)
}
