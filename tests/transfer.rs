// SPDX-License-Identifier: GPL-3.0-or-later
//! Wire transfers over real sockets, with saves that are loaded again and a host that starts again.

mod support;

use std::sync::Arc;

use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::settlement::RequestId;
use distributed_mekhq::session::Event;
use distributed_mekhq::session::settlement::News;

use support::books::{Save, Trader};
use support::{Player, host_options};

const HOST: u128 = 100;
const A: u128 = 1;
const B: u128 = 2;
const REQUEST: RequestId = RequestId::from_u128(7);

fn asked(news: &News) -> bool {
    matches!(news, News::Asked(_))
}

fn join(number: u128, port: u16, free: i64) -> Trader {
    Trader::new(Player::joined(number, port), number, free).confirmed()
}

/// The same campaign on the same computer, from a save.
fn load(trader: Trader, number: u128, port: u16, save: &Save) -> Trader {
    trader.player.session.close();
    let player = Player::join_from(trader.player.computer(), number, port);
    Trader::load(player, number, save.clone()).confirmed()
}

fn restart(host: Player) -> Player {
    let (computer, port) = (Arc::clone(host.computer()), host.port());
    host.session.close();
    drop(host);
    let options = host_options(HOST, port, computer.path());
    Player::host_with(&computer, options).expect("the port is free again")
}

#[test]
fn money_moves_from_one_remote_to_the_other_once() {
    let host = Player::host(HOST);
    let (mut a, mut b) = (join(A, host.port(), 100), join(B, host.port(), 100));
    a.request(B, REQUEST, 60).expect("there is enough");
    assert_eq!(a.purse.free, 40, "set aside before it is promised");
    b.wait_for(asked);
    b.respond(REQUEST, true).expect("it was asked");
    a.applied();
    b.applied();
    assert_eq!((a.purse.free, a.purse.held.len(), b.purse.free), (40, 0, 160));
}

#[test]
fn across_a_restart_of_the_host_and_an_older_save_each_settlement_is_applied_exactly_once() {
    let host = Player::host(HOST);
    let port = host.port();
    let (mut a, mut b) = (join(A, port, 100), join(B, port, 100));
    let (old_a, old_b) = (a.save(), b.save());
    a.request(B, REQUEST, 60).expect("there is enough");
    b.wait_for(asked);
    let host = restart(host);
    a.wait_for(|news| matches!(news, News::Confirmed(open) if open.len() == 1));
    b.wait_for(|news| matches!(news, News::Confirmed(open) if open.len() == 1));
    b.respond(REQUEST, true).expect("the listing names it");
    a.applied();
    b.applied();
    let (new_a, new_b) = (a.save(), b.save());
    let host = restart(host);
    // Older saves meet the outcome; newer ones have it already.
    for (save_a, save_b) in [(&old_a, &old_b), (&new_a, &new_b), (&old_a, &new_b)] {
        a = load(a, A, port, save_a);
        b = load(b, B, port, save_b);
        assert_eq!((a.purse.free, a.purse.held.len(), b.purse.free), (40, 0, 160));
    }
    host.session.close();
}

#[test]
fn what_was_said_before_the_bus_ended_is_told_although_it_is_heard_afterwards() {
    let host = Player::host(HOST);
    let (mut a, mut b) = (join(A, host.port(), 100), join(B, host.port(), 100));
    a.request(B, REQUEST, 60).expect("there is enough");
    b.wait_for(asked);
    b.respond(REQUEST, true).expect("it was asked");
    b.applied();
    host.session.close();
    a.player.wait_for(|event| matches!(event, Event::Disconnected { .. }));
    assert_eq!(a.told_as_of_this_session(), [true], "the outcome, to whoever listens to this session");
    assert_eq!((a.purse.free, a.purse.held.len()), (40, 0));
}

#[test]
fn a_promise_that_the_loaded_save_does_not_hold_is_withdrawn() {
    let host = Player::host(HOST);
    let port = host.port();
    let (mut a, mut b) = (join(A, port, 100), join(B, port, 100));
    let before = a.save();
    a.request(B, REQUEST, 60).expect("there is enough");
    b.wait_for(asked);
    let a = load(a, A, port, &before);
    b.applied();
    assert_eq!((a.purse.free, b.purse.free), (100, 100));
    assert_eq!(b.respond(REQUEST, true).map_err(|refusal| refusal.code), Err(ErrorCode::UnknownRequest));
}

#[test]
fn the_host_campaign_takes_part_like_any_other() {
    let host = Player::host(HOST);
    let mut a = join(A, host.port(), 100);
    let mut host = Trader::new(host, HOST, 100).confirmed();
    host.request(A, REQUEST, 30).expect("there is enough");
    a.wait_for(asked);
    a.respond(REQUEST, true).expect("it was asked");
    host.applied();
    a.applied();
    assert_eq!((host.purse.free, a.purse.free), (70, 130));
    let back = RequestId::from_u128(8);
    a.request(HOST, back, 50).expect("there is enough");
    host.wait_for(asked);
    host.respond(back, true).expect("it was asked");
    host.applied();
    a.applied();
    assert_eq!((host.purse.free, a.purse.free), (120, 80));
}

#[test]
fn who_is_asked_for_more_than_it_has_answers_no() {
    let host = Player::host(HOST);
    let (mut a, mut b) = (join(A, host.port(), 100), join(B, host.port(), 10));
    let refused = a.request(B, REQUEST, 101).map_err(|refusal| refusal.code);
    assert_eq!((refused, a.purse.free), (Err(ErrorCode::InsufficientFunds), 100));
    a.request(B, REQUEST, -60).expect("asking costs nothing");
    b.wait_for(asked);
    assert_eq!(b.respond(REQUEST, true).map_err(|refusal| refusal.code), Err(ErrorCode::InsufficientFunds));
    a.applied();
    assert_eq!((a.purse.free, b.purse.free), (100, 10));
}
