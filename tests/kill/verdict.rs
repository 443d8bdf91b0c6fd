// SPDX-License-Identifier: GPL-3.0-or-later
//! What must be true once everything is settled: of the money, of what each campaign was ever told, and of the ledger.

use std::collections::BTreeMap;
use std::path::Path;

use distributed_mekhq::ledger::{self, Begin, Identity, SqliteStore};
use distributed_mekhq::protocol::CampaignId;
use distributed_mekhq::protocol::entry::Record;
use distributed_mekhq::protocol::settlement::RequestId;
use distributed_mekhq::protocol::transfer::{TransferEnd, WireTransferCompleted, WireTransferRequest};
use uuid::Uuid;

use super::host::HOST;
use super::storm::{BEGIN, CAMPAIGNS, Ledgered};

/// Transfers as the ledger has them.
#[derive(Default)]
struct Recorded {
    requested: BTreeMap<RequestId, WireTransferRequest>,
    closed: BTreeMap<RequestId, TransferEnd>,
}

fn recorded(data_folder: &Path) -> Recorded {
    let identity = Identity { session: Uuid::nil(), campaign: CampaignId::from_u128(HOST) };
    let store = SqliteStore::open(&data_folder.join("ledgers"), &identity, Begin::First).expect("a whole ledger");
    let mut recorded = Recorded::default();
    ledger::replay(&store, |number, entry| match entry.record {
        Record::TransferRequested { transfer, .. } => {
            let before = recorded.requested.insert(transfer.request, transfer);
            assert_eq!(before, None, "entry {number}: recorded twice");
        }
        Record::TransferClosed { request, end } => {
            let before = recorded.closed.insert(request, end);
            assert_eq!(before, None, "entry {number}: ended twice");
        }
        _ => {}
    })
    .expect("a readable ledger");
    recorded
}

/// Checks the campaigns as they came out of the storm, and again as their first saves came out of the ledger.
pub fn check(results: &[Ledgered], replayed: &[Ledgered], data_folder: &Path) {
    let recorded = recorded(data_folder);
    let open = recorded.requested.keys().filter(|request| !recorded.closed.contains_key(request)).count();
    assert_eq!(open, 0, "everything has ended");
    for (result, replay) in results.iter().zip(replayed) {
        assert_eq!((result.held, replay.held), (0, 0), "campaign {}: nothing is set aside any more", result.number);
        assert_eq!(result.free, replay.free, "campaign {}: from its first save", result.number);
        check_campaign(result, &recorded);
    }
    let sum: i64 = results.iter().map(|result| result.free).sum();
    assert_eq!(sum, BEGIN * CAMPAIGNS.len() as i64, "the sums are equal");
    let told: usize = results.iter().map(|result| result.told.len()).sum();
    println!("figure transfers: {}", recorded.closed.len());
    println!("figure outcomes that were told: {told}");
    println!("figure outcomes that were lost or doubled: 0");
    println!("figure sum of all balances before and after: {sum}");
}

/// What the campaign was ever told is what its save has applied, is what the ledger has for it; and its money is that.
fn check_campaign(result: &Ledgered, recorded: &Recorded) {
    let number = result.number;
    let own = CampaignId::from_u128(number);
    for (request, told) in &result.told {
        assert_eq!(result.outcomes.get(request), Some(told), "campaign {number}: {request} was told and is lost");
    }
    let parties = |request: &RequestId| recorded.requested.get(request).expect("what ended was asked for");
    let due: Vec<_> = recorded
        .closed
        .keys()
        .filter(|request| [parties(request).source, parties(request).target].contains(&own))
        .collect();
    assert!(due.iter().copied().eq(result.outcomes.keys()), "campaign {number}: it has applied what the ledger has");
    let mut free = BEGIN;
    for (request, outcome) in &result.outcomes {
        let asked = parties(request);
        assert_eq!(*outcome, completed(asked, recorded.closed[request]), "campaign {number}: {request}");
        if outcome.end.is_accepted() {
            let units = asked.amount.hundredths() / 100;
            free += if asked.source == own { -units } else { units };
        }
    }
    assert_eq!(result.free, free, "campaign {number}: it has what its outcomes gave and took");
}

fn completed(asked: &WireTransferRequest, end: TransferEnd) -> WireTransferCompleted {
    let WireTransferRequest { source, target, request, amount, .. } = asked.clone();
    WireTransferCompleted { source, target, request, end, amount: Some(amount), place: None }
}
