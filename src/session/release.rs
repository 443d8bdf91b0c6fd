// SPDX-License-Identifier: GPL-3.0-or-later
//! When the effects of a host leave: not before the records that they depend on are on the disk (protocol.md section 5,
//! "Ledger and session").
//!
//! The effects of one input stay together. While the ledger works they leave in the order in which they came about, so
//! the few that wait for the disk make those behind them wait as well. When it does not work, what depends on no record
//! passes by: the calendar goes on. What waits for all records is parted from the input's other effects, so that it waits
//! alone: a replay tells of records that are older than itself.

use std::collections::VecDeque;

use super::host::HostEffect;
use super::record::gates;
use crate::protocol::entry::Record;

/// Effects on their way out of a host. Whoever drives it numbers the records and tells how far the ledger is.
#[derive(Debug, Default)]
pub struct Release {
    ready: Vec<HostEffect>,
    waiting: VecDeque<Waiting>,
    /// The entry that was appended last.
    appended: u64,
    durable: u64,
    stuck: bool,
}

#[derive(Debug)]
struct Waiting {
    /// The entry that must be durable; 0: none.
    after: u64,
    effects: Vec<HostEffect>,
}

impl Release {
    /// A ledger that is durable up to an entry already.
    pub fn new(durable: u64) -> Self {
        Self { appended: durable, durable, ..Self::default() }
    }

    /// Takes the effects of one input. `append` keeps a record and answers with its entry's number; where it fails, nothing
    /// of the input leaves.
    pub fn keep<E>(
        &mut self,
        effects: Vec<HostEffect>,
        mut append: impl FnMut(&Record) -> Result<u64, E>,
    ) -> Result<(), E> {
        let mut gate = 0;
        let mut rest = Vec::with_capacity(effects.len());
        let mut after_all = Vec::new();
        for effect in effects {
            match effect {
                HostEffect::AfterAll(effects) => after_all.extend(effects),
                HostEffect::Record(record) => {
                    self.appended = append(&record)?;
                    gate = if gates(&record) { self.appended } else { gate };
                    rest.push(HostEffect::Record(record));
                }
                effect => rest.push(effect),
            }
        }
        self.add(gate, rest);
        if !after_all.is_empty() {
            self.add(self.appended, after_all);
        }
        Ok(())
    }

    /// Takes effects which depend on the entry `after` and all before it; 0: on none.
    pub fn add(&mut self, after: u64, effects: Vec<HostEffect>) {
        if after <= self.durable && (self.waiting.is_empty() || self.stuck) {
            self.ready.extend(effects);
        } else {
            self.waiting.push_back(Waiting { after, effects });
        }
    }

    /// The ledger is durable up to this entry.
    pub fn durable(&mut self, entry: u64) {
        self.durable = self.durable.max(entry);
        while let Some(first) = self.waiting.pop_front_if(|first| first.after <= self.durable) {
            self.ready.extend(first.effects);
        }
    }

    /// The ledger cannot be written, or can be again. What depends on no missing entry passes by meanwhile.
    pub fn set_stuck(&mut self, stuck: bool) {
        self.stuck = stuck;
        if stuck {
            let (free, held): (VecDeque<_>, _) = self.waiting.drain(..).partition(|next| next.after <= self.durable);
            self.waiting = held;
            self.ready.extend(free.into_iter().flat_map(|next| next.effects));
        }
    }

    /// What may leave now, in order.
    pub fn take(&mut self) -> Vec<HostEffect> {
        std::mem::take(&mut self.ready)
    }

    /// Whether anything waits for the ledger.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::host::BusId;
    use super::*;

    fn effect(number: u64) -> Vec<HostEffect> {
        vec![HostEffect::CloseBus(BusId(number))]
    }

    fn taken(release: &mut Release) -> Vec<u64> {
        let number = |effect| match effect {
            HostEffect::CloseBus(BusId(number)) => number,
            other => panic!("not one of this test's: {other:?}"),
        };
        release.take().into_iter().map(number).collect()
    }

    #[test]
    fn nothing_leaves_before_the_entry_it_depends_on_and_all_before_it_are_durable() {
        let mut release = Release::new(4);
        release.add(6, effect(1));
        assert!(release.is_waiting() && taken(&mut release).is_empty());
        release.durable(5);
        assert!(taken(&mut release).is_empty());
        release.durable(6);
        assert_eq!(taken(&mut release), [1]);
        release.add(6, effect(2));
        assert_eq!(taken(&mut release), [2]);
    }

    #[test]
    fn while_the_ledger_works_the_order_is_kept() {
        let mut release = Release::new(0);
        release.add(0, effect(1));
        release.add(1, effect(2));
        release.add(0, effect(3));
        release.add(2, effect(4));
        assert_eq!(taken(&mut release), [1]);
        release.durable(1);
        assert_eq!(taken(&mut release), [2, 3]);
        release.durable(2);
        assert_eq!(taken(&mut release), [4]);
    }

    #[test]
    fn while_the_ledger_is_stuck_only_what_depends_on_it_waits() {
        let mut release = Release::new(0);
        release.add(1, effect(1));
        release.add(0, effect(2));
        release.set_stuck(true);
        assert_eq!(taken(&mut release), [2]);
        release.add(2, effect(3));
        release.add(0, effect(4));
        assert_eq!(taken(&mut release), [4]);
        release.set_stuck(false);
        release.add(0, effect(5));
        assert!(taken(&mut release).is_empty());
        release.durable(2);
        assert_eq!(taken(&mut release), [1, 3, 5]);
    }
}
