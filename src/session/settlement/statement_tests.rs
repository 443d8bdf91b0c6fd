// SPDX-License-Identifier: GPL-3.0-or-later
use super::fixture::{A, B, H, SESSION, Table, adjustment, id, money, request};
use super::statement::{Line, LineState, SessionStatement, Totals};
use crate::protocol::Text;
use crate::protocol::money::Currency;
use crate::protocol::settlement::Adjustment;

fn csb() -> Currency {
    money(1).currency()
}

fn statement(table: &Table, detailed: Option<usize>) -> SessionStatement {
    table.exchange.statement(detailed.map(id), |campaign| {
        table.seats.iter().enumerate().find(|(seat, _)| id(*seat) == campaign).map(|(_, seat)| seat.date)
    })
}

fn totals_of(statement: &SessionStatement, seat: usize) -> Totals {
    let of = statement.campaigns.iter().find(|statement| statement.campaign == id(seat)).expect("it has settlements");
    of.totals.get(&csb()).copied().unwrap_or_default()
}

/// In whole units.
fn sums(totals: Totals) -> [i128; 7] {
    let Totals { given, adjusted, received, on_its_way, not_applied, skipped, unsure, .. } = totals;
    [given, adjusted, received, on_its_way, not_applied, skipped, unsure].map(|hundredths| hundredths / 100)
}

/// Has the books tell how far they are, as they do after each turn.
fn tell_positions(table: &mut Table) {
    for seat in [H, A, B] {
        let position = table.book(seat).position();
        table.exchange.greeted(id(seat), &position);
    }
}

#[test]
fn what_left_one_campaign_came_to_another_or_waits_to() {
    let mut table = Table::connected();
    table.transfer(A, B, 1, 60);
    tell_positions(&mut table);
    let seen = statement(&table, None);
    assert_eq!(sums(totals_of(&seen, A)), [60, 0, 0, 0, 0, 0, 0]);
    assert_eq!(sums(totals_of(&seen, B)), [0, 0, 60, 0, 0, 0, 0]);
    assert!(seen.is_conserved() && seen.campaigns.iter().all(|statement| statement.lines.is_empty()));
}

#[test]
fn what_a_save_has_not_applied_waits_and_an_older_save_waits_again() {
    let mut table = Table::connected();
    let save = table.save(B);
    table.transfer(A, B, 1, 60);
    table.disconnect(B);
    table.load(B, &save);
    table.connect(B);
    let seen = statement(&table, None);
    assert_eq!(sums(totals_of(&seen, B)), [0, 0, 0, 0, 60, 0, 0]);
    assert!(seen.is_conserved());
}

#[test]
fn what_is_due_on_a_later_day_is_on_its_way() {
    let mut table = Table::connected();
    table.advance(A, 3);
    table.transfer(A, B, 1, 60);
    tell_positions(&mut table);
    assert_eq!(sums(totals_of(&statement(&table, None), B)), [0, 0, 0, 60, 0, 0, 0]);
    assert!(statement(&table, None).is_conserved());
}

#[test]
fn an_adjustment_adds_to_what_there_is_and_is_named() {
    let mut table = Table::connected();
    table.with_world(|exchange, world| exchange.adjust(adjustment(A, 40), world).expect("it may be adjusted"));
    table.pump();
    tell_positions(&mut table);
    let seen = statement(&table, Some(A));
    assert_eq!(sums(totals_of(&seen, A)), [0, 40, 40, 0, 0, 0, 0]);
    assert!(seen.is_conserved());
    let line = Line {
        settlement: 1,
        request: None,
        partner: None,
        reason: Some(Text::parse("reason", "lost in the mail").expect("a text")),
        currency: csb(),
        hundredths: 4_000,
        state: LineState::Applied,
    };
    assert_eq!(seen.campaigns[0].lines, [line]);
}

#[test]
fn lines_are_given_for_the_campaign_that_is_asked_about_and_say_who_and_for_what() {
    let mut table = Table::connected();
    table.transfer(A, B, 1, 60);
    tell_positions(&mut table);
    let seen = statement(&table, Some(A));
    let lines: Vec<_> = seen.campaigns.iter().flat_map(|statement| &statement.lines).collect();
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((line.request, line.partner, line.hundredths), (Some(request(1)), Some(id(B)), -6_000));
}

#[test]
fn what_is_promised_is_shown_beside_what_moved() {
    let mut table = Table::connected();
    table.transfer(A, B, 1, 10);
    table.wire(A, B, 2, 30).expect("it has as much");
    table.collect(A);
    table.pump();
    assert_eq!(totals_of(&statement(&table, None), A).promised, 3_000);
}

#[test]
fn who_has_only_promised_is_there_too() {
    let mut table = Table::connected();
    table.wire(A, B, 1, 30).expect("it has as much");
    table.pump();
    let seen = statement(&table, None);
    assert_eq!((totals_of(&seen, A).promised, seen.campaigns.len()), (3_000, 2));
}

#[test]
fn what_a_payer_skipped_was_kept_and_came_all_the_same() {
    let mut table = Table::connected();
    table.wire(A, B, 1, 60).expect("it has as much");
    table.pump();
    table.seats[A].purse.broken = true;
    table.respond(B, 1, true).expect("it was asked");
    table.pump();
    table.seats[A].purse.broken = false;
    let at = &mut table.seats[A];
    at.participant.skip(SESSION, at.date, &mut at.purse);
    table.collect(A);
    tell_positions(&mut table);
    let seen = statement(&table, Some(A));
    assert_eq!((totals_of(&seen, A).given, totals_of(&seen, A).kept), (6_000, 6_000));
    assert_eq!(seen.campaigns[0].lines[0].state, LineState::Skipped);
}

#[test]
fn what_lies_before_a_quarantine_exit_and_what_repairs_one_is_unsure() {
    let mut table = Table::connected();
    table.transfer(B, A, 1, 60);
    table.restart_host(0);
    for seat in [H, A, B] {
        table.connect(seat);
    }
    table.pump();
    for seat in [A, B] {
        table.seats[seat].participant.exit_quarantine(SESSION).expect("it is in quarantine");
        table.collect(seat);
    }
    table.pump();
    let repair = Adjustment { exit: 1, ..adjustment(A, -60) };
    table.with_world(|exchange, world| exchange.adjust(repair, world).expect("it may be adjusted"));
    table.pump();
    table.transfer(B, A, 2, 10);
    tell_positions(&mut table);
    let states: Vec<_> = statement(&table, Some(A)).campaigns[0].lines.iter().map(|line| line.state).collect();
    assert_eq!(states, [LineState::Unsure, LineState::Applied]);
}

#[test]
fn a_settlement_that_only_one_side_has_is_noticed() {
    let seen = Totals { given: 60, received: 40, unsure: 10, ..Totals::default() };
    assert!(!seen.is_conserved());
    assert!(Totals { not_applied: 10, ..seen }.is_conserved());
    assert!(!Totals { adjusted: 1, not_applied: 10, ..seen }.is_conserved());
}
