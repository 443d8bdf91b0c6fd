// SPDX-License-Identifier: GPL-3.0-or-later
//! Where a settlement takes what it takes (protocol.md section 5, "Settle is all or nothing and may not refuse").
//!
//! The order is: its own hold; then every other hold of that request ends; then what is free; then arrivals not yet due;
//! then other holds, which end thereby; what is still missing becomes a debt. It is worked out on a copy of the books,
//! which takes their place when the campaign has settled, and not before.

use uuid::Uuid;

use super::assets::{AssetsError, CampaignAssets, Settling};
use super::book::{Arrival, Book};
use super::books::{Books, BrokenPromise};
use crate::protocol::money::Bundle;
use crate::protocol::settlement::{HoldKey, Outcome};

/// A settlement on its way through the books.
pub(super) struct Taking<'a> {
    books: &'a mut Books,
    session: Uuid,
    settling: Settling,
    missing: Bundle,
    broken: Vec<BrokenPromise>,
}

impl<'a> Taking<'a> {
    pub(super) fn new(books: &'a mut Books, session: Uuid, outcome: &Outcome) -> Self {
        let settling = Settling {
            outcome: outcome.clone(),
            released: Vec::new(),
            consumed: Vec::new(),
            taken: Bundle::default(),
            owed: None,
        };
        Self { books, session, settling, missing: outcome.outgoing.clone(), broken: Vec::new() }
    }

    /// Works it all out and has the campaign settle. The books are the new ones if it does.
    pub(super) fn run(mut self, assets: &mut dyn CampaignAssets) -> Result<Vec<BrokenPromise>, AssetsError> {
        self.own_hold();
        self.other_holds_of_the_request();
        self.free(assets)?;
        self.arrivals();
        self.other_holds();
        self.owe()?;
        assets.settle(&self.settling)?;
        Ok(self.broken)
    }

    fn own(&mut self) -> &mut Book {
        self.books.book_mut(self.session)
    }

    fn own_hold(&mut self) {
        let Some(request) = self.settling.outcome.request else { return };
        let key = HoldKey { request, revision: self.settling.outcome.revision };
        if let Some(hold) = self.own().holds.remove(&key) {
            self.use_up(key, hold.bundle);
        }
    }

    /// Takes from what was set aside; the rest is free from now on.
    fn use_up(&mut self, key: HoldKey, mut held: Bundle) {
        let used = held.take(&self.missing);
        self.missing.take(&used);
        if !used.is_empty() {
            self.settling.consumed.push((key, used));
        }
        if !held.is_empty() {
            self.settling.released.push((key, held));
        }
    }

    fn other_holds_of_the_request(&mut self) {
        let Some(request) = self.settling.outcome.request else { return };
        let own = self.own();
        let keys: Vec<_> = own.holds.keys().filter(|key| key.request == request).copied().collect();
        let ended = keys.into_iter().filter_map(|key| Some((key, own.holds.remove(&key)?.bundle)));
        let ended: Vec<_> = ended.collect();
        self.settling.released.extend(ended);
    }

    fn free(&mut self, assets: &mut dyn CampaignAssets) -> Result<(), AssetsError> {
        if self.missing.is_empty() {
            return Ok(());
        }
        // What this very settlement makes free counts, though the campaign has not yet heard of it.
        let mut taken: Vec<Bundle> = Vec::new();
        for (_, released) in &self.settling.released {
            let mut released = released.clone();
            let part = released.take(&self.missing);
            self.missing.take(&part);
            taken.push(part);
        }
        let free = assets.inspect(&self.missing)?.free;
        let part = self.missing.take(&free);
        taken.push(part);
        for part in taken {
            self.settling.taken.put(&part);
        }
        Ok(())
    }

    /// Own session first: whoever gives away what is still on its way to him gives exactly that.
    fn arrivals(&mut self) {
        for session in self.books.own_first(self.session) {
            let arrivals = &mut self.books.book_mut(session).arrivals;
            for arrival in arrivals.values_mut() {
                let part = arrival.bundle.take(&self.missing);
                self.missing.take(&part);
            }
            arrivals.retain(|_, arrival: &mut Arrival| !arrival.bundle.is_empty());
        }
    }

    fn other_holds(&mut self) {
        for session in self.books.own_first(self.session) {
            let keys: Vec<_> = self.books.book_mut(session).holds.keys().copied().collect();
            for key in keys {
                let holds = &mut self.books.book_mut(session).holds;
                let useful = |bundle: &Bundle| !bundle.clone().take(&self.missing).is_empty();
                let Some(hold) = holds.get(&key).filter(|hold| useful(&hold.bundle)).cloned() else { continue };
                holds.remove(&key);
                self.use_up(key, hold.bundle.clone());
                self.broken.push(BrokenPromise { session, key, promise: hold.promise });
            }
        }
    }

    fn owe(&mut self) -> Result<(), AssetsError> {
        let Some(money) = self.missing.money() else { return Ok(()) };
        self.settling.owed = Some(money);
        self.own().owe(money).ok_or_else(|| AssetsError::Failed("its debts are beyond counting".into()))
    }
}
