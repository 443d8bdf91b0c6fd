// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's rules about daily logs, each test named after one.

use super::fixture::{campaign, join_request};
use super::host::{BusId, Host, HostEffect, HostInput};
use super::host_play::{
    assign, connect, daily_log, emitted, host, join, logs_sent, open, pong_from, receive, refused_with, sent,
};
use super::{BusEnd, Command, Event, LedgerState, Now};
use crate::protocol::entry::Record;
use crate::protocol::refusal::ErrorCode;

/// Two teammates, and the pings of their openings are answered.
fn teammates(host: &mut Host) -> (BusId, BusId) {
    let (first, second) = (join(host, 1), join(host, 2));
    assign(host, 1, 5);
    assign(host, 2, 5);
    receive(host, first, 1, pong_from(1));
    receive(host, second, 2, pong_from(2));
    (first, second)
}

fn records(effects: &[HostEffect]) -> Vec<&Record> {
    let records = effects.iter().filter_map(|effect| match effect {
        HostEffect::Record(record) => Some(record),
        _ => None,
    });
    records.collect()
}

fn kept(effects: &[HostEffect]) -> Vec<&str> {
    let kept = records(effects).into_iter().filter_map(|record| match record {
        Record::LogKept(kept) => Some(kept.log.entries[0].as_str()),
        _ => None,
    });
    kept.collect()
}

fn lines(effects: &[HostEffect]) -> Vec<String> {
    logs_sent(effects).into_iter().map(|(_, line)| line).collect()
}

fn pings(effects: &[HostEffect], bus: BusId) -> usize {
    sent(effects).into_iter().filter(|(to, message)| *to == [bus] && message.name() == "Ping").count()
}

fn comes_back(host: &mut Host) -> (BusId, Vec<String>) {
    connect(host, Now(0), join_request(2), 2).expect("admitted");
    let (bus, effects) = open(host, Now(0), 2, true);
    (bus.expect("open"), lines(&effects))
}

#[test]
fn a_daily_log_reaches_the_senders_team_and_nobody_else() {
    let mut host = host();
    let (first, second, third) = (join(&mut host, 1), join(&mut host, 2), join(&mut host, 3));
    let alone = receive(&mut host, first, 1, daily_log(1, "alone"));
    assert!(logs_sent(&alone).is_empty() && emitted(&alone).is_empty());
    assign(&mut host, 1, 5);
    assign(&mut host, 2, 5);
    let paired = receive(&mut host, first, 1, daily_log(1, "paired"));
    assert_eq!(logs_sent(&paired), [(vec![second], "paired".to_owned())]);
    assert!(emitted(&paired).is_empty(), "the host is on another team");
    assign(&mut host, 3, 1);
    let with_host = receive(&mut host, third, 3, daily_log(3, "with the host"));
    assert_eq!(emitted(&with_host), [&Event::DailyLog(daily_log(3, "with the host"))]);
    assert!(logs_sent(&with_host).is_empty());
}

#[test]
fn a_teammate_that_was_away_gets_its_logs_on_return_and_until_it_has_them() {
    let mut host = host();
    let (first, second) = (join(&mut host, 1), join(&mut host, 2));
    assign(&mut host, 1, 5);
    assign(&mut host, 2, 5);
    host.handle(Now(0), HostInput::BusEnded { bus: second, end: BusEnd::Reset });
    receive(&mut host, first, 1, daily_log(1, "while away"));
    let come_back = |host: &mut Host| {
        connect(host, Now(0), join_request(2), 2).expect("admitted");
        let (bus, effects) = open(host, Now(0), 2, true);
        (bus.expect("open"), logs_sent(&effects).into_iter().map(|(_, line)| line).collect::<Vec<_>>())
    };
    let (bus, lines) = come_back(&mut host);
    assert_eq!(lines, ["while away"]);
    host.handle(Now(0), HostInput::BusEnded { bus, end: BusEnd::Reset });
    let (bus, lines) = come_back(&mut host);
    assert_eq!(lines, ["while away"], "nothing says that the first delivery arrived");
    receive(&mut host, bus, 2, pong_from(2));
    host.handle(Now(0), HostInput::BusEnded { bus, end: BusEnd::Reset });
    assert!(come_back(&mut host).1.is_empty());
}

#[test]
fn many_kept_logs_come_in_portions_until_the_last_has_arrived() {
    let mut host = host();
    let (first, second) = (join(&mut host, 1), join(&mut host, 2));
    assign(&mut host, 1, 5);
    assign(&mut host, 2, 5);
    host.handle(Now(0), HostInput::BusEnded { bus: second, end: BusEnd::Reset });
    for number in 0..600 {
        receive(&mut host, first, 1, daily_log(1, &number.to_string()));
    }
    connect(&mut host, Now(0), join_request(2), 2).expect("admitted");
    let (bus, effects) = open(&mut host, Now(0), 2, true);
    let bus = bus.expect("open");
    let mut portions = vec![logs_sent(&effects).len()];
    while portions.last() != Some(&0) {
        portions.push(logs_sent(&receive(&mut host, bus, 2, pong_from(2))).len());
    }
    assert_eq!(portions, [256, 256, 88, 0]);
}

#[test]
fn a_teammate_that_does_not_answer_is_away() {
    let mut host = host();
    let (first, second) = (join(&mut host, 1), join(&mut host, 2));
    assign(&mut host, 1, 5);
    assign(&mut host, 2, 5);
    for at in [15_000, 30_000] {
        host.handle(Now(at), HostInput::Timer);
    }
    assert!(logs_sent(&receive(&mut host, first, 1, daily_log(1, "kept"))).is_empty());
    assert_eq!(logs_sent(&receive(&mut host, second, 2, pong_from(2))), [(vec![second], "kept".to_owned())]);
}

#[test]
fn a_log_costs_the_ledger_nothing_while_its_readers_are_there_and_answer() {
    let mut host = host();
    let (first, second) = teammates(&mut host);
    let taken = receive(&mut host, first, 1, daily_log(1, "there"));
    assert_eq!((lines(&taken).len(), pings(&taken, second)), (1, 1));
    assert!(records(&taken).is_empty());
    assert!(records(&receive(&mut host, second, 2, pong_from(2))).is_empty());
    let ended = host.handle(Now(0), HostInput::BusEnded { bus: second, end: BusEnd::Reset });
    assert!(kept(&ended).is_empty(), "it was answered for");
}

#[test]
fn what_is_in_flight_when_the_bus_ends_is_kept_and_comes_again() {
    let mut host = host();
    let (first, second) = teammates(&mut host);
    receive(&mut host, first, 1, daily_log(1, "answered"));
    receive(&mut host, second, 2, pong_from(2));
    receive(&mut host, first, 1, daily_log(1, "one"));
    receive(&mut host, first, 1, daily_log(1, "two"));
    let ended = host.handle(Now(0), HostInput::BusEnded { bus: second, end: BusEnd::Reset });
    assert_eq!(kept(&ended), ["one", "two"]);
    assert_eq!(comes_back(&mut host).1, ["one", "two"]);
}

#[test]
fn a_host_that_closes_keeps_what_is_in_flight() {
    let mut host = host();
    let (first, _) = teammates(&mut host);
    receive(&mut host, first, 1, daily_log(1, "late"));
    assert_eq!(kept(&host.handle(Now(0), HostInput::Command(Command::Close))), ["late"]);
}

#[test]
fn many_logs_cost_one_ping_at_a_time() {
    let mut host = host();
    let (first, second) = teammates(&mut host);
    let asked: usize =
        (0..100).map(|_| receive(&mut host, first, 1, daily_log(1, "more"))).map(|e| pings(&e, second)).sum();
    assert_eq!(asked, 1);
    assert_eq!(pings(&receive(&mut host, second, 2, pong_from(2)), second), 1, "for those after the first");
    assert_eq!(pings(&receive(&mut host, second, 2, pong_from(2)), second), 0);
    let ended = host.handle(Now(0), HostInput::BusEnded { bus: second, end: BusEnd::Reset });
    assert!(kept(&ended).is_empty());
}

#[test]
fn what_is_in_flight_to_a_peer_that_falls_silent_is_kept_and_does_not_come_twice_if_it_answers() {
    let mut host = host();
    let (first, second) = teammates(&mut host);
    receive(&mut host, first, 1, daily_log(1, "before"));
    let silent: Vec<_> = [15_000, 30_000].into_iter().flat_map(|at| host.handle(Now(at), HostInput::Timer)).collect();
    assert_eq!(kept(&silent), ["before"]);
    assert_eq!(kept(&receive(&mut host, first, 1, daily_log(1, "meanwhile"))), ["meanwhile"]);
    let answered = receive(&mut host, second, 2, pong_from(2));
    assert_eq!(lines(&answered), ["meanwhile"]);
    let delivered = Record::LogDelivered { recipient: campaign(2).id, count: 1 };
    assert_eq!(records(&answered), [&delivered]);
}

#[test]
fn what_is_in_flight_when_the_bus_ends_and_the_ledger_cannot_be_written_is_told_to_its_author() {
    let mut host = host();
    let (first, second) = teammates(&mut host);
    receive(&mut host, first, 1, daily_log(1, "lost"));
    host.handle(Now(0), HostInput::Ledger(LedgerState::ReadOnly("the disk is full".into())));
    let ended = host.handle(Now(0), HostInput::BusEnded { bus: second, end: BusEnd::Reset });
    assert_eq!(refused_with(&ended), [ErrorCode::HostReadOnly]);
    assert!(records(&ended).is_empty());
}
