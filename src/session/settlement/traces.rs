// SPDX-License-Identifier: GPL-3.0-or-later
//! Ways in which money was lost or doubled, or might be, each played to its end. What keeps it from happening is said
//! beside it; without that, the test fails. Where goods were meant, money stands in.

use super::fixture::*;
use super::*;
use crate::protocol::money::Bundle;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::settlement::{Adjustment, Cursor, Outcome, Place};
use crate::protocol::transfer::{TransferEnd, WireTransferCompleted};
use crate::protocol::{BusMessage, Text};
use crate::session::transfer::TransferState;

fn rejected(reason: ErrorCode) -> TransferState {
    TransferState::Closed(TransferEnd::Rejected { reason })
}

/// No request is made before the listing is confirmed, on either side.
#[test]
fn a_listing_on_its_way_releases_no_new_promise() {
    let mut table = Table::away();
    table.connect(A);
    table.pump();
    table.connect(H);
    assert_eq!(table.wire(H, A, 1, 60), Err(ErrorCode::NotConfirmed));
    // Even if the campaign's side let it through, the host would not take it.
    table.seats[H].up.push_back(transfer(H, A, 1, 60).into());
    table.up(H);
    assert!(table.exchange.transfers().get(request(1)).is_none());
    table.pump();
    table.transfer(H, A, 1, 60);
    assert_eq!((table.wealth(H), table.wealth(A)), ((40, 0, 0, 0), (160, 0, 0, 0)));
}

/// The host campaign is a participant like any other: loading another of its saves runs replay, listing, confirmation.
#[test]
fn the_host_loads_a_save_from_before_its_promise() {
    let mut table = Table::connected();
    let old = table.save(H);
    table.wire(H, A, 1, 60).expect("there is enough");
    table.pump();
    table.reload(H, &old);
    assert_eq!(table.state(1), rejected(ErrorCode::NotHeld));
    assert_eq!(table.respond(A, 1, true), Err(ErrorCode::UnknownRequest));
    assert_eq!((table.wealth(H), table.wealth(A)), ((100, 0, 0, 0), (100, 0, 0, 0)));
}

/// A settlement carries all that applying it needs.
#[test]
fn a_save_from_before_the_request_meets_its_completion() {
    let mut table = Table::connected();
    let (old_a, old_b) = (table.save(A), table.save(B));
    table.transfer(A, B, 1, 60);
    table.reload(A, &old_a);
    table.reload(B, &old_b);
    assert_eq!((table.wealth(A), table.wealth(B)), ((40, 0, 0, 0), (160, 0, 0, 0)));
}

/// What leaves acts now: on what is still on its way, before it becomes a debt.
#[test]
fn what_was_given_away_after_it_arrived_is_given_away_while_on_its_way() {
    let mut table = Table::connected();
    table.seats[B].purse.free = 0;
    table.seats[H].date = day(3);
    table.transfer(H, B, 1, 60);
    assert_eq!(table.wealth(B), (0, 0, 60, 0));
    let day_1 = table.save(B);
    table.advance(B, 3);
    table.transfer(B, H, 2, 60);
    assert_eq!((table.free(B), table.free(H)), (0, 100));
    table.reload(B, &day_1);
    assert_eq!(table.wealth(B), (0, 0, 0, 0));
    table.advance(B, 3);
    assert_eq!((table.free(B), table.free(H)), (0, 100));
}

/// Settle takes from its own hold, then ends every other hold of that request, and only then takes what is free.
#[test]
fn a_hold_of_an_older_revision_pays_for_the_completed_one() {
    let place = Cursor { number: 1, hash: [1; 32] };
    let outcome = Outcome { outgoing: bundle(50), ..Outcome::ending(request(1), 4) };
    for (revisions, free) in [(vec![3], 10), (vec![3, 4], 70), (vec![4, 3, 5], 130)] {
        let (mut books, mut purse) = (Books::default(), Purse::of(60 * revisions.len() as i64));
        for revision in revisions {
            let hold = Hold::new(bundle(60), Promise::WireRequest);
            books.hold(SESSION, key(1, revision), hold, &mut purse).expect("there is enough");
        }
        let settled = books.settle(SESSION, place, &outcome, &mut purse);
        assert_eq!(settled, Ok(Settled::Applied(Vec::new())), "no promise is broken");
        assert_eq!(purse, Purse::of(free));
    }
}

/// Effects come in the order in which they may leave: none before the records that it tells of, replay included.
#[test]
fn a_replay_follows_the_records_that_it_tells_of() {
    let mut table = Table::connected();
    table.wire(H, A, 1, 60).expect("there is enough");
    table.pump();
    table.respond(A, 1, true).expect("it was asked");
    let world = |exchange: &mut Exchange, world: &dyn World| {
        exchange.message(id(A), response(true), world);
        exchange.opened(id(A));
        exchange.greeted(id(A), &Default::default());
        let effects = exchange.take_effects();
        let record = effects.iter().position(|effect| matches!(effect, ExchangeEffect::Record(_)));
        let first = effects.iter().position(|effect| matches!(effect, ExchangeEffect::Send(to, _) if *to == id(A)));
        assert!(record.expect("a record") < first.expect("a settlement"), "{effects:?}");
    };
    table.with_world(world);
}

fn response(accepted: bool) -> BusMessage {
    let (source, target, request, reason) = (id(H), id(A), request(1), ErrorCode::Unspecified);
    crate::protocol::transfer::WireTransferResponse { source, target, request, accepted, reason }.into()
}

/// Replay precedes the listing, and what waits behind a paused settlement waits.
#[test]
fn a_listing_does_not_overtake_the_settlement_that_it_presumes() {
    let mut table = Table::connected();
    table.wire(A, B, 1, 60).expect("there is enough");
    table.pump();
    let promised = table.save(A);
    table.respond(B, 1, true).expect("it was asked");
    table.pump();
    table.load(A, &promised);
    table.connect(A);
    table.down(A);
    assert_eq!(table.wealth(A), (40, 0, 0, 0), "the settlement comes first");
    assert_eq!(table.wire(A, B, 2, 40), Err(ErrorCode::NotConfirmed));
    table.load(A, &promised);
    table.seats[A].purse.broken = true;
    table.connect(A);
    table.pump();
    assert_eq!((table.free(A), table.held(A)), (40, 60), "the hold still pays for what is paused");
    assert_eq!(table.wire(A, B, 2, 10), Err(ErrorCode::NotConfirmed));
    table.seats[A].purse.broken = false;
    table.advance(A, 2);
    table.pump();
    assert_eq!(table.wealth(A), (40, 0, 0, 0));
}

/// Once a new connection is admitted, its campaign is unconfirmed whatever came before.
#[test]
fn a_request_left_over_from_before_the_new_connection_is_not_taken() {
    let mut table = Table::connected();
    let old = table.save(A);
    table.wire(A, B, 1, 60).expect("there is enough");
    let late = table.seats[A].up.pop_front().expect("the request");
    table.load(A, &old);
    table.connect(A);
    table.seats[A].up.push_front(late);
    table.pump();
    assert!(table.exchange.transfers().get(request(1)).is_none());
    assert_eq!(table.wealth(A), (100, 0, 0, 0));
}

/// A hold ends at the host's word only, and what was taken back cannot be promised again before that.
#[test]
fn the_confirmation_of_a_taking_back_ends_no_later_hold() {
    let mut table = Table::connected();
    table.wire(H, A, 1, -60).expect("nothing is needed");
    table.pump();
    table.respond(A, 1, true).expect("there is enough");
    table.respond(A, 1, false).expect("it may be taken back");
    assert_eq!(table.wealth(A), (40, 60, 0, 0));
    assert_eq!(table.respond(A, 1, true), Err(ErrorCode::Withdrawn));
    table.pump();
    assert_eq!(table.held(A), 0);
}

/// A hold is known by request and revision, and `STALE_REVISION` ends none.
#[test]
fn a_late_stale_revision_ends_no_hold() {
    let mut table = Table::connected();
    table.wire(A, B, 1, 60).expect("there is enough");
    let refused = |code, revision| crate::protocol::link::Refused {
        request: request(1).to_string(),
        code,
        reason: String::new(),
        revision,
        refused: "WireTransferRequest".into(),
        withdrawal: false,
    };
    for (code, revision) in [(ErrorCode::StaleRevision, 0), (ErrorCode::Conflict, 0), (ErrorCode::HostReadOnly, 1)] {
        table.seats[A].down.push_back(refused(code, revision).into());
        table.down(A);
        assert_eq!(table.held(A), 60, "{code:?}");
    }
    table.seats[A].down.push_back(refused(ErrorCode::HostReadOnly, 0).into());
    table.down(A);
    assert_eq!(table.wealth(A), (100, 0, 0, 0));
}

/// The listing tells each side its own promise, and one that is not confirmed is withdrawn.
#[test]
fn a_promise_without_a_hold_is_withdrawn_before_anything_completes() {
    let mut table = Table::connected();
    let old = table.save(A);
    table.wire(A, B, 1, 60).expect("there is enough");
    table.pump();
    table.disconnect(A);
    table.respond(B, 1, true).expect("it was asked");
    table.pump();
    assert_eq!(table.state(1), TransferState::Accepted);
    table.reload(A, &old);
    assert_eq!(table.state(1), rejected(ErrorCode::NotHeld));
    assert_eq!((table.wealth(A), table.wealth(B)), ((100, 0, 0, 0), (100, 0, 0, 0)));
}

/// Confirmation completes what waited.
#[test]
fn what_waited_for_a_side_completes_when_that_side_confirms() {
    let mut table = Table::connected();
    table.wire(A, B, 1, 60).expect("there is enough");
    table.pump();
    table.disconnect(A);
    table.respond(B, 1, true).expect("it was asked");
    table.pump();
    table.disconnect(B);
    table.connect(A);
    table.pump();
    assert_eq!(table.wealth(A), (40, 0, 0, 0));
    table.connect(B);
    table.pump();
    assert_eq!(table.wealth(B), (160, 0, 0, 0));
}

/// Leaving quarantine rejects what was open.
#[test]
fn a_wire_that_a_lost_tail_has_opened_again_does_not_pay_twice() {
    let mut table = Table::connected();
    table.transfer(H, A, 1, 60);
    let before_the_end = table.records.len() - 1;
    table.restart_host(before_the_end);
    assert_eq!(table.state(1), TransferState::Open);
    table.connect(H);
    table.connect(A);
    table.pump();
    for seat in [H, A] {
        assert_eq!(table.wire(seat, B, 2, 10), Err(ErrorCode::Quarantined));
    }
    table.seats[A].participant.exit_quarantine(SESSION).expect("it is in quarantine");
    table.collect(A);
    table.pump();
    assert_eq!(table.state(1), rejected(ErrorCode::Quarantined));
    assert_eq!(table.respond(A, 1, true), Err(ErrorCode::UnknownRequest));
    assert_eq!((table.wealth(H), table.wealth(A)), ((40, 0, 0, 0), (160, 0, 0, 0)));
}

/// A promise whose hold was taken is withdrawn, also where the host cannot record that yet.
#[test]
fn a_promise_that_lost_its_hold_while_the_host_could_not_write_is_not_completed() {
    let mut table = Table::connected();
    table.wire(A, B, 1, 60).expect("it has as much");
    table.pump();
    let taken = Adjustment {
        campaign: id(A),
        outgoing: bundle(80),
        incoming: Bundle::default(),
        reason: Text::parse("reason", "counted again").expect("a text"),
        exit: 0,
        due: day(1),
        place: None,
    };
    table.with_world(|exchange, world| exchange.adjust(taken, world).expect("it may be adjusted"));
    table.with_world(|exchange, world| exchange.set_read_only(true, world));
    table.pump();
    assert_eq!(table.wealth(A), (20, 0, 0, 0));
    table.with_world(|exchange, world| exchange.set_read_only(false, world));
    table.pump();
    assert_eq!(table.state(1), rejected(ErrorCode::NotHeld));
    assert_eq!(table.respond(B, 1, true), Err(ErrorCode::UnknownRequest));
    assert_eq!(table.wealth(A), (20, 0, 0, 0));
}

/// An exit has a place of its own: the ledger that the save once left does not have it.
#[test]
fn a_save_that_has_left_quarantine_is_noticed_by_the_past_that_it_left() {
    let mut table = Table::connected();
    table.transfer(H, A, 1, 60);
    let newer = table.records.clone();
    table.restart_host(0);
    table.connect(A);
    table.pump();
    table.seats[A].participant.exit_quarantine(SESSION).expect("it is in quarantine");
    table.collect(A);
    table.pump();
    assert_eq!(table.book(A).exit, 1);
    table.records = newer;
    table.restart_host(usize::MAX);
    table.connect(A);
    table.pump();
    assert_eq!(table.wire(A, B, 2, 10), Err(ErrorCode::Quarantined));
    assert_eq!(table.wealth(A), (160, 0, 0, 0));
}

/// A save that does not know an exit passes over the adjustments that repair it.
#[test]
fn a_repair_does_not_reach_a_save_from_before_the_damage() {
    let mut table = Table::connected();
    let healthy = table.save(A);
    table.transfer(A, H, 1, 60);
    table.restart_host(0);
    table.connect(A);
    table.pump();
    let adjustment = Adjustment {
        campaign: id(A),
        outgoing: Default::default(),
        incoming: bundle(60),
        reason: Text::parse("reason", "the ledger lost it").expect("a text"),
        exit: 1,
        due: day(1),
        place: None,
    };
    let early = Adjustment { exit: 0, ..adjustment.clone() };
    table.with_world(|exchange, world| {
        let refused = exchange.adjust(early, world).map_err(|refusal| refusal.code);
        assert_eq!(refused, Err(ErrorCode::Quarantined), "the exit would pass over it");
    });
    table.seats[A].participant.exit_quarantine(SESSION).expect("it is in quarantine");
    table.collect(A);
    table.pump();
    let repair = |exchange: &mut Exchange, world: &dyn World| assert!(exchange.adjust(adjustment, world).is_ok());
    table.with_world(repair);
    table.pump();
    assert_eq!(table.wealth(A), (100, 0, 0, 0));
    table.reload(A, &healthy);
    assert_eq!(table.wealth(A), (100, 0, 0, 0));
    assert_eq!(table.book(A).cursor.number, 2);
}

/// Abandoning frees what is held. The cursor stays, and so does what is on its way.
#[test]
fn a_session_that_was_abandoned_and_comes_back_settles_nothing_twice() {
    let mut table = Table::connected();
    table.seats[H].date = day(3);
    table.transfer(H, A, 1, 30);
    table.seats[H].date = day(1);
    table.transfer(H, A, 2, 20);
    table.wire(A, B, 3, 50).expect("there is enough");
    table.pump();
    let at = &mut table.seats[A];
    at.participant.abandon(SESSION, &mut at.purse);
    assert_eq!(table.wealth(A), (120, 0, 30, 0));
    table.connect(A);
    table.pump();
    table.advance(A, 3);
    assert_eq!(table.wealth(A), (150, 0, 0, 0));
    assert_eq!(table.state(3), rejected(ErrorCode::NotHeld));
}

/// Money is due on the later of the two partners' dates.
#[test]
fn nothing_arrives_before_the_day_on_which_it_was_given() {
    let mut table = Table::connected();
    table.advance(A, 4);
    table.transfer(A, B, 1, 60);
    assert_eq!(table.wealth(B), (100, 0, 60, 0));
    table.advance(B, 3);
    assert_eq!(table.wealth(B), (100, 0, 60, 0));
    table.advance(B, 4);
    assert_eq!(table.wealth(B), (160, 0, 0, 0));
}

/// What enters waits in the books, so it blocks nothing behind it.
#[test]
fn a_settlement_of_a_later_day_blocks_none_behind_it() {
    let mut table = Table::connected();
    table.advance(H, 50);
    table.transfer(H, A, 1, 10);
    table.wire(A, B, 2, 60).expect("there is enough");
    table.pump();
    table.respond(B, 2, false).expect("it was asked");
    table.pump();
    assert_eq!(table.wealth(A), (100, 0, 10, 0));
    assert_eq!(table.book(A).cursor.number, 2);
}

/// The cursor carries the hash of the chain.
#[test]
fn a_cursor_of_another_past_of_the_same_length_is_noticed() {
    let mut table = Table::connected();
    table.transfer(H, A, 1, 10);
    let restored = table.records.len();
    table.transfer(H, A, 2, 10);
    table.transfer(H, A, 3, 10);
    table.disconnect(A);
    let from_the_lost_past = table.save(A);
    table.restart_host(restored);
    table.seats[H].participant = Participant::new(id(H), Books::default());
    table.connect(H);
    table.connect(B);
    table.connect(A);
    table.load(A, &Save { books: Books::default(), ..from_the_lost_past.clone() });
    table.connect(A);
    table.pump();
    for number in 4..8 {
        table.transfer(H, A, number, 1);
    }
    table.reload(A, &from_the_lost_past);
    let quarantined = |news: &News| matches!(news, News::Quarantined(quarantined) if quarantined.known.is_some());
    assert!(table.seats[A].news.iter().any(quarantined));
    assert_eq!(table.free(A), from_the_lost_past.purse.free);
}

/// Campaign and cursor change in one turn, or neither does.
#[test]
fn no_save_lies_between_a_settlement_and_its_cursor() {
    let (mut books, mut purse) = (Books::default(), Purse::of(100));
    let place = Cursor { number: 1, hash: [1; 32] };
    let outcome = Outcome { outgoing: bundle(60), ..Outcome::ending(request(1), 0) };
    let before = (books.clone(), purse.clone());
    purse.broken = true;
    assert!(books.settle(SESSION, place, &outcome, &mut purse).is_err());
    purse.broken = false;
    assert_eq!((books.clone(), purse.clone()), before);
    for _ in 0..2 {
        books.settle(SESSION, place, &outcome, &mut purse).expect("it settles, or did before");
        assert_eq!((books.get(SESSION).map(|book| book.cursor), purse.free), (Some(place), 40));
    }
}

/// The largest settlement of each kind, and the largest page of a listing, fit a message.
#[test]
fn no_settlement_is_too_large_to_be_delivered() {
    use crate::protocol::envelope::encode;
    use crate::protocol::settlement::{OpenRequests, RequestId};
    let longest = "🦊".repeat(200);
    let transfer = crate::protocol::transfer::WireTransferRequest {
        memo: longest.clone(),
        request: RequestId::from_u128(u128::MAX),
        ..transfer(H, A, 1, 1)
    };
    let place = Some(Place(Cursor { number: u64::MAX, hash: [255; 32] }));
    let completed = WireTransferCompleted::of(&transfer, TransferEnd::Accepted { due: day(1) });
    assert!(encode(id(H), 0, &WireTransferCompleted { place, ..completed }.into()).is_ok());
    let (open, page, last) = (vec![open_request(transfer); 256], u32::MAX, true);
    assert!(encode(id(H), 0, &OpenRequests { open, page, last }.into()).is_ok());
}

fn open_request(transfer: crate::protocol::transfer::WireTransferRequest) -> crate::protocol::settlement::OpenRequest {
    crate::protocol::settlement::OpenRequest {
        key: key(1, u64::MAX),
        promised: transfer.bundle(),
        accepted: true,
        content: crate::protocol::settlement::OpenContent::Wire(transfer),
    }
}
