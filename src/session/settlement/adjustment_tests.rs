// SPDX-License-Identifier: GPL-3.0-or-later
//! That everybody sees what the host adjusts, each test named after one rule.

use super::fixture::{A, B, H, SESSION, Table, adjustment, id, units};
use super::participant::News;
use crate::protocol::BusMessage;

fn adjust(table: &mut Table, seat: usize, units: i64) {
    table.with_world(|exchange, world| exchange.adjust(adjustment(seat, units), world).expect("it may be adjusted"));
    table.pump();
}

/// The adjustments of others that a campaign was told of since it was last asked, by what they gave.
fn told(table: &mut Table, seat: usize) -> Vec<i64> {
    let news = std::mem::take(&mut table.seats[seat].news);
    let of_others = news.into_iter().filter_map(|news| match news {
        News::Said(BusMessage::Adjustment(adjustment)) => Some(units(&adjustment.incoming)),
        _ => None,
    });
    of_others.collect()
}

fn come(table: &mut Table, seat: usize) {
    table.connect(seat);
    table.pump();
}

fn come_all(table: &mut Table) {
    for seat in [H, A, B] {
        come(table, seat);
    }
}

fn leave_quarantine(table: &mut Table, seat: usize) {
    table.seats[seat].participant.exit_quarantine(SESSION).expect("it has applied what the ledger lost");
    table.collect(seat);
    table.pump();
}

#[test]
fn who_was_away_hears_of_each_adjustment_of_another_campaign_once() {
    let mut table = Table::connected();
    adjust(&mut table, A, 1);
    table.disconnect(B);
    // Two that are equal are two.
    adjust(&mut table, A, 2);
    adjust(&mut table, A, 2);
    adjust(&mut table, B, 3);
    adjust(&mut table, H, 4);
    assert_eq!(told(&mut table, B), [1]);
    come(&mut table, B);
    assert_eq!(told(&mut table, B), [2, 2, 4]);
    come(&mut table, B);
    adjust(&mut table, A, 5);
    come(&mut table, B);
    assert_eq!(told(&mut table, B), [5]);
    assert_eq!((told(&mut table, H), told(&mut table, A)), (vec![1, 2, 2, 3, 5], vec![3, 4]));
}

#[test]
fn what_a_player_was_told_is_part_of_the_save_and_news_to_an_older_one() {
    let mut table = Table::connected();
    let older = table.save(B);
    adjust(&mut table, A, 1);
    let newer = table.save(B);
    assert_eq!(told(&mut table, B), [1]);
    table.reload(B, &newer);
    assert!(told(&mut table, B).is_empty());
    table.reload(B, &older);
    assert_eq!(told(&mut table, B), [1]);
}

#[test]
fn an_adjustment_during_the_opening_of_a_bus_is_told_after_the_listing() {
    let mut table = Table::connected();
    table.exchange.opened(id(B));
    adjust(&mut table, A, 1);
    assert!(told(&mut table, B).is_empty());
    come(&mut table, B);
    assert_eq!(told(&mut table, B), [1]);
}

#[test]
fn a_host_that_lost_its_last_adjustments_tells_of_those_it_makes_instead() {
    let mut table = Table::connected();
    for given in 1..=40 {
        adjust(&mut table, A, given);
    }
    told(&mut table, B);
    let records = table.records.len();
    table.restart_host(records - 1);
    come_all(&mut table);
    leave_quarantine(&mut table, A);
    assert_eq!(told(&mut table, B), (8..=39).collect::<Vec<_>>(), "of which it knows is not known");
    come(&mut table, B);
    assert!(told(&mut table, B).is_empty());
    adjust(&mut table, A, 50);
    assert_eq!(told(&mut table, B), [50]);
}

#[test]
fn a_campaign_in_quarantine_hears_of_adjustments_once_it_is_out() {
    let mut table = Table::connected();
    adjust(&mut table, B, 1);
    let records = table.records.len();
    table.restart_host(records - 1);
    come_all(&mut table);
    adjust(&mut table, A, 2);
    assert!(told(&mut table, B).is_empty());
    leave_quarantine(&mut table, B);
    assert_eq!(told(&mut table, B), [2]);
}
