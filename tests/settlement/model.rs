// SPDX-License-Identifier: GPL-3.0-or-later
//! What the ledger says, understood a second time.

use std::collections::BTreeMap;

use distributed_mekhq::protocol::CampaignId;
use distributed_mekhq::protocol::entry::Record;
use distributed_mekhq::protocol::settlement::RequestId;
use distributed_mekhq::protocol::transfer::WireTransferRequest;
use distributed_mekhq::session::settlement::Book;

use super::purse::units;

/// Requests, their outcomes, and what each settlement moved.
#[derive(Debug, Default)]
pub struct Model {
    requests: BTreeMap<RequestId, (WireTransferRequest, Option<bool>)>,
    /// The settlements of a campaign; the one numbered 1 first.
    settlements: BTreeMap<CampaignId, Vec<Moved>>,
    /// All that adjustments gave, without what they took.
    pub adjusted: i64,
}

/// What a settlement moved.
#[derive(Debug, Clone, Copy)]
struct Moved {
    /// What it gave, without what it took.
    units: i64,
    /// The exit that it repairs, for saves that know it; 0: none, for every save.
    exit: u64,
}

impl Model {
    /// Takes over a fact; says what is wrong with it.
    pub fn apply(&mut self, record: &Record) -> Result<(), String> {
        match record {
            Record::TransferRequested { transfer, .. } => {
                let before = self.requests.insert(transfer.request, (transfer.clone(), None));
                if before.is_some() {
                    return Err(format!("{} was recorded twice", transfer.request));
                }
            }
            Record::TransferClosed { request, end } => {
                let Some((transfer, outcome)) = self.requests.get_mut(request) else {
                    return Err(format!("{request} was closed but never asked for"));
                };
                if outcome.replace(end.is_accepted()).is_some() {
                    return Err(format!("{request} has two outcomes"));
                }
                let moved = if end.is_accepted() { transfer.amount.hundredths() / 100 } else { 0 };
                let (source, target) = (transfer.source, transfer.target);
                self.settle(source, -moved, 0);
                self.settle(target, moved, 0);
            }
            Record::AdjustmentMade(adjustment) => {
                let moved = units(&adjustment.incoming) - units(&adjustment.outgoing);
                self.adjusted += moved;
                self.settle(adjustment.campaign, moved, adjustment.exit);
            }
            Record::QuarantineExited { campaign, .. } => self.settle(*campaign, 0, 0),
            _ => {}
        }
        Ok(())
    }

    fn settle(&mut self, campaign: CampaignId, units: i64, exit: u64) {
        self.settlements.entry(campaign).or_default().push(Moved { units, exit });
    }

    /// How many settlements a campaign has.
    pub fn count(&self, campaign: CampaignId) -> u64 {
        self.settlements.get(&campaign).map_or(0, |settlements| settlements.len() as u64)
    }

    /// What the settlements up to a book's cursor moved, those left out that it skipped or passed over.
    pub fn moved(&self, campaign: CampaignId, book: &Book) -> i64 {
        let all = self.settlements.get(&campaign).into_iter().flatten();
        let numbered = all.zip(1u64..).take_while(|(_, number)| *number <= book.cursor.number);
        let applied = numbered.filter(|(moved, number)| {
            (moved.exit == 0 || moved.exit == book.exit) && book.skips.iter().all(|skip| skip.number != *number)
        });
        applied.map(|(moved, _)| moved.units).sum()
    }
}
