// SPDX-License-Identifier: GPL-3.0-or-later
//! A campaign's dealings in all its sessions: part of the save, with a session or without one (protocol.md section 5).
//!
//! Every change goes through [`CampaignAssets`] and is worked out on a copy, which becomes the books when the campaign
//! has changed. So campaign and books are one unit: a call that fails has changed neither.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::assets::{AssetsError, CampaignAssets, Delivery};
use super::book::{Arrival, Book, Hold, Promise};
use super::settle::Taking;
use crate::protocol::CampaignDate;
use crate::protocol::money::Bundle;
use crate::protocol::settlement::{Cursor, HoldKey, OpenRequest, Outcome};

/// Promises of a campaign that may be open at once, in all its sessions: the books have to fit a memento.
pub const HOLDS_MAX: usize = 1_024;

/// Arrivals of a campaign that may be on their way at once, in all its sessions; beyond it settlements pause until days
/// have gone by.
pub const ARRIVALS_MAX: usize = 4_096;

/// All books of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Books {
    by_session: BTreeMap<Uuid, Book>,
}

/// What became of a settlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// The save has it now.
    Applied(Vec<BrokenPromise>),
    /// The save had it already.
    Before,
    /// It repairs the damage of a quarantine exit that the save does not know, and so never suffered.
    PassedOver,
}

/// A promise whose hold was taken for another purpose: it has to be withdrawn at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenPromise {
    /// Where it was made.
    pub session: Uuid,
    /// What it was known by.
    pub key: HoldKey,
    /// The message that made it.
    pub promise: Promise,
}

/// Why a settlement was not applied. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettleError {
    /// One before it is missing.
    #[error("settlement {found} came, but {wanted} is the next")]
    Gap {
        /// The next.
        wanted: u64,
        /// The one that came.
        found: u64,
    },
    /// Another settlement of that number was applied.
    #[error("the save has applied another settlement {0}")]
    Another(u64),
    /// Too much is on its way.
    #[error("more than {ARRIVALS_MAX} arrivals are on their way; they need their days to go by")]
    Crowded,
    /// The campaign did not.
    #[error(transparent)]
    Assets(#[from] AssetsError),
}

impl Books {
    /// The book of a session; none if the campaign never dealt there.
    pub fn get(&self, session: Uuid) -> Option<&Book> {
        self.by_session.get(&session)
    }

    /// The book of a session, to be changed or begun.
    pub fn book_mut(&mut self, session: Uuid) -> &mut Book {
        self.by_session.entry(session).or_default()
    }

    /// All books.
    pub fn iter(&self) -> impl Iterator<Item = (Uuid, &Book)> {
        self.by_session.iter().map(|(&session, book)| (session, book))
    }

    /// How many promises are open.
    pub fn holds(&self) -> usize {
        self.by_session.values().map(|book| book.holds.len()).sum()
    }

    /// All sessions with a book, this one first.
    pub(super) fn own_first(&self, session: Uuid) -> Vec<Uuid> {
        let others = self.by_session.keys().copied().filter(|&other| other != session);
        std::iter::once(session).chain(others).collect()
    }

    /// Sets a bundle aside before it is promised.
    pub fn hold(
        &mut self,
        session: Uuid,
        key: HoldKey,
        hold: Hold,
        assets: &mut dyn CampaignAssets,
    ) -> Result<(), AssetsError> {
        assets.reserve(key, &hold.bundle)?;
        self.book_mut(session).holds.insert(key, hold);
        Ok(())
    }

    /// The host's word: a hold ends, where there is one. Where the campaign cannot make it free, that is tried again every
    /// day.
    pub fn end_hold(
        &mut self,
        session: Uuid,
        key: HoldKey,
        assets: &mut dyn CampaignAssets,
    ) -> Result<(), AssetsError> {
        let Some(book) = self.by_session.get_mut(&session) else { return Ok(()) };
        let Some(hold) = book.holds.get_mut(&key) else { return Ok(()) };
        hold.ended = true;
        assets.release(key, &hold.bundle)?;
        book.holds.remove(&key);
        Ok(())
    }

    /// Applies a settlement: all of it, and only as the next one. What comes in waits until the campaign's date has
    /// reached its day; see [`Books::deliver`].
    pub fn settle(
        &mut self,
        session: Uuid,
        place: Cursor,
        outcome: &Outcome,
        assets: &mut dyn CampaignAssets,
    ) -> Result<Settled, SettleError> {
        if !self.is_next(session, place)? {
            if let Some(request) = outcome.request {
                self.end_hold(session, HoldKey { request, revision: outcome.revision }, assets)?;
            }
            return Ok(Settled::Before);
        }
        let exit = self.get(session).map_or(0, |book| book.exit);
        if outcome.exit != 0 && outcome.exit != exit {
            self.book_mut(session).cursor = place;
            return Ok(Settled::PassedOver);
        }
        let arrivals: usize = self.by_session.values().map(|book| book.arrivals.len()).sum();
        if !outcome.incoming.is_empty() && arrivals >= ARRIVALS_MAX {
            return Err(SettleError::Crowded);
        }
        let mut after = self.clone();
        let broken = Taking::new(&mut after, session, outcome).run(assets)?;
        after.expect_arrival(session, outcome);
        after.book_mut(session).cursor = place;
        *self = after;
        Ok(Settled::Applied(broken))
    }

    /// Whether a settlement is the next one; otherwise the save has it already.
    fn is_next(&self, session: Uuid, place: Cursor) -> Result<bool, SettleError> {
        let cursor = self.get(session).map(|book| book.cursor).unwrap_or_default();
        let wanted = cursor.number + 1;
        match place.number {
            number if number == wanted => Ok(true),
            number if number > wanted => Err(SettleError::Gap { wanted, found: number }),
            number if number == cursor.number && place.hash != cursor.hash => Err(SettleError::Another(number)),
            _ => Ok(false),
        }
    }

    /// Goes on past a place in the chain that means nothing to this save.
    pub(super) fn pass_over(&mut self, session: Uuid, place: Cursor) -> Result<(), SettleError> {
        if self.is_next(session, place)? {
            self.book_mut(session).cursor = place;
        }
        Ok(())
    }

    /// What comes in makes debts good first; the rest is on its way.
    fn expect_arrival(&mut self, session: Uuid, outcome: &Outcome) {
        let Some(due) = outcome.due else { return };
        let mut bundle = outcome.incoming.clone();
        for session in self.own_first(session) {
            if let Some(book) = self.by_session.get_mut(&session) {
                bundle = book.make_good(bundle);
            }
        }
        if !bundle.is_empty() {
            self.book_mut(session).expect(Arrival { request: outcome.request, bundle, due });
        }
    }

    /// The player does without a settlement that cannot be applied. The holds of its request end, as far as the campaign
    /// lets them; the listing of the next connect ends the others.
    pub fn skip(&mut self, session: Uuid, place: Cursor, outcome: &Outcome, assets: &mut dyn CampaignAssets) {
        let book = self.book_mut(session);
        if place.number != book.cursor.number + 1 {
            return;
        }
        book.cursor = place;
        book.remember_skip(place);
        let keys: Vec<_> = book.holds.keys().filter(|key| Some(key.request) == outcome.request).copied().collect();
        for key in keys {
            // It failed to settle, so it may fail to release as well.
            let _ = self.end_hold(session, key, assets);
        }
    }

    /// Hands over what has fallen due by a date, host or no host, and makes free what the host's word has ended before.
    /// What fails stays and is tried again the next day.
    pub fn deliver(&mut self, date: CampaignDate, assets: &mut dyn CampaignAssets) -> Vec<(Uuid, AssetsError)> {
        let mut failed = self.release_ended(assets);
        failed.extend(self.deliver_due(date, assets));
        failed
    }

    fn release_ended(&mut self, assets: &mut dyn CampaignAssets) -> Vec<(Uuid, AssetsError)> {
        let ended = |book: &Book| -> Vec<HoldKey> {
            book.holds.iter().filter(|(_, hold)| hold.ended).map(|(&key, _)| key).collect()
        };
        let ended: Vec<_> = self.by_session.iter().map(|(&session, book)| (session, ended(book))).collect();
        let each = ended.into_iter().flat_map(|(session, keys)| keys.into_iter().map(move |key| (session, key)));
        each.filter_map(|(session, key)| Some((session, self.end_hold(session, key, assets).err()?))).collect()
    }

    fn deliver_due(&mut self, date: CampaignDate, assets: &mut dyn CampaignAssets) -> Vec<(Uuid, AssetsError)> {
        let due = |book: &Book| -> Vec<u64> {
            book.arrivals.iter().filter(|(_, arrival)| arrival.due <= date).map(|(&number, _)| number).collect()
        };
        let due: Vec<_> = self.by_session.iter().map(|(&session, book)| (session, due(book))).collect();
        let each = due.into_iter().flat_map(|(session, numbers)| numbers.into_iter().map(move |n| (session, n)));
        each.filter_map(|(session, number)| Some((session, self.deliver_one(session, number, date, assets).err()?)))
            .collect()
    }

    /// Hands over what was settled last of all that is on its way, if it has fallen due by a date.
    pub fn deliver_last(
        &mut self,
        session: Uuid,
        date: CampaignDate,
        assets: &mut dyn CampaignAssets,
    ) -> Result<(), AssetsError> {
        let last = self.get(session).and_then(|book| book.arrivals.keys().next_back()).copied();
        last.map_or(Ok(()), |last| self.deliver_one(session, last, date, assets))
    }

    fn deliver_one(
        &mut self,
        session: Uuid,
        number: u64,
        date: CampaignDate,
        assets: &mut dyn CampaignAssets,
    ) -> Result<(), AssetsError> {
        let arrival = self.get(session).and_then(|book| book.arrivals.get(&number)).filter(|a| a.due <= date);
        let Some(Arrival { request, bundle, due }) = arrival.cloned() else { return Ok(()) };
        assets.deliver(&Delivery { request, bundle, due })?;
        self.book_mut(session).arrivals.remove(&number);
        Ok(())
    }

    /// Makes the holds those of the host's listing: releases what is not promised there, keeps what is. Answers with what
    /// is held then; a promise that is not among it counts as withdrawn.
    pub fn equalise(
        &mut self,
        session: Uuid,
        listing: &[OpenRequest],
        assets: &mut dyn CampaignAssets,
    ) -> (Vec<HoldKey>, Vec<AssetsError>) {
        let promised =
            |key: &HoldKey, bundle: &Bundle| listing.iter().any(|open| open.key == *key && open.promised == *bundle);
        let (mut held, mut unlisted) = (Vec::new(), Vec::new());
        for (&key, hold) in &mut self.book_mut(session).holds {
            if promised(&key, &hold.bundle) {
                hold.ended = false;
                held.push(key);
            } else {
                unlisted.push(key);
            }
        }
        let failed = unlisted.into_iter().filter_map(|key| self.end_hold(session, key, assets).err()).collect();
        (held, failed)
    }

    /// The campaign has left quarantine: the exit's place in the chain is where it goes on from.
    pub fn exit_quarantine(&mut self, session: Uuid, exit: u64, cursor: Cursor) {
        let book = self.book_mut(session);
        book.exit = exit;
        book.cursor = cursor;
    }

    /// The player was told of an adjustment of another campaign.
    pub(super) fn hear_news(&mut self, session: Uuid, news: Cursor) {
        self.book_mut(session).news = news;
    }

    /// The player gives a session up: what is held for it is free again. What it has applied, what it owes and what is
    /// still to arrive stays, for the host may come back.
    pub fn abandon(&mut self, session: Uuid, assets: &mut dyn CampaignAssets) -> Vec<AssetsError> {
        let keys: Vec<_> = self.get(session).into_iter().flat_map(|book| book.holds.keys().copied()).collect();
        keys.into_iter().filter_map(|key| self.end_hold(session, key, assets).err()).collect()
    }
}
