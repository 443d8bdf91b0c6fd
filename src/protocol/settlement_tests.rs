// SPDX-License-Identifier: GPL-3.0-or-later
//! What of the settlement room's messages is good, and what is refused.

use super::*;
use crate::protocol::money::{Currency, Money};

fn money(hundredths: i64) -> Money {
    Money::new(Currency::parse("currency", "CSB").expect("a currency"), hundredths).expect("an amount")
}

fn bundle(hundredths: i64) -> Bundle {
    Bundle::of_money(money(hundredths)).expect("above 0")
}

fn adjustment() -> Adjustment {
    Adjustment {
        campaign: CampaignId::from_u128(1),
        outgoing: Bundle::default(),
        incoming: bundle(6_000),
        reason: Text::parse("reason", "the ledger lost a day").expect("a text"),
        exit: 2,
        due: CampaignDate::parse("due", "3025-01-31").expect("a date"),
        place: Some(Place(Cursor { number: 3, hash: [7; 32] })),
    }
}

#[test]
fn a_place_is_a_number_from_1_and_a_hash() {
    let read = |number: Option<&str>, hash: Option<&str>| {
        let entry = |key: &str, value: Option<&str>| value.map(|value| (key.to_owned(), value.to_owned()));
        let metadata = entry(NUMBER, number).into_iter().chain(entry(HASH, hash)).collect();
        Place::from_metadata(&metadata)
    };
    let hash = "0f".repeat(32);
    assert_eq!(read(None, None), Ok(None));
    let place = Place(Cursor { number: 7, hash: [0x0f; 32] });
    assert_eq!(read(Some("7"), Some(&hash)), Ok(Some(place)));
    for number in [None, Some("0"), Some("07"), Some("+7"), Some("-7"), Some("99999999999999999999"), Some("")] {
        assert!(read(number, Some(&hash)).is_err(), "{number:?}");
    }
    for hash in [None, Some(""), Some("0f"), Some("zz".repeat(32).as_str())] {
        assert!(read(Some("7"), hash).is_err(), "{hash:?}");
    }
}

#[test]
fn a_cursor_has_a_hash_unless_it_stands_before_the_first() {
    let check = |number, hash: &[u8]| Cursor::check("cursor", &proto::Cursor { number, hash: hash.to_vec() });
    assert_eq!(check(0, &[]), Ok(Cursor::default()));
    assert_eq!(check(5, &[1; 32]), Ok(Cursor { number: 5, hash: [1; 32] }));
    assert_eq!(check(5, &[1; 31]), Err(Invalid("cursor has a hash that is not 32 bytes".into())));
    assert!(check(5, &[]).is_err());
}

#[test]
fn an_adjustment_comes_back_as_it_was_and_moves_something() {
    let back = Adjustment::check(adjustment().to_proto()).expect("our own");
    assert_eq!(back.with_metadata(&adjustment().metadata()), Ok(adjustment()));
    let nothing = Adjustment { incoming: Bundle::default(), ..adjustment() };
    assert_eq!(Adjustment::check(nothing.to_proto()), Err(Invalid("an adjustment that moves nothing".into())));
}

#[test]
fn a_listing_and_what_is_held_come_back_as_they_were() {
    let wire = WireTransferRequest {
        source: CampaignId::from_u128(1),
        target: CampaignId::from_u128(2),
        request: RequestId::from_u128(3),
        amount: money(100),
        memo: String::new(),
    };
    let key = HoldKey { request: RequestId::from_u128(3), revision: 4 };
    let open = OpenRequest { key, promised: bundle(100), accepted: true, content: OpenContent::Wire(wire) };
    let listing = OpenRequests { open: vec![open], page: 1, last: true };
    assert_eq!(OpenRequests::check(listing.to_proto()), Ok(listing));
    let confirmed = Confirmed { held: vec![key], more: true };
    assert_eq!(Confirmed::check(confirmed.to_proto()), Ok(confirmed));
    let end = Cursor { number: 5, hash: [1; 32] };
    let quarantined = Quarantined { end, known: Some(end) };
    assert_eq!(Quarantined::check(quarantined.to_proto()), Ok(quarantined));
    let exited = QuarantineExited { exit: 1, cursor: end };
    assert_eq!(QuarantineExited::check(exited.to_proto()), Ok(exited));
}
