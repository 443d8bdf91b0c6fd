// SPDX-License-Identifier: GPL-3.0-or-later
//! What the ledger says, understood a second time.

use std::collections::BTreeMap;

use distributed_mekhq::protocol::CampaignId;
use distributed_mekhq::protocol::entry::Record;
use distributed_mekhq::protocol::settlement::RequestId;
use distributed_mekhq::protocol::transfer::WireTransferRequest;

use super::purse::units;

/// Requests, their outcomes, and what each settlement moved.
#[derive(Debug, Default)]
pub struct Model {
    requests: BTreeMap<RequestId, (WireTransferRequest, Option<bool>)>,
    /// What each settlement of a campaign gave it, without what it took; the one numbered 1 first.
    settlements: BTreeMap<CampaignId, Vec<i64>>,
    /// All that adjustments gave, without what they took.
    pub adjusted: i64,
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
                self.settlements.entry(source).or_default().push(-moved);
                self.settlements.entry(target).or_default().push(moved);
            }
            Record::AdjustmentMade(adjustment) => {
                let moved = units(&adjustment.incoming) - units(&adjustment.outgoing);
                self.adjusted += moved;
                self.settlements.entry(adjustment.campaign).or_default().push(moved);
            }
            _ => {}
        }
        Ok(())
    }

    /// How many settlements a campaign has.
    pub fn count(&self, campaign: CampaignId) -> u64 {
        self.settlements.get(&campaign).map_or(0, |settlements| settlements.len() as u64)
    }

    /// What the first so many settlements of a campaign moved, those left out that were skipped.
    pub fn moved(&self, campaign: CampaignId, cursor: u64, skipped: &[u64]) -> i64 {
        let all = self.settlements.get(&campaign).into_iter().flatten();
        let numbered = all.zip(1u64..).take_while(|(_, number)| *number <= cursor);
        numbered.filter(|(_, number)| !skipped.contains(number)).map(|(moved, _)| moved).sum()
    }
}
