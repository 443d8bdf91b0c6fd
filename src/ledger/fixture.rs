// SPDX-License-Identifier: GPL-3.0-or-later
//! What the ledger's tests have in common.

use std::ops::RangeInclusive;

use prost::bytes::Bytes;
use uuid::Uuid;

use super::{Identity, Store};
use crate::protocol::entry::{Entry, Record};
use crate::protocol::{CampaignDate, CampaignId};

/// A session of a campaign.
pub fn identity() -> Identity {
    Identity { session: Uuid::from_u128(0x5e55), campaign: CampaignId::from_u128(0xca) }
}

/// A real entry, another one for each number.
pub fn entry(number: u64) -> Entry {
    let day = i64::try_from(number).expect("a small number");
    Entry { unix_ms: day, record: Record::HostDate(CampaignDate::from_epoch_day("date", day).expect("a date")) }
}

/// Real entries as the ledger holds them.
pub fn bodies(numbers: RangeInclusive<u64>) -> Vec<Bytes> {
    numbers.map(|number| entry(number).encode()).collect()
}

/// All entries of a store, whose numbers must be 1, 2, 3 …
pub fn contents(store: &impl Store) -> Vec<Bytes> {
    let mut contents = Vec::new();
    let read = store.read(&mut |number, body| {
        contents.push(Bytes::copy_from_slice(body));
        assert_eq!(number, contents.len() as u64);
    });
    read.expect("a sound ledger can be read");
    assert_eq!(store.last(), contents.len() as u64);
    contents
}
