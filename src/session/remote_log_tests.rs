// SPDX-License-Identifier: GPL-3.0-or-later
//! The remote's rules about its own daily logs, each test named after one.

use uuid::Uuid;

use super::fixture::{campaign, date};
use super::remote::{Attempt, Remote, RemoteEffect, RemoteInput};
use super::remote_play::{HOST, from_host, open, open_legacy, response};
use super::{Announcement, BusEnd, Command, Event, Now};
use crate::protocol::BusMessage;
use crate::protocol::handshake::JoinResponse;
use crate::protocol::link::{Goodbye, GoodbyeCode, Pong};
use crate::protocol::refusal::ErrorCode;

fn tell(remote: &mut Remote, line: &str) -> Vec<RemoteEffect> {
    let log = Announcement::DailyLog { date: date("3025-01-01"), entries: [line.to_owned()].into() };
    remote.handle(Now(5), RemoteInput::Command(Command::Announce(log)))
}

fn answer(remote: &mut Remote) -> Vec<RemoteEffect> {
    let (campaign, campaigns) = (campaign(HOST), Vec::new());
    from_host(remote, Pong { campaign, campaigns, malformed: 0, roster_revision: 0, unasked: false })
}

fn lines(effects: &[RemoteEffect]) -> Vec<&str> {
    let lines = effects.iter().filter_map(|effect| match effect {
        RemoteEffect::Send(BusMessage::DailyLog(log)) => Some(log.entries[0].as_str()),
        _ => None,
    });
    lines.collect()
}

fn pings(effects: &[RemoteEffect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, RemoteEffect::Send(BusMessage::Ping(_)))).count()
}

fn refused(effects: &[RemoteEffect]) -> Vec<ErrorCode> {
    let refused = effects.iter().filter_map(|effect| match effect {
        RemoteEffect::Emit(Event::Refused(refused)) if refused.refused == "DailyLog" => Some(refused.code),
        _ => None,
    });
    refused.collect()
}

/// The link is lost, and the next attempt succeeds.
fn comes_back(remote: &mut Remote, response: JoinResponse) -> Vec<RemoteEffect> {
    let mut effects = remote.handle(Now(5), RemoteInput::BusEnded(Attempt(1), BusEnd::Reset));
    let due = remote.due().expect("due");
    effects.extend(remote.handle(due, RemoteInput::Timer));
    effects.extend(remote.handle(due, RemoteInput::ConnectAnswered(Attempt(2), Ok(Box::new(response)))));
    effects.extend(remote.handle(due, RemoteInput::BusAnswered(Attempt(2), Ok(()))));
    effects
}

#[test]
fn what_the_host_has_not_answered_for_is_sent_again_on_the_next_bus() {
    let mut remote = open();
    answer(&mut remote);
    let told = tell(&mut remote, "one");
    assert_eq!((lines(&told), pings(&told)), (vec!["one"], 1));
    answer(&mut remote);
    assert_eq!(pings(&tell(&mut remote, "two")), 1);
    assert_eq!(pings(&tell(&mut remote, "three")), 0, "one ping at a time");
    assert_eq!(lines(&comes_back(&mut remote, response())), ["two", "three"]);
}

#[test]
fn in_another_session_they_have_other_readers_so_they_are_given_up_and_their_player_told() {
    let mut remote = open();
    tell(&mut remote, "secret");
    let effects = comes_back(&mut remote, JoinResponse { session: Some(Uuid::from_u128(6)), ..response() });
    assert!(lines(&effects).is_empty());
    assert_eq!(refused(&effects), [ErrorCode::HostLost]);
}

#[test]
fn when_the_session_is_over_the_player_is_told_what_may_be_lost() {
    let mut remote = open();
    tell(&mut remote, "one");
    let kicked = Goodbye { code: GoodbyeCode::Kicked, reason: String::new() };
    assert_eq!(refused(&from_host(&mut remote, kicked)), [ErrorCode::HostLost]);
    let mut closed = open();
    tell(&mut closed, "one");
    let effects = closed.handle(Now(5), RemoteInput::Command(Command::Close));
    let last = effects.iter().position(|effect| matches!(effect, RemoteEffect::Emit(Event::Closed))).expect("the end");
    assert_eq!(refused(&effects[..last]), [ErrorCode::HostLost]);
}

#[test]
fn a_host_of_the_old_contract_takes_none_and_the_player_is_told() {
    let mut remote = open_legacy();
    let told = tell(&mut remote, "one");
    assert!(lines(&told).is_empty());
    assert_eq!(refused(&told), [ErrorCode::UnsupportedByHost]);
}
