// SPDX-License-Identifier: GPL-3.0-or-later
//! How many durable transfers a host completes in the time of one durable write, on the same disk in the same run. It
//! measures and claims nothing: the claim is the proof's.
//!
//! `TRANSFERS` (200) chooses how many.

#[path = "settlement/purse.rs"]
#[allow(dead_code, reason = "only amounts are wanted here")]
mod purse;

use std::time::{Duration, Instant};

use distributed_mekhq::ledger::{Begin, Identity, SqliteStore, Writer};
use distributed_mekhq::protocol::entry::{Entry, Record};
use distributed_mekhq::protocol::link::Position;
use distributed_mekhq::protocol::settlement::{Confirmed, RequestId};
use distributed_mekhq::protocol::transfer::{WireTransferRequest, WireTransferResponse};
use distributed_mekhq::protocol::{BusMessage, CampaignDate, CampaignId};
use distributed_mekhq::session::settlement::{Exchange, ExchangeEffect, World};
use uuid::Uuid;

use purse::money;

/// Transfers that are under way at once.
const IN_FLIGHT: u64 = 64;

/// The source and the target of all transfers; the first is the host campaign.
const SIDES: [CampaignId; 2] = [CampaignId::from_u128(1), CampaignId::from_u128(2)];

struct Anywhere;

impl World for Anywhere {
    fn date(&self, _: CampaignId) -> Option<CampaignDate> {
        CampaignDate::parse("date", "3025-01-31").ok()
    }

    fn unix_ms(&self) -> i64 {
        0
    }
}

fn transfers() -> u64 {
    std::env::var("TRANSFERS").map_or(200, |text| text.parse().expect("TRANSFERS is a number"))
}

fn writer(folder: &std::path::Path) -> Writer {
    let identity = Identity { session: Uuid::from_u128(900), campaign: SIDES[0] };
    Writer::start(SqliteStore::open(folder, &identity, Begin::First).expect("a new ledger")).expect("a thread")
}

fn wait_for(runtime: &tokio::runtime::Runtime, writer: &Writer, entry: u64) {
    let mut progress = writer.progress();
    let durable = progress.wait_for(|progress| progress.durable >= entry);
    runtime.block_on(durable).expect("the writer goes on");
}

fn entry(record: Record) -> Entry {
    Entry { unix_ms: 0, record }
}

fn request(number: u64) -> WireTransferRequest {
    let request = RequestId::from_u128(u128::from(number) + 1);
    WireTransferRequest { source: SIDES[0], target: SIDES[1], request, amount: money(1), memo: String::new() }
}

/// The time of one durable write that waits for nothing but itself.
fn single_write(runtime: &tokio::runtime::Runtime, writes: u64) -> Duration {
    let folder = tempfile::tempdir().expect("a folder");
    let writer = writer(folder.path());
    let begin = Instant::now();
    for number in 0..writes {
        let record = Record::TransferRequested { transfer: request(number), expires_unix_ms: None };
        let number = writer.append(&entry(record)).expect("the writer takes it");
        wait_for(runtime, &writer, number);
    }
    begin.elapsed() / u32::try_from(writes).expect("not that many")
}

/// Both sides are connected and confirmed.
fn confirmed() -> Exchange {
    let mut exchange = Exchange::new(Uuid::from_u128(900), None);
    for side in SIDES {
        exchange.opened(side);
        exchange.greeted(side, &Position::default());
        exchange.message(side, Confirmed { held: Vec::new(), more: false }.into(), &Anywhere);
    }
    exchange.take_effects();
    exchange
}

/// The time of all transfers: asked for, on the disk, told, accepted, completed, on the disk, told to the source.
fn all_transfers(runtime: &tokio::runtime::Runtime, transfers: u64) -> Duration {
    let folder = tempfile::tempdir().expect("a folder");
    let writer = writer(folder.path());
    let mut exchange = confirmed();
    let (mut asked, mut completed, mut recorded) = (0, 0, 0);
    let begin = Instant::now();
    while completed < transfers {
        while asked < transfers && asked < completed + IN_FLIGHT {
            exchange.message(SIDES[0], request(asked).into(), &Anywhere);
            asked += 1;
        }
        let effects = exchange.take_effects();
        for effect in &effects {
            if let ExchangeEffect::Record(record) = effect {
                recorded = writer.append(&entry(record.clone())).expect("the writer takes it");
            }
        }
        // Nothing leaves before all records are on the disk.
        wait_for(runtime, &writer, recorded);
        for effect in effects {
            match effect {
                ExchangeEffect::Send(to, BusMessage::WireTransferRequest(asked)) if to == SIDES[1] => {
                    let WireTransferRequest { source, target, request, .. } = asked;
                    let response =
                        WireTransferResponse { source, target, request, accepted: true, reason: Default::default() };
                    exchange.message(SIDES[1], response.into(), &Anywhere);
                }
                ExchangeEffect::Send(to, BusMessage::WireTransferCompleted(_)) if to == SIDES[0] => completed += 1,
                _ => {}
            }
        }
    }
    begin.elapsed()
}

#[test]
fn durable_transfers_are_measured_beside_single_durable_writes() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let transfers = transfers();
    let write = single_write(&runtime, (transfers / 10).max(20));
    let all = all_transfers(&runtime, transfers);
    let each = all.as_secs_f64() / transfers as f64;
    println!("figure one durable write: {:.0} µs", write.as_secs_f64() * 1e6);
    println!("figure durable transfers a second: {:.0}", 1.0 / each);
    println!("figure transfers in the time of one write: {:.1}", write.as_secs_f64() / each);
}
