// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's judgement of wire transfers, seen by both sides.

use super::TransferState;
use crate::protocol::BusMessage;
use crate::protocol::link::Refused;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::transfer::{TransferEnd, WireTransferResponse};
use crate::session::settlement::fixture::*;
use crate::session::settlement::{Exchange, News};

fn closed(accepted: bool, reason: ErrorCode) -> TransferState {
    TransferState::Closed(if accepted {
        TransferEnd::Accepted { due: day(1) }
    } else {
        TransferEnd::Rejected { reason }
    })
}

/// The codes of all refusals that a campaign has heard, with the names of what was refused.
fn refusals(table: &Table, seat: usize) -> Vec<(ErrorCode, String)> {
    let refused = |news: &News| match news {
        News::Said(BusMessage::Refused(Refused { code, refused, .. })) => Some((*code, refused.clone())),
        _ => None,
    };
    table.seats[seat].news.iter().filter_map(refused).collect()
}

/// What a program of its own might send, past the rules of this side.
fn send(table: &mut Table, seat: usize, message: impl Into<BusMessage>) {
    table.seats[seat].up.push_back(message.into());
    table.pump();
}

fn respond(from: usize, to: usize, number: u128, accepted: bool) -> WireTransferResponse {
    let (source, target, request) = (id(from), id(to), request(number));
    WireTransferResponse { source, target, request, accepted, reason: ErrorCode::Unspecified }
}

#[test]
fn a_transfer_moves_money_either_way_and_the_target_never_accepts_by_itself() {
    let mut table = Table::connected();
    table.wire(A, B, 1, 60).expect("there is enough");
    table.wire(A, B, 2, -30).expect("nothing is needed");
    table.pump();
    assert_eq!((table.wealth(A), table.wealth(B)), ((40, 60, 0, 0), (100, 0, 0, 0)));
    assert_eq!((table.state(1), table.state(2)), (TransferState::Open, TransferState::Open));
    table.respond(B, 1, true).expect("it was asked");
    table.respond(B, 2, true).expect("it was asked");
    table.pump();
    assert_eq!((table.wealth(A), table.wealth(B)), ((70, 0, 0, 0), (130, 0, 0, 0)));
}

#[test]
fn the_side_that_pays_needs_the_money() {
    let mut table = Table::connected();
    assert_eq!(table.wire(A, B, 1, 101), Err(ErrorCode::InsufficientFunds));
    table.wire(A, B, 2, -101).expect("nothing is needed");
    table.pump();
    assert_eq!(table.respond(B, 2, true), Err(ErrorCode::InsufficientFunds));
    table.pump();
    assert_eq!(table.state(2), closed(false, ErrorCode::InsufficientFunds));
    assert_eq!((table.wealth(A), table.wealth(B)), ((100, 0, 0, 0), (100, 0, 0, 0)));
}

#[test]
fn a_no_a_cancellation_and_a_taking_back_reject() {
    let mut table = Table::connected();
    for number in 1..=3 {
        table.wire(A, B, number, 20).expect("there is enough");
    }
    table.pump();
    table.respond(B, 1, false).expect("it was asked");
    table.cancel(A, 2);
    table.pump();
    assert_eq!(table.state(1), closed(false, ErrorCode::Unspecified));
    assert_eq!(table.state(2), closed(false, ErrorCode::Withdrawn));
    // The third is accepted while its payer is away, and taken back before the payer returns.
    table.disconnect(A);
    table.respond(B, 3, true).expect("it was asked");
    table.pump();
    assert_eq!(table.state(3), TransferState::Accepted);
    send(&mut table, B, respond(A, B, 3, false));
    assert_eq!(table.state(3), closed(false, ErrorCode::Withdrawn));
    table.connect(A);
    table.pump();
    assert_eq!((table.wealth(A), table.wealth(B)), ((100, 0, 0, 0), (100, 0, 0, 0)));
}

#[test]
fn a_transfer_waits_for_a_target_that_is_away() {
    let mut table = Table::connected();
    table.disconnect(B);
    table.wire(A, B, 1, 60).expect("there is enough");
    table.pump();
    table.connect(B);
    table.pump();
    table.respond(B, 1, true).expect("the listing has it");
    table.pump();
    assert_eq!((table.wealth(A), table.wealth(B)), ((40, 0, 0, 0), (160, 0, 0, 0)));
}

#[test]
fn without_its_host_a_campaign_promises_nothing() {
    let mut table = Table::connected();
    table.disconnect(A);
    assert_eq!(table.wire(A, B, 1, 60), Err(ErrorCode::HostLost));
    assert_eq!(table.wealth(A), (100, 0, 0, 0));
}

#[test]
fn a_request_that_cannot_be_is_refused_and_its_hold_ends() {
    let mut table = Table::connected();
    table.wire(A, 7, 1, 60).expect("its own side knows no better");
    table.pump();
    assert_eq!(refusals(&table, A), [(ErrorCode::UnknownCampaign, "WireTransferRequest".into())]);
    assert_eq!(table.wealth(A), (100, 0, 0, 0));
    send(&mut table, B, transfer(A, B, 2, 60));
    assert_eq!(refusals(&table, B), [(ErrorCode::NotYours, "WireTransferRequest".into())]);
    assert_eq!(table.wire(B, B, 3, 1), Ok(()), "the same campaign is refused where the message is read");
    table.seats[B].up.clear();
    assert!(table.exchange.transfers().iter().next().is_none());
}

#[test]
fn the_same_request_gets_its_outcome_again_and_another_of_its_id_is_a_conflict() {
    let mut table = Table::connected();
    table.transfer(A, B, 1, 60);
    let records = table.records.len();
    table.wire(A, B, 1, 40).expect("there is enough");
    table.pump();
    assert_eq!(refusals(&table, A), [(ErrorCode::Conflict, "WireTransferRequest".into())]);
    assert_eq!(table.wealth(A), (0, 40, 0, 0), "a conflict ends no hold");
    table.connect(A);
    table.pump();
    assert_eq!(table.wealth(A), (40, 0, 0, 0), "the next listing does");
    table.wire(A, B, 1, 60).expect_err("there is not enough");
    table.seats[A].purse.free = 60;
    table.wire(A, B, 1, 60).expect("there is enough");
    table.pump();
    assert_eq!(table.wealth(A), (60, 0, 0, 0));
    assert_eq!((table.records.len(), table.free(B)), (records, 160));
}

#[test]
fn a_late_answer_gets_the_recorded_outcome() {
    let mut table = Table::connected();
    table.wire(A, B, 1, 60).expect("there is enough");
    table.pump();
    table.cancel(A, 1);
    table.respond(B, 1, true).expect("it has not heard of the cancellation");
    table.pump();
    assert_eq!(table.state(1), closed(false, ErrorCode::Withdrawn));
    for message in [respond(A, B, 1, true), respond(A, B, 1, false)] {
        send(&mut table, B, message);
    }
    table.cancel(A, 1);
    table.pump();
    assert_eq!((table.wealth(A), table.wealth(B)), ((100, 0, 0, 0), (100, 0, 0, 0)));
    assert!(refusals(&table, A).is_empty() && refusals(&table, B).is_empty());
}

#[test]
fn an_answer_to_an_unknown_request_is_rejected_and_a_foreign_one_refused() {
    let mut table = Table::connected();
    send(&mut table, B, respond(A, B, 9, true));
    let rejection = table.seats[B].news.iter().find_map(|news| match news {
        News::Said(BusMessage::WireTransferCompleted(completed)) => Some(completed.clone()),
        _ => None,
    });
    let rejection = rejection.expect("a rejection");
    assert!(rejection.place.is_none() && rejection.end.reason() == ErrorCode::UnknownRequest);
    table.wire(A, B, 1, 60).expect("there is enough");
    table.pump();
    for (seat, message) in [(H, respond(A, H, 1, true)), (B, respond(H, B, 1, true))] {
        send(&mut table, seat, message);
        assert_eq!(refusals(&table, seat), [(ErrorCode::NotYours, "WireTransferResponse".into())]);
    }
    send(&mut table, B, crate::protocol::transfer::CancelWireTransferRequest { request: request(1) });
    assert_eq!(refusals(&table, B)[1], (ErrorCode::NotYours, "CancelWireTransferRequest".into()));
    table.cancel(A, 8);
    table.pump();
    assert_eq!(refusals(&table, A), [(ErrorCode::UnknownRequest, "CancelWireTransferRequest".into())]);
    assert_eq!(table.state(1), TransferState::Open);
}

#[test]
fn an_acceptance_without_a_number_is_not_recognised() {
    let mut table = Table::connected();
    table.transfer(A, B, 1, 60);
    let completed = table.exchange.accounts().after(id(B), 0)[0].1.clone();
    let BusMessage::WireTransferCompleted(mut completed) = completed else { panic!("{completed:?}") };
    completed.place = None;
    table.seats[B].down.push_back(completed.into());
    table.down(B);
    assert_eq!(table.wealth(B), (160, 0, 0, 0));
    assert!(matches!(table.seats[B].up.back(), Some(BusMessage::Refused(_))));
}

#[test]
fn nothing_expires_unless_the_host_says_so() {
    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
    let mut table = Table::connected();
    table.wire(A, B, 1, 10).expect("there is enough");
    table.pump();
    table.exchange.expiry_days = Some(2);
    table.wire(A, B, 2, 10).expect("there is enough");
    table.pump();
    assert_eq!(table.exchange.next_expiry_unix_ms(), Some(2 * DAY_MS));
    for (unix_ms, state) in [(2 * DAY_MS - 1, TransferState::Open), (2 * DAY_MS, closed(false, ErrorCode::Expired))] {
        table.unix_ms = unix_ms;
        table.with_world(|exchange: &mut Exchange, world| exchange.expire(world));
        assert_eq!(table.state(2), state);
    }
    table.pump();
    assert_eq!((table.wealth(A), table.state(1)), ((90, 10, 0, 0), TransferState::Open));
}

#[test]
fn a_host_that_cannot_write_refuses_and_goes_on_when_it_can() {
    let mut table = Table::connected();
    table.wire(A, B, 1, 10).expect("there is enough");
    table.wire(A, B, 2, 10).expect("there is enough");
    table.pump();
    let old = table.save(A);
    table.disconnect(A);
    table.respond(B, 1, true).expect("it was asked");
    table.pump();
    table.with_world(|exchange, world| exchange.set_read_only(true, world));
    let records = table.records.len();
    table.connect(A);
    table.pump();
    table.wire(A, B, 3, 10).expect("its own side knows no better");
    table.cancel(A, 2);
    table.respond(B, 2, true).expect("it was asked");
    table.pump();
    let read_only = |name: &str| (ErrorCode::HostReadOnly, name.to_owned());
    assert_eq!(refusals(&table, A), [read_only("WireTransferRequest"), read_only("CancelWireTransferRequest")]);
    assert_eq!(refusals(&table, B), [read_only("WireTransferResponse")]);
    assert_eq!((table.wealth(A), table.records.len()), ((80, 20, 0, 0), records));
    // Whoever comes with a save that lacks a promise stays unconfirmed until that can be recorded.
    let lacking = crate::session::settlement::Books::default();
    table.reload(A, &Save { books: lacking, purse: Purse::of(100), ..old });
    table.with_world(|exchange, world| exchange.set_read_only(false, world));
    table.pump();
    assert_eq!(
        (table.state(1), table.state(2)),
        (closed(false, ErrorCode::NotHeld), closed(false, ErrorCode::NotHeld))
    );
    assert_eq!((table.wealth(A), table.wealth(B)), ((100, 0, 0, 0), (100, 0, 0, 0)));
}

#[test]
fn a_promise_whose_hold_served_another_purpose_is_withdrawn_at_once() {
    let mut table = Table::connected();
    let before = table.save(A);
    table.transfer(A, B, 1, 60);
    // The save does not know of the payment yet: its money goes into another promise first.
    table.load(A, &before);
    table.seats[A].purse.free = 0;
    let mut books = before.books.clone();
    let hold = crate::session::settlement::Hold::new(bundle(70), crate::session::settlement::Promise::WireRequest);
    table.seats[A].purse.free = 70;
    books.hold(SESSION, key(2, 0), hold, &mut table.seats[A].purse).expect("there is enough");
    let save = Save { purse: table.seats[A].purse.clone(), books, ..before };
    table.with_world(|exchange, _| {
        let (transfer, expires_unix_ms) = (transfer(A, B, 2, 70), None);
        exchange.record(crate::protocol::entry::Record::TransferRequested { transfer, expires_unix_ms });
    });
    table.reload(A, &save);
    assert_eq!(table.state(2), closed(false, ErrorCode::NotHeld));
    assert_eq!(table.wealth(A), (10, 0, 0, 0));
}

#[test]
fn the_host_restarts_with_all_that_it_recorded() {
    let mut table = Table::connected();
    table.transfer(A, B, 1, 20);
    table.wire(A, B, 2, 20).expect("there is enough");
    table.pump();
    table.disconnect(A);
    table.respond(B, 2, true).expect("it was asked");
    table.wire(B, A, 3, 5).expect("there is enough");
    table.pump();
    let before: Vec<_> = table.exchange.transfers().iter().cloned().collect();
    let ends = [H, A, B].map(|seat| table.exchange.accounts().end(id(seat)));
    table.restart_host(usize::MAX);
    assert_eq!(table.exchange.transfers().iter().cloned().collect::<Vec<_>>(), before);
    assert_eq!([H, A, B].map(|seat| table.exchange.accounts().end(id(seat))), ends);
    for seat in [H, A, B] {
        table.connect(seat);
    }
    table.pump();
    table.respond(A, 3, false).expect("it is listed");
    table.pump();
    assert_eq!((table.wealth(A), table.wealth(B)), ((60, 0, 0, 0), (140, 0, 0, 0)));
}
