// SPDX-License-Identifier: GPL-3.0-or-later
//! What a save knows of its dealings in one session (protocol.md section 5, "Memento").

use std::collections::BTreeMap;

use crate::protocol::limits::{DEBTS_MAX, SKIPS_MAX};
use crate::protocol::link::Position;
use crate::protocol::money::{Bundle, Currency, HUNDREDTHS_MAX, Money};
use crate::protocol::settlement::{Cursor, HoldKey, RequestId, Standing};
use crate::protocol::{CampaignDate, CampaignId};

/// One session's page of the books.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Book {
    /// How far the save has applied the session's settlements.
    pub cursor: Cursor,
    /// What is set aside for promises that the host has not yet ended.
    pub holds: BTreeMap<HoldKey, Hold>,
    /// What is on its way, in the order in which it was settled. The numbers of the settlements would not do: they begin
    /// again behind a quarantine exit.
    pub arrivals: BTreeMap<u64, Arrival>,
    /// What settlements took and the campaign did not have, in hundredths; above 0.
    pub debts: BTreeMap<Currency, i64>,
    /// Settlements that the player chose to skip, oldest first; of very many only the last.
    pub skips: Vec<Cursor>,
    /// The last quarantine exit; 0: none.
    pub exit: u64,
    /// The last adjustment of another campaign that the player was told of, by its place among all adjustments.
    pub news: Cursor,
}

/// Something set aside for a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// What.
    pub bundle: Bundle,
    /// The message that promised it.
    pub promise: Promise,
    /// The host's word has ended it, but the campaign could not make it free; that is tried again every day.
    pub ended: bool,
}

impl Hold {
    /// Set aside for a promise that is about to be made.
    pub fn new(bundle: Bundle, promise: Promise) -> Self {
        Self { bundle, promise, ended: false }
    }
}

/// The message that promised what is held, and what its withdrawal needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// A `WireTransferRequest` of the own campaign.
    WireRequest,
    /// A `WireTransferResponse` that accepted.
    WireResponse {
        /// The campaign that had asked.
        source: CampaignId,
    },
}

impl Promise {
    /// The name of that message.
    pub fn message(self) -> &'static str {
        match self {
            Self::WireRequest => "WireTransferRequest",
            Self::WireResponse { .. } => "WireTransferResponse",
        }
    }
}

/// Something on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The request that it comes from; none for an adjustment.
    pub request: Option<RequestId>,
    /// What.
    pub bundle: Bundle,
    /// The day from which on it is there.
    pub due: CampaignDate,
}

impl Book {
    /// What the opening ping tells of it.
    pub fn position(&self) -> Position {
        let debts = self.debts.iter().filter_map(|(&currency, &debt)| {
            // A standing is for people: what is larger than any amount is shown as the largest.
            let largest = HUNDREDTHS_MAX - HUNDREDTHS_MAX % currency.smallest();
            Money::new(currency, debt.min(largest)).ok()
        });
        let standing = Standing { debts: debts.take(DEBTS_MAX).collect(), skips: self.skips.clone() };
        Position { cursor: self.cursor, standing, news: self.news }
    }

    /// Money that was to leave and is not there. `None`: more than can be counted.
    pub(super) fn owe(&mut self, money: Money) -> Option<()> {
        let debt = self.debts.entry(money.currency()).or_default();
        *debt = debt.checked_add(money.hundredths())?;
        Some(())
    }

    pub(super) fn expect(&mut self, arrival: Arrival) {
        let next = self.arrivals.keys().next_back().map_or(1, |last| last + 1);
        self.arrivals.insert(next, arrival);
    }

    /// Makes debts good with what comes in; answers with what is left of it.
    pub(super) fn make_good(&mut self, mut incoming: Bundle) -> Bundle {
        let Some(money) = incoming.money() else { return incoming };
        let Some(debt) = self.debts.get_mut(&money.currency()) else { return incoming };
        let paid = money.hundredths().min(*debt);
        *debt -= paid;
        if *debt == 0 {
            self.debts.remove(&money.currency());
        }
        let paid = Money::new(money.currency(), paid).and_then(Bundle::of_money);
        incoming.take(&paid.expect("a debt and an amount are whole and above 0, and so is the smaller of both"));
        incoming
    }

    pub(super) fn remember_skip(&mut self, skipped: Cursor) {
        self.skips.push(skipped);
        let forgotten = self.skips.len().saturating_sub(SKIPS_MAX);
        self.skips.drain(..forgotten);
    }
}
