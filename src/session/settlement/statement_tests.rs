// SPDX-License-Identifier: GPL-3.0-or-later
use super::fixture::{A, B, H, Table, bundle, day, id, money, request};
use super::statement::{LastWord, Line, LineState, SessionStatement, Totals};
use crate::protocol::Text;
use crate::protocol::money::{Bundle, Currency};
use crate::protocol::settlement::Adjustment;

fn csb() -> Currency {
    money(1).currency()
}

fn statement(table: &Table, detailed: Option<usize>) -> SessionStatement {
    table.exchange.statement(detailed.map(id), |campaign| {
        let seat = table.seats.iter().enumerate().find(|(seat, _)| id(*seat) == campaign)?.0;
        let standing = table.book(seat).position().standing.into();
        Some(LastWord { date: table.seats[seat].date, standing })
    })
}

fn totals_of(statement: &SessionStatement, seat: usize) -> Totals {
    let of = statement.campaigns.iter().find(|statement| statement.campaign == id(seat)).expect("it has settlements");
    of.totals.get(&csb()).copied().unwrap_or_default()
}

/// In whole units.
fn sums(totals: Totals) -> [i128; 7] {
    let Totals { given, adjusted, received, on_its_way, not_applied, skipped, owed, .. } = totals;
    [given, adjusted, received, on_its_way, not_applied, skipped, owed].map(|hundredths| hundredths / 100)
}

/// Has the books tell how far they are, as they do after each turn.
fn tell_positions(table: &mut Table) {
    for seat in [H, A, B] {
        let position = table.book(seat).position();
        table.exchange.greeted(id(seat), &position);
    }
}

fn adjustment(seat: usize, units: i64) -> Adjustment {
    Adjustment {
        campaign: id(seat),
        outgoing: Bundle::default(),
        incoming: bundle(units),
        reason: Text::parse("reason", "lost in the mail").expect("a text"),
        exit: 0,
        due: day(1),
        place: None,
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
fn a_settlement_that_only_one_side_has_is_noticed() {
    let seen = Totals { given: 60, received: 50, ..Totals::default() };
    assert!(!seen.is_conserved());
    assert!(Totals { not_applied: 10, ..seen }.is_conserved());
    assert!(!Totals { adjusted: 1, not_applied: 10, ..seen }.is_conserved());
}
