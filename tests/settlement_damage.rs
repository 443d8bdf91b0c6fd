// SPDX-License-Identifier: GPL-3.0-or-later
//! Ledgers with flipped bits and missing ends: none is read as another past, each that does not open says why, and a tail
//! that was lost is noticed by every campaign that had seen it.
//!
//! `LEDGER_DAMAGES` (200) and `LEDGER_TAILS` (50) choose how many are tried.

#[path = "settlement/purse.rs"]
#[allow(dead_code, reason = "only amounts are wanted here")]
mod purse;
#[path = "simulation/random.rs"]
#[allow(dead_code, reason = "not every kind of chance is wanted here")]
mod random;

use std::fs;
use std::path::Path;

use distributed_mekhq::ledger::{Begin, Identity, OpenError, SqliteStore, Store, replay};
use distributed_mekhq::protocol::entry::{Entry, Record};
use distributed_mekhq::protocol::link::Position;
use distributed_mekhq::protocol::settlement::{Adjustment, RequestId};
use distributed_mekhq::protocol::transfer::{TransferEnd, WireTransferRequest};
use distributed_mekhq::protocol::{BusMessage, CampaignDate, CampaignId, Text};
use distributed_mekhq::session::settlement::{Exchange, ExchangeEffect};
use uuid::Uuid;

use purse::money;
use random::Random;

const CAMPAIGNS: u64 = 4;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
}

fn id(number: u64) -> CampaignId {
    CampaignId::from_u128(u128::from(number) + 1)
}

fn identity() -> Identity {
    Identity { session: Uuid::from_u128(900), campaign: id(0) }
}

fn day() -> CampaignDate {
    CampaignDate::parse("date", "3025-01-31").expect("a date")
}

/// Transfers between all campaigns, some rejected, with an adjustment now and then.
fn past(random: &mut Random, transfers: u64) -> Vec<Record> {
    let mut past = Vec::new();
    for number in 1..=transfers {
        let source = random.below(CAMPAIGNS);
        let target = (source + random.between(1, CAMPAIGNS - 1)) % CAMPAIGNS;
        let request = RequestId::from_u128(u128::from(random.next()) + 1);
        let (amount, memo) = (money(random.between(1, 5_000) as i64), format!("pay {number}"));
        let transfer = WireTransferRequest { source: id(source), target: id(target), request, amount, memo };
        past.push(Record::TransferRequested { transfer, expires_unix_ms: None });
        let end = if random.percent(80) {
            TransferEnd::Accepted { due: day() }
        } else {
            TransferEnd::Rejected { reason: Default::default() }
        };
        past.push(Record::TransferClosed { request, end });
        if random.percent(5) {
            past.push(Record::AdjustmentMade(Adjustment {
                campaign: id(source),
                outgoing: Default::default(),
                incoming: distributed_mekhq::protocol::money::Bundle::of_money(money(7)).expect("above 0"),
                reason: Text::parse("reason", "set right").expect("a text"),
                exit: 0,
                due: day(),
                place: None,
            }));
        }
    }
    past
}

fn exchange(past: &[Record]) -> Exchange {
    let mut exchange = Exchange::new(identity().session, None);
    past.iter().for_each(|record| exchange.apply(record));
    exchange
}

/// A closed ledger of that past, as its file is.
fn file_of(past: &[Record]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = SqliteStore::open(folder.path(), &identity(), Begin::First).expect("a new ledger opens");
    let bodies: Vec<_> = past.iter().map(|record| Entry { unix_ms: 5, record: record.clone() }.encode()).collect();
    store.append(&bodies).expect("the disk works");
    store.close().expect("the ledger closes");
    fs::read(path(folder.path())).expect("the ledger is a file")
}

fn path(folder: &Path) -> std::path::PathBuf {
    folder.join(format!("{}.ledger", identity().campaign))
}

/// What a host reads from such a file, or why it does not.
fn read(content: &[u8]) -> Result<Vec<Record>, OpenError> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(path(folder.path()), content).expect("written");
    let store = SqliteStore::open(folder.path(), &identity(), Begin::First)?;
    let mut past = Vec::new();
    replay(&store, |_, entry| past.push(entry.record))?;
    Ok(past)
}

#[test]
fn no_damaged_ledger_is_read_as_another_past() {
    let mut random = Random::new(1);
    let past = past(&mut random, 60);
    let sound = file_of(&past);
    assert_eq!(read(&sound).expect("it is sound"), past);
    let (mut refused, mut unharmed) = (0, 0);
    for number in 0..setting("LEDGER_DAMAGES", 200) {
        let mut damaged = sound.clone();
        let what = if number % 5 == 0 {
            damaged.truncate(random.index(sound.len()));
            format!("cut at {}", damaged.len())
        } else {
            let (at, bit) = (random.index(sound.len()), random.below(8));
            damaged[at] ^= 1 << bit;
            format!("bit {bit} of byte {at}")
        };
        match read(&damaged) {
            Ok(read) if read == past => unharmed += 1,
            // Nothing is left of it: whoever knows of the session notices, as of any tail that was lost.
            Ok(read) if read.is_empty() && damaged.is_empty() => refused += 1,
            Ok(read) => panic!("{what}: {} of {} records were read, as if they were all", read.len(), past.len()),
            Err(error) => {
                assert!(error.to_string().len() > 20, "{what}: {error}");
                refused += 1;
            }
        }
    }
    println!("figure damaged ledgers: {}", refused + unharmed);
    println!("figure damaged ledgers that were refused with a reason: {refused}");
    println!("figure damaged where nothing is kept, and read as they were: {unharmed}");
    println!("figure damaged ledgers read as another past: 0");
}

#[test]
fn a_lost_tail_is_noticed_by_every_campaign_that_had_seen_it() {
    let (mut noticed, mut tails) = (0, 0);
    for seed in 1..=setting("LEDGER_TAILS", 50) {
        let mut random = Random::new(seed);
        let transfers = random.between(2, 40);
        let before = past(&mut random, transfers);
        let kept = random.index(before.len());
        let whole = exchange(&before);
        let mut restored = exchange(&before[..kept]);
        // The session may have gone on from there before anybody comes back.
        let on = random.below(10);
        past(&mut random, on).iter().for_each(|record| restored.apply(record));
        let mut seen = false;
        for campaign in (0..CAMPAIGNS).map(id) {
            let position = Position { cursor: whole.accounts().end(campaign), ..Position::default() };
            if position.cursor == exchange(&before[..kept]).accounts().end(campaign) {
                continue;
            }
            seen = true;
            restored.opened(campaign);
            restored.greeted(campaign, &position);
            let effects = restored.take_effects();
            let quarantined = |effect: &ExchangeEffect| matches!(effect, ExchangeEffect::Send(to, BusMessage::Quarantined(_)) if *to == campaign);
            assert!(effects.len() == 1 && quarantined(&effects[0]), "seed {seed}: {effects:?}");
            noticed += 1;
        }
        tails += u64::from(seen);
    }
    println!("figure lost tails that somebody had seen: {tails}");
    println!("figure campaigns that had seen one and noticed: {noticed}");
    assert!(tails > 0, "no tail had been seen");
}
