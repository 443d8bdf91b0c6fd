// SPDX-License-Identifier: GPL-3.0-or-later
//! What comes behind a paused settlement, each test named after one rule.

use super::fixture::{A, Table, adjustment};

#[test]
fn what_is_more_than_may_wait_comes_again_once_nothing_is_paused_and_no_sooner() {
    const ADJUSTED: i64 = 8_500;
    let mut table = Table::connected();
    let bus = table.seats[A].bus;
    table.seats[A].purse.broken = true;
    for _ in 0..ADJUSTED {
        table.with_world(|exchange, world| exchange.adjust(adjustment(A, 1), world).expect("it may be adjusted"));
        table.pump();
    }
    assert_eq!((table.free(A), table.seats[A].bus), (100, bus), "a new bus would bring it all again");
    table.seats[A].purse.broken = false;
    table.advance(A, 2);
    table.pump();
    assert_eq!((table.free(A), table.seats[A].bus), (100 + ADJUSTED, bus + 1));
}
