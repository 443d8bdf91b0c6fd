// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's numbered settlements of each campaign (protocol.md section 5, "Settlements").
//!
//! They follow from the facts of the ledger alone. Each one's hash covers the hash before it, its number and its content,
//! and the first one's the names of session and campaign: a cursor that carries it tells two pasts of the same length
//! apart. A quarantine exit is numbered among them, and its hash covers the cursor that was left: a save that has passed
//! through it is told apart from any ledger that does not hold this exit, as one restored to before it.
//!
//! Everybody sees what the host adjusts, whenever they come. So all adjustments of a session are numbered once more among
//! themselves, in a chain of their own: a save's place in it says of which its player has not heard.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::protocol::settlement::{Adjustment, ChainHash, Cursor, Place, QuarantineExited};
use crate::protocol::{BusMessage, CampaignId};

/// Adjustments of others that a campaign is told of when it has heard of one that never was.
const NEWS_MAX: usize = 32;

/// The settlements of all campaigns of a session.
#[derive(Debug)]
pub struct Accounts {
    session: Uuid,
    by_campaign: BTreeMap<CampaignId, Account>,
    /// All adjustments, with their places among themselves.
    adjustments: Account,
}

/// The settlements of one campaign.
#[derive(Debug, Default)]
struct Account {
    /// With their places, the one numbered 1 first.
    settlements: Vec<(Cursor, BusMessage)>,
    exits: u64,
}

impl Accounts {
    /// A session without any.
    pub fn new(session: Uuid) -> Self {
        Self { session, by_campaign: BTreeMap::new(), adjustments: Account::default() }
    }

    /// The next settlement of a campaign.
    pub(super) fn add(&mut self, campaign: CampaignId, message: BusMessage) {
        let start = start(self.session, campaign);
        self.by_campaign.entry(campaign).or_default().add(start, message);
    }

    /// Takes over that a campaign was adjusted.
    pub(super) fn adjusted(&mut self, adjustment: Adjustment) {
        self.add(adjustment.campaign, adjustment.clone().into());
        self.adjustments.add(start_of_adjustments(self.session), adjustment.into());
    }

    /// The adjustments after the last one that a save has heard of; where that one is of another past, the last few.
    pub fn news_after(&self, heard: Cursor) -> &[(Cursor, BusMessage)] {
        match self.adjustments.at(heard.number) == Some(heard) {
            true => self.adjustments.after(heard.number),
            false => self.last_news(NEWS_MAX),
        }
    }

    /// So many of the last adjustments, where there are as many.
    pub(super) fn last_news(&self, count: usize) -> &[(Cursor, BusMessage)] {
        let all = &self.adjustments.settlements;
        &all[all.len().saturating_sub(count)..]
    }

    /// Takes over that a campaign left quarantine, and where its save had stood.
    pub(super) fn exited(&mut self, campaign: CampaignId, exit: u64, left: Cursor) {
        self.add(campaign, QuarantineExited { exit, cursor: left }.into());
        self.by_campaign.entry(campaign).or_default().exits = exit;
    }

    /// The campaign's last quarantine exit; 0: none.
    pub fn exits(&self, campaign: CampaignId) -> u64 {
        self.by_campaign.get(&campaign).map_or(0, |account| account.exits)
    }

    /// Every campaign that has settlements.
    pub fn campaigns(&self) -> impl Iterator<Item = CampaignId> {
        self.by_campaign.keys().copied()
    }

    /// Where the campaign's settlements end.
    pub fn end(&self, campaign: CampaignId) -> Cursor {
        self.settlements(campaign).last().map(|(cursor, _)| *cursor).unwrap_or_default()
    }

    /// The place of the campaign's settlement of that number; none past the end.
    pub fn at(&self, campaign: CampaignId, number: u64) -> Option<Cursor> {
        match self.by_campaign.get(&campaign) {
            Some(account) => account.at(number),
            None => Account::default().at(number),
        }
    }

    /// The campaign's settlements after that number, each with its place.
    pub fn after(&self, campaign: CampaignId, number: u64) -> &[(Cursor, BusMessage)] {
        self.by_campaign.get(&campaign).map_or(&[], |account| account.after(number))
    }

    fn settlements(&self, campaign: CampaignId) -> &[(Cursor, BusMessage)] {
        self.by_campaign.get(&campaign).map_or(&[], |account| &account.settlements)
    }
}

impl Account {
    fn add(&mut self, start: ChainHash, message: BusMessage) {
        let before = self.settlements.last().map_or(start, |(cursor, _)| cursor.hash);
        let number = self.settlements.len() as u64 + 1;
        let cursor = Cursor { number, hash: link(before, number, &message) };
        self.settlements.push((cursor, placed(message, cursor)));
    }

    fn at(&self, number: u64) -> Option<Cursor> {
        if number == 0 {
            return Some(Cursor::default());
        }
        let index = usize::try_from(number - 1).ok()?;
        self.settlements.get(index).map(|(cursor, _)| *cursor)
    }

    fn after(&self, number: u64) -> &[(Cursor, BusMessage)] {
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        self.settlements.get(index..).unwrap_or_default()
    }
}

fn start_of_adjustments(session: Uuid) -> ChainHash {
    Sha256::new().chain_update(b"mekhqonline.adjustments").chain_update(session.as_bytes()).finalize().into()
}

fn start(session: Uuid, campaign: CampaignId) -> ChainHash {
    let start = Sha256::new()
        .chain_update(b"mekhqonline.settlement")
        .chain_update(session.as_bytes())
        .chain_update(campaign.to_string());
    start.finalize().into()
}

fn link(before: ChainHash, number: u64, message: &BusMessage) -> ChainHash {
    let content = message.to_any();
    let link = Sha256::new()
        .chain_update(before)
        .chain_update(number.to_be_bytes())
        .chain_update(message.name())
        .chain_update([0])
        .chain_update(&content.value);
    link.finalize().into()
}

fn placed(message: BusMessage, cursor: Cursor) -> BusMessage {
    let place = Some(Place(cursor));
    match message {
        BusMessage::WireTransferCompleted(mut completed) => {
            completed.place = place;
            completed.into()
        }
        BusMessage::Adjustment(mut adjustment) => {
            adjustment.place = place;
            adjustment.into()
        }
        BusMessage::QuarantineExited(QuarantineExited { exit, .. }) => QuarantineExited { exit, cursor }.into(),
        other => other,
    }
}
