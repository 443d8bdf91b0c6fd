// SPDX-License-Identifier: GPL-3.0-or-later
//! The simulated disk of a host.

use distributed_mekhq::protocol::entry::Record;

/// What the simulation asks of a ledger: to append, and to lose at a crash what was not yet durable.
pub trait Ledger {
    /// Appends an entry, which is not durable yet.
    fn append(&mut self, record: Record);

    /// Entries that a crash would lose.
    fn undurable(&self) -> usize;

    /// The oldest `count` of the undurable entries are durable from now on.
    fn make_durable(&mut self, count: usize);

    /// The process died.
    fn crash(&mut self);

    /// All entries, oldest first.
    fn records(&self) -> &[Record];
}

/// A list with a durable prefix.
#[derive(Default)]
pub struct ListLedger {
    records: Vec<Record>,
    durable: usize,
}

impl Ledger for ListLedger {
    fn append(&mut self, record: Record) {
        self.records.push(record);
    }

    fn undurable(&self) -> usize {
        self.records.len() - self.durable
    }

    fn make_durable(&mut self, count: usize) {
        self.durable = self.records.len().min(self.durable + count);
    }

    fn crash(&mut self) {
        self.records.truncate(self.durable);
    }

    fn records(&self) -> &[Record] {
        &self.records
    }
}
