// SPDX-License-Identifier: GPL-3.0-or-later
//! How a remote's books and its host hear each other, each test named after one rule.

use std::sync::Arc;

use uuid::Uuid;

use super::event::{BooksBus, BooksEvent};
use super::fixture::{campaign, rules};
use super::remote::{Attempt, Remote, RemoteEffect, RemoteInput};
use super::remote_play::{answered, emitted, from_host, open, open_legacy, pong, response, sent};
use super::settlement::fixture::money;
use super::{BusEnd, Command, Event, Now};
use crate::protocol::envelope::Inbound;
use crate::protocol::link::{Pong, Position, Refused};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::settlement::{Confirmed, Cursor, OpenRequests, Quarantined, Standing};
use crate::protocol::{BusMessage, CampaignDetails};

const BUS: BooksBus = BooksBus(1);

fn books(effects: &[RemoteEffect]) -> Vec<BooksEvent> {
    let events = effects.iter().filter_map(|effect| match effect {
        RemoteEffect::Emit(Event::Books(event)) => Some(event.clone()),
        _ => None,
    });
    events.collect()
}

fn command(remote: &mut Remote, command: Command) -> Vec<RemoteEffect> {
    remote.handle(Now(5), RemoteInput::Command(command))
}

fn listing() -> OpenRequests {
    OpenRequests { open: Vec::new(), page: 1, last: true }
}

fn refused(name: &str) -> Refused {
    let (request, reason) = (String::new(), String::new());
    Refused { request, code: ErrorCode::NotConfirmed, reason, revision: 0, refused: name.into(), withdrawal: false }
}

#[test]
fn the_books_hear_when_their_bus_opens_and_ends_and_what_the_host_says_in_between() {
    let (mut remote, _) = answered(rules(), response());
    let effects = remote.handle(Now(0), RemoteInput::BusAnswered(Attempt(1), Ok(())));
    assert_eq!(books(&effects), [BooksEvent::Opened { session: Uuid::from_u128(5), bus: BUS }]);
    let effects = from_host(&mut remote, listing());
    assert_eq!(books(&effects), [BooksEvent::Said { bus: BUS, message: listing().into() }]);
    let effects = remote.handle(Now(0), RemoteInput::BusEnded(Attempt(1), BusEnd::Reset));
    assert_eq!(books(&effects), [BooksEvent::Ended(BUS)]);
}

#[test]
fn a_host_of_the_old_contract_has_nothing_for_the_books() {
    let mut remote = open_legacy();
    assert_eq!(remote.view().without_settlements().code, ErrorCode::UnsupportedByHost);
    assert!(books(&command(&mut remote, Command::Resynchronise)).is_empty());
    let say = Command::Say { bus: BUS, message: Confirmed { held: Vec::new(), more: false }.into() };
    assert!(command(&mut remote, say).is_empty());
    remote.handle(Now(0), RemoteInput::BusEnded(Attempt(1), BusEnd::Reset));
    assert_eq!(remote.view().without_settlements().code, ErrorCode::HostLost);
}

#[test]
fn refusals_of_what_the_books_said_reach_them_in_order_and_others_the_player() {
    let mut remote = open();
    let effects = from_host(&mut remote, refused("WireTransferRequest"));
    assert_eq!(books(&effects), [BooksEvent::Said { bus: BUS, message: refused("WireTransferRequest").into() }]);
    let effects = from_host(&mut remote, refused("DailyLog"));
    assert_eq!(emitted(&effects), [&Event::Refused(refused("DailyLog"))]);
}

#[test]
fn what_a_campaign_could_not_apply_is_told_where_it_is_new_and_shown_to_itself_too() {
    let mut remote = open();
    let other = campaign(3);
    let owing = Arc::new(Standing { debts: vec![money(60)], skips: Vec::new() });
    let roster = |standing: &Arc<Standing>, revision| Pong {
        campaign: campaign(1),
        campaigns: vec![CampaignDetails { standing: Arc::clone(standing), ..other.clone() }],
        malformed: 0,
        roster_revision: revision,
        unasked: true,
    };
    from_host(&mut remote, roster(&Arc::default(), 7));
    let news = Event::StandingChanged { campaign: other.id, standing: Arc::clone(&owing) };
    assert_eq!(emitted(&from_host(&mut remote, roster(&owing, 8))), [&news]);
    assert!(emitted(&from_host(&mut remote, roster(&owing, 9))).is_empty());
    let position = Position { standing: Standing::clone(&owing), ..Position::default() };
    command(&mut remote, Command::TellPosition { bus: BUS, position });
    assert_eq!(remote.view().own.standing, owing);
}

#[test]
fn the_position_goes_out_in_a_ping_of_its_own_once() {
    let mut remote = open();
    let position = Position { cursor: Cursor { number: 2, hash: [7; 32] }, ..Position::default() };
    let effects = command(&mut remote, Command::TellPosition { bus: BUS, position: position.clone() });
    let told = |effects: &[RemoteEffect]| match effects {
        [RemoteEffect::Send(BusMessage::Ping(ping)), ..] => ping.position.as_deref().cloned(),
        other => panic!("no ping: {other:?}"),
    };
    assert_eq!(told(&effects), Some(position));
    assert_eq!(told(&remote.handle(Now(60_000), RemoteInput::Timer)), None);
}

#[test]
fn what_was_said_on_one_bus_never_travels_on_another() {
    let mut remote = open();
    remote.handle(Now(0), RemoteInput::BusEnded(Attempt(1), BusEnd::Reset));
    remote.handle(Now(60_000), RemoteInput::Timer);
    remote.handle(Now(60_000), RemoteInput::ConnectAnswered(Attempt(2), Ok(Box::new(response()))));
    remote.handle(Now(60_000), RemoteInput::BusAnswered(Attempt(2), Ok(())));
    let say = |bus| Command::Say { bus: BooksBus(bus), message: Confirmed { held: Vec::new(), more: false }.into() };
    assert!(command(&mut remote, say(1)).is_empty());
    assert_eq!(sent(&command(&mut remote, say(2))), ["Confirmed"]);
    assert!(command(&mut remote, Command::RenewBus(BUS)).is_empty());
}

#[test]
fn a_bus_that_the_books_cannot_make_sense_of_is_left_and_opened_anew() {
    let mut remote = open();
    let effects = command(&mut remote, Command::RenewBus(BUS));
    assert_eq!((sent(&effects), books(&effects)), (vec!["Goodbye"], vec![BooksEvent::Ended(BUS)]));
    let due = remote.due().expect("another attempt");
    assert!(due > Now(5), "not at once, or it would go on for ever");
    let effects = remote.handle(due, RemoteInput::Timer);
    assert!(matches!(&effects[..], [RemoteEffect::Connect(Attempt(2), _)]));
}

/// Leaves the bus of an attempt for the next one, which the host answers; how long that took.
fn renewed(remote: &mut Remote, attempt: u32) -> u64 {
    command(remote, Command::RenewBus(BooksBus(attempt)));
    let due = remote.due().expect("another attempt");
    remote.handle(due, RemoteInput::Timer);
    let next = Attempt(attempt + 1);
    remote.handle(due, RemoteInput::ConnectAnswered(next, Ok(Box::new(response()))));
    remote.handle(due, RemoteInput::BusAnswered(next, Ok(())));
    let message = Some(pong(Vec::new(), 1, false).into());
    remote.handle(due, RemoteInput::FromHost(next, Ok(Inbound { sender: response().host.id, message })));
    due.0 - 5
}

#[test]
fn a_replay_that_the_books_cannot_take_comes_ever_later_until_they_have_confirmed_a_listing() {
    let mut remote = open();
    let waits: Vec<_> = (1..=6).map(|attempt| renewed(&mut remote, attempt)).collect();
    assert!(waits[0] <= 250 && waits[5] >= 15_000, "{waits:?}");
    let confirmed = |more| Command::Say { bus: BooksBus(7), message: Confirmed { held: Vec::new(), more }.into() };
    command(&mut remote, confirmed(true));
    command(&mut remote, confirmed(false));
    assert!(renewed(&mut remote, 7) <= 250);
}

#[test]
fn who_is_in_quarantine_has_no_listing_to_confirm_and_comes_back_at_once_all_the_same() {
    let mut remote = open();
    for attempt in 1..=6 {
        renewed(&mut remote, attempt);
    }
    let message = Some(Quarantined { end: Cursor::default(), known: None }.into());
    let said = Inbound { sender: response().host.id, message };
    remote.handle(Now(0), RemoteInput::FromHost(Attempt(7), Ok(said)));
    assert!(renewed(&mut remote, 7) <= 250);
}
