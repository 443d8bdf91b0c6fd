// SPDX-License-Identifier: GPL-3.0-or-later
//! What the books do by themselves, with a session or without one.

use uuid::Uuid;

use super::fixture::*;
use super::*;
use crate::protocol::money::{Bundle, Currency, Money};
use crate::protocol::settlement::{Cursor, OpenContent, OpenRequest, Outcome};

const ELSEWHERE: Uuid = Uuid::from_u128(901);

fn place(number: u64) -> Cursor {
    Cursor { number, hash: [number as u8; 32] }
}

fn outgoing(units: i64) -> Outcome {
    Outcome { outgoing: bundle(units), ..Outcome::ending(request(1), 0) }
}

fn incoming(units: i64, due: i64) -> Outcome {
    Outcome { incoming: bundle(units), due: Some(day(due)), ..Outcome::ending(request(1), 0) }
}

fn hold(units: i64) -> Hold {
    Hold::new(bundle(units), Promise::WireRequest)
}

fn settle(books: &mut Books, purse: &mut Purse, number: u64, outcome: &Outcome) -> Result<Settled, SettleError> {
    books.settle(SESSION, place(number), outcome, purse)
}

fn debt(books: &Books, session: Uuid) -> i64 {
    books.get(session).map_or(0, |book| book.debts.values().sum::<i64>() / 100)
}

#[test]
fn a_settlement_takes_in_order_and_the_rest_is_owed() {
    let (mut books, mut purse) = (Books::default(), Purse::of(100));
    books.hold(SESSION, key(1, 0), hold(10), &mut purse).expect("there is enough");
    books.hold(SESSION, key(1, 1), hold(5), &mut purse).expect("there is enough");
    books.hold(SESSION, key(2, 0), hold(20), &mut purse).expect("there is enough");
    books.hold(ELSEWHERE, key(3, 0), hold(40), &mut purse).expect("there is enough");
    settle(&mut books, &mut purse, 1, &incoming(7, 9)).expect("it settles");
    assert_eq!(purse.free, 25 + 10 + 5, "the request's holds were ended by its settlement");
    books.hold(SESSION, key(1, 0), hold(10), &mut purse).expect("there is enough");
    books.hold(SESSION, key(1, 1), hold(5), &mut purse).expect("there is enough");
    let mut before = (books.clone(), purse.clone());
    let take = |units: i64| {
        let (mut books, mut purse) = before.clone();
        let settled = settle(&mut books, &mut purse, 2, &outgoing(units)).expect("it settles");
        let Settled::Applied(broken) = settled else { panic!("{settled:?}") };
        let held: i64 = purse.held.values().sum();
        let arriving =
            books.get(SESSION).map_or(0, |book| book.arrivals.values().map(|a| super::fixture::units(&a.bundle)).sum());
        (purse.free, arriving, held, debt(&books, SESSION), broken.iter().map(|broken| broken.key).collect::<Vec<_>>())
    };
    // Own hold 10, the request's other hold 5 and what is free 25, arriving 7, other holds 20 and 40.
    assert_eq!(take(8), (32, 7, 60, 0, vec![]), "the rest of the own hold is free");
    assert_eq!(take(40), (0, 7, 60, 0, vec![]));
    assert_eq!(take(45), (0, 2, 60, 0, vec![]));
    assert_eq!(take(50), (17, 0, 40, 0, vec![key(2, 0)]), "the rest of a broken hold is free");
    assert_eq!(take(107), (0, 0, 0, 0, vec![key(2, 0), key(3, 0)]));
    assert_eq!(take(110), (0, 0, 0, 3, vec![key(2, 0), key(3, 0)]));
    before.1.broken = true;
    let (mut books, mut purse) = before.clone();
    assert!(settle(&mut books, &mut purse, 2, &outgoing(110)).is_err());
    assert_eq!((books, purse), before, "all or nothing");
}

#[test]
fn what_comes_in_makes_debts_good_first() {
    let (mut books, mut purse) = (Books::default(), Purse::of(0));
    settle(&mut books, &mut purse, 1, &outgoing(60)).expect("it may not refuse");
    assert_eq!(debt(&books, SESSION), 60);
    books.settle(ELSEWHERE, place(1), &incoming(20, 1), &mut purse).expect("it settles");
    settle(&mut books, &mut purse, 2, &incoming(50, 9)).expect("it settles");
    assert_eq!(debt(&books, SESSION), 0);
    assert!(books.deliver(day(8), &mut purse).is_empty());
    assert_eq!(purse.free, 0, "the rest is on its way");
    assert!(books.deliver(day(9), &mut purse).is_empty());
    assert_eq!(purse.free, 10);
    let csb = Currency::parse("currency", "CSB").expect("a currency");
    assert!(books.iter().all(|(_, book)| !book.debts.contains_key(&csb)));
}

#[test]
fn debts_of_one_currency_are_not_paid_in_another() {
    let (mut books, mut purse) = (Books::default(), Purse::of(0));
    settle(&mut books, &mut purse, 1, &outgoing(60)).expect("it may not refuse");
    let other = Money::new(Currency::parse("currency", "DCK").expect("a currency"), 100).and_then(Bundle::of_money);
    let outcome = Outcome { incoming: other.expect("a bundle"), ..incoming(1, 9) };
    settle(&mut books, &mut purse, 2, &outcome).expect("it settles");
    assert_eq!(debt(&books, SESSION), 60);
    assert_eq!(books.get(SESSION).map(|book| book.arrivals.len()), Some(1));
}

#[test]
fn what_falls_due_is_delivered_once_without_any_session_and_tried_again_where_it_fails() {
    let (mut books, mut purse) = (Books::default(), Purse::of(0));
    for number in 1..=3 {
        settle(&mut books, &mut purse, number, &incoming(10, number as i64 * 2)).expect("it settles");
    }
    purse.broken = true;
    assert_eq!(books.deliver(day(4), &mut purse).len(), 2);
    purse.broken = false;
    for (date, free) in [(1, 0), (5, 20), (5, 20), (6, 30), (7, 30)] {
        assert!(books.deliver(day(date), &mut purse).is_empty());
        assert_eq!(purse.free, free, "on day {date}");
    }
}

#[test]
fn settlements_are_applied_in_order_and_each_once() {
    let (mut books, mut purse) = (Books::default(), Purse::of(100));
    assert_eq!(settle(&mut books, &mut purse, 2, &outgoing(1)), Err(SettleError::Gap { wanted: 1, found: 2 }));
    assert!(matches!(settle(&mut books, &mut purse, 1, &outgoing(1)), Ok(Settled::Applied(_))));
    assert_eq!(settle(&mut books, &mut purse, 1, &outgoing(1)), Ok(Settled::Before));
    let another = Cursor { number: 1, hash: [99; 32] };
    assert_eq!(books.settle(SESSION, another, &outgoing(1), &mut purse), Err(SettleError::Another(1)));
    assert_eq!(purse.free, 99);
}

#[test]
fn a_number_already_applied_ends_a_hold_of_its_key_and_changes_nothing_else() {
    let (mut books, mut purse) = (Books::default(), Purse::of(100));
    settle(&mut books, &mut purse, 1, &outgoing(10)).expect("it settles");
    books.hold(SESSION, key(1, 0), hold(10), &mut purse).expect("there is enough");
    assert_eq!(settle(&mut books, &mut purse, 1, &outgoing(10)), Ok(Settled::Before));
    assert_eq!((purse.free, purse.held.len()), (90, 0));
}

#[test]
fn a_skip_stands_in_the_books_and_a_save_without_it_gets_the_settlement_again() {
    let (mut books, mut purse) = (Books::default(), Purse::of(100));
    books.hold(SESSION, key(1, 0), hold(60), &mut purse).expect("there is enough");
    let before = (books.clone(), purse.clone());
    books.skip(SESSION, place(1), &outgoing(60), &mut purse);
    let position = books.get(SESSION).expect("a book").position();
    assert_eq!((position.cursor, position.standing.skips), (place(1), vec![place(1)]));
    assert_eq!((purse.free, purse.held.len()), (100, 0), "the hold has no cause any more");
    let (mut books, mut purse) = before;
    assert!(matches!(settle(&mut books, &mut purse, 1, &outgoing(60)), Ok(Settled::Applied(_))));
    assert_eq!(purse.free, 40);
}

#[test]
fn the_listing_decides_which_holds_stay() {
    let (mut books, mut purse) = (Books::default(), Purse::of(100));
    for (number, units) in [(1, 10), (2, 20), (3, 30)] {
        books.hold(SESSION, key(number, 0), hold(units), &mut purse).expect("there is enough");
    }
    let listed = |number, units| OpenRequest {
        key: key(number, 0),
        promised: bundle(units),
        accepted: false,
        content: OpenContent::Unknown,
    };
    // The first as it is, the second for another amount, the third not at all, and one that is not held.
    let listing = [listed(1, 10), listed(2, 21), listed(4, 40)];
    let (held, failed) = books.equalise(SESSION, &listing, &mut purse);
    assert_eq!((held, failed), (vec![key(1, 0)], vec![]));
    assert_eq!((purse.free, purse.held.len()), (90, 1));
}

#[test]
fn what_cannot_be_made_free_is_tried_again_every_day() {
    let (mut books, mut purse) = (Books::default(), Purse::of(100));
    books.hold(SESSION, key(1, 0), hold(60), &mut purse).expect("there is enough");
    purse.broken = true;
    let (held, failed) = books.equalise(SESSION, &[], &mut purse);
    assert_eq!((held.len(), failed.len(), purse.free), (0, 1, 40));
    assert_eq!(books.deliver(day(1), &mut purse).len(), 1);
    purse.broken = false;
    assert!(books.deliver(day(2), &mut purse).is_empty());
    assert_eq!((purse.free, purse.held.len()), (100, 0));
}

#[test]
fn what_is_on_its_way_outlives_a_quarantine_exit_behind_which_the_numbers_begin_again() {
    let (mut books, mut purse) = (Books::default(), Purse::of(0));
    for number in 1..=3 {
        settle(&mut books, &mut purse, number, &incoming(10, 9)).expect("it settles");
    }
    books.exit_quarantine(SESSION, 1, place(1));
    settle(&mut books, &mut purse, 2, &incoming(100, 9)).expect("it settles");
    assert!(books.deliver(day(9), &mut purse).is_empty());
    assert_eq!(purse.free, 130);
}
