// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's rules about joining, telling and leaving, each test named after one.

use uuid::Uuid;

use super::fixture::{campaign, date, join_request, text};
use super::host::{Answer, BusId, CallId, ConnectionId, Host, HostEffect, HostInput};
use super::host_play::{
    HOST, HOST_DATE, answer, connect, connect_again, date_changed, emitted, host, host_with, join, malformed, open,
    pong_from, receive, refused_with, sent,
};
use super::memento::Memento;
use super::{Announcement, BusEnd, Command, EndCause, Event, Now, Rules};
use crate::protocol::envelope::Inbound;
use crate::protocol::handshake::{JoinRequest, Password};
use crate::protocol::link::{Goodbye, GoodbyeCode, Ping, Pong};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::roster::GmModeChanged;
use crate::protocol::{BusMessage, CampaignDetails, CampaignId};

#[test]
fn a_date_goes_to_everyone_but_its_sender_and_to_the_hosts_player() {
    let mut host = host();
    let (first, second, third) = (join(&mut host, 1), join(&mut host, 2), join(&mut host, 3));
    let changed = date_changed(2);
    let effects = receive(&mut host, second, 2, changed.clone());
    assert_eq!(sent(&effects), [(vec![first, third], &BusMessage::from(changed.clone()))]);
    assert_eq!(emitted(&effects), [&Event::CampaignDateChanged(changed)]);
    assert_eq!(host.view().others[&campaign(2).id].date, date("3025-06-01"));
}

#[test]
fn the_hosts_own_date_goes_to_everyone() {
    let mut host = host();
    let buses = vec![join(&mut host, 1), join(&mut host, 2)];
    let command = Command::Announce(Announcement::DateChanged { date: date("3025-06-01"), jump: false });
    let effects = host.handle(Now(0), HostInput::Command(command));
    assert_eq!(sent(&effects), [(buses, &BusMessage::from(date_changed(HOST)))]);
    assert_eq!(host.view().own.date, date("3025-06-01"));
}

#[test]
fn a_message_in_another_campaigns_name_is_refused_and_never_relayed() {
    let mut host = host();
    let (first, _second) = (join(&mut host, 1), join(&mut host, 2));
    for (sender, about) in [(2, 1), (1, 2), (HOST, HOST)] {
        let effects = receive(&mut host, first, sender, date_changed(about));
        assert_eq!(refused_with(&effects), [ErrorCode::NotYours]);
        assert_eq!((sent(&effects).len(), emitted(&effects).len()), (1, 0));
    }
    assert_eq!(host.view().statistics.not_yours, 3);
    assert_eq!(host.view().others[&campaign(2).id].date, campaign(2).date);
}

#[test]
fn an_unknown_type_is_counted_and_nothing_else() {
    let mut host = host();
    let bus = join(&mut host, 1);
    let inbound = Ok(Inbound { sender: campaign(1).id, message: None });
    assert!(host.handle(Now(0), HostInput::FromBus { bus, inbound }).is_empty());
    assert_eq!(host.view().statistics.unknown_types, 1);
}

#[test]
fn the_tenth_malformed_message_in_a_minute_ends_the_bus() {
    let mut host = host();
    let bus = join(&mut host, 1);
    for count in 1..=10 {
        let effects = host.handle(Now(0), HostInput::FromBus { bus, inbound: Err(malformed()) });
        assert_eq!(refused_with(&effects), [ErrorCode::InvalidArgument]);
        let closed = effects.iter().any(|effect| matches!(effect, HostEffect::CloseBus(_)));
        assert_eq!(closed, count == 10);
    }
    let left = host.view().others[&campaign(1).id].active;
    assert!(!left);
}

#[test]
fn refusals_to_join_are_named() {
    let with_password = |rules: &mut Rules| rules.password = Password::new("open".into()).ok();
    let refused = |host: &mut Host, change: fn(&mut JoinRequest)| {
        let mut request = join_request(1);
        change(&mut request);
        connect(host, Now(0), request, 1)
    };
    assert_eq!(refused(&mut host(), |_| ()), Ok(()));
    assert_eq!(refused(&mut host(), |r| r.version = "0.51.00".into()), Err(ErrorCode::VersionMismatch));
    assert_eq!(refused(&mut host(), |r| r.protocol = 2), Err(ErrorCode::VersionMismatch));
    assert_eq!(refused(&mut host(), |r| r.protocol = 0), Err(ErrorCode::LegacyNotAllowed));
    assert_eq!(refused(&mut host(), |r| r.details = campaign(HOST)), Err(ErrorCode::InvalidArgument));
    assert_eq!(refused(&mut host_with(with_password), |_| ()), Err(ErrorCode::BadPassword));
    let wrong = |r: &mut JoinRequest| r.password = Password::new("0pen".into()).ok().map(|p| p.digest());
    assert_eq!(refused(&mut host_with(with_password), wrong), Err(ErrorCode::BadPassword));
    let right = |r: &mut JoinRequest| r.password = Password::new("open".into()).ok().map(|p| p.digest());
    assert_eq!(refused(&mut host_with(with_password), right), Ok(()));
}

#[test]
fn a_second_connect_of_a_bus_that_answers_is_refused_and_nothing_touched() {
    let mut host = host();
    let standing = join(&mut host, 1);
    let probing = connect_again(&mut host, 9);
    assert!(matches!(sent(&probing)[..], [(_, BusMessage::Ping(_))]));
    let effects = receive(&mut host, standing, 1, pong_from(1));
    assert!(matches!(answer(&effects), Err(refusal) if refusal.code == ErrorCode::AlreadyConnected));
    assert!(emitted(&effects).is_empty());
    assert!(host.handle(Now(60_000), HostInput::FromBus { bus: standing, inbound: Err(malformed()) }).len() == 1);
    assert_eq!(open(&mut host, Now(1_000), 9, true).0, Err(ErrorCode::Unauthenticated));
}

#[test]
fn a_second_connect_takes_over_from_a_bus_that_does_not_answer_within_2_seconds() {
    let mut host = host();
    let standing = join(&mut host, 1);
    connect_again(&mut host, 9);
    assert!(host.handle(Now(2_999), HostInput::Timer).is_empty());
    assert_eq!(host.due(), Some(Now(3_000)));
    let effects = host.handle(Now(3_000), HostInput::Timer);
    assert!(matches!(answer(&effects), Ok(Answer::Admitted(_))));
    let superseded = |(_, message): &(Vec<BusId>, &BusMessage)| matches!(message, BusMessage::Goodbye(goodbye) if goodbye.code == GoodbyeCode::Superseded);
    assert!(sent(&effects).iter().any(superseded));
    assert!(receive(&mut host, standing, 1, date_changed(1)).is_empty());
    assert!(open(&mut host, Now(3_000), 9, true).0.is_ok());
}

#[test]
fn a_second_connect_takes_over_at_once_when_the_standing_bus_ends() {
    let mut host = host();
    let bus = join(&mut host, 1);
    connect_again(&mut host, 9);
    host.handle(Now(1_100), HostInput::BusEnded { bus, end: BusEnd::Reset });
    assert!(host.due() <= Some(Now(1_100)));
    assert!(matches!(answer(&host.handle(Now(1_100), HostInput::Timer)), Ok(Answer::Admitted(_))));
}

#[test]
fn a_full_host_takes_those_it_knows_and_nobody_else() {
    let mut host = host();
    let bus = join(&mut host, 1);
    join(&mut host, 2);
    assert_eq!(connect(&mut host, Now(0), join_request(3), 3), Ok(()));
    assert_eq!(connect(&mut host, Now(0), join_request(4), 4), Err(ErrorCode::HostFull));
    host.handle(Now(0), HostInput::BusEnded { bus, end: BusEnd::Reset });
    assert_eq!(connect(&mut host, Now(0), join_request(1), 5), Ok(()));
}

#[test]
fn a_token_opens_one_bus_within_30_seconds() {
    let mut host = host();
    connect(&mut host, Now(0), join_request(1), 1).expect("admitted");
    assert_eq!(open(&mut host, Now(0), 2, true).0, Err(ErrorCode::Unauthenticated));
    assert_eq!(open(&mut host, Now(0), 1, false).0, Err(ErrorCode::Unauthenticated));
    assert!(open(&mut host, Now(29_999), 1, true).0.is_ok());
    assert_eq!(open(&mut host, Now(29_999), 1, true).0, Err(ErrorCode::Unauthenticated));
    connect(&mut host, Now(40_000), join_request(2), 2).expect("admitted");
    assert_eq!(open(&mut host, Now(70_000), 2, true).0, Err(ErrorCode::Unauthenticated));
}

#[test]
fn a_legacy_bus_is_bound_to_the_connection_of_its_connect() {
    let mut host = host_with(|rules| rules.allow_legacy_peers = true);
    let legacy = JoinRequest { protocol: 0, ..join_request(1) };
    connect(&mut host, Now(0), legacy, 1).expect("admitted");
    assert_eq!(open(&mut host, Now(0), 2, false).0, Err(ErrorCode::Unauthenticated));
    let bus = open(&mut host, Now(0), 1, false).0.expect("the same connection");
    let disconnect = |host: &mut Host, connection, number| {
        let (call, campaign) = (CallId(3), CampaignId::from_u128(number));
        let connection = ConnectionId(connection);
        let input = HostInput::Disconnect { call, connection, campaign, token: None };
        answer(&host.handle(Now(0), input)).as_ref().map(drop).map_err(|refusal| refusal.code)
    };
    assert_eq!(disconnect(&mut host, 2, 1), Err(ErrorCode::Unauthenticated));
    assert_eq!(disconnect(&mut host, 1, 7), Err(ErrorCode::NotYours));
    assert_eq!(disconnect(&mut host, 1, 1), Ok(()));
    assert!(receive(&mut host, bus, 1, date_changed(1)).is_empty());
}

#[test]
fn a_legacy_peer_gets_nothing_that_it_does_not_know() {
    let mut host = host_with(|rules| rules.allow_legacy_peers = true);
    let legacy = JoinRequest { protocol: 0, ..join_request(1) };
    connect(&mut host, Now(0), legacy, 1).expect("admitted");
    let (bus, opening) = open(&mut host, Now(0), 1, false);
    let bus = bus.expect("open");
    let refused = receive(&mut host, bus, 2, date_changed(2));
    let closing = host.handle(Now(0), HostInput::Command(Command::Close));
    for effects in [opening, refused, closing] {
        assert!(sent(&effects).iter().all(|(_, message)| message.is_legacy()));
    }
}

#[test]
fn a_goodbye_is_heard_with_its_cause_and_the_campaign_stays_on_the_roster() {
    let mut host = host();
    let (first, second) = (join(&mut host, 1), join(&mut host, 2));
    let goodbye = Goodbye { code: GoodbyeCode::Leaving, reason: "dinner".into() };
    let effects = receive(&mut host, first, 1, goodbye);
    let inactive = (*host.view().others[&campaign(1).id]).clone();
    assert!(!inactive.active);
    let left = Event::CampaignLeft {
        campaign: inactive.clone(),
        cause: EndCause::Goodbye(GoodbyeCode::Leaving),
        reason: "dinner".into(),
    };
    assert_eq!(emitted(&effects), [&left]);
    let [(to, BusMessage::Pong(pong))] = &sent(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((to, pong.unasked, &pong.campaigns), (&vec![second], true, &vec![inactive]));
}

#[test]
fn an_unchanged_roster_is_named_by_its_revision_only() {
    let mut host = host();
    let bus = join(&mut host, 1);
    join(&mut host, 2);
    let ask = |host: &mut Host, roster_revision| {
        let ping = Ping { campaign: campaign(1), session: None, position: None, roster_revision };
        let effects = receive(host, bus, 1, ping);
        match sent(&effects)[..] {
            [(_, BusMessage::Pong(pong))] => pong.clone(),
            _ => panic!("{effects:?}"),
        }
    };
    let whole = ask(&mut host, 0);
    assert_eq!(whole.campaigns, [(*host.view().others[&campaign(2).id]).clone()]);
    let named = ask(&mut host, whole.roster_revision);
    assert_eq!((named.campaigns.len(), named.roster_revision), (0, whole.roster_revision));
}

#[test]
fn what_a_ping_says_of_its_sender_is_redistributed_as_if_announced() {
    let mut host = host();
    let (first, second) = (join(&mut host, 1), join(&mut host, 2));
    let said = CampaignDetails { gm_mode: true, location: text("Galatea"), ..campaign(1) };
    let effects =
        receive(&mut host, first, 1, Ping { campaign: said, session: None, position: None, roster_revision: 0 });
    let told: Vec<_> = sent(&effects).into_iter().filter(|(to, _)| *to == [second]).map(|(_, m)| m.name()).collect();
    assert_eq!(told, ["GMModeChanged", "LocationChanged"]);
}

#[test]
fn a_peer_that_answers_no_ping_becomes_inactive_and_then_loses_its_bus() {
    let mut host = host();
    join(&mut host, 1);
    let mut told = Vec::new();
    while let Some(due) = host.due().filter(|_| told.len() < 20) {
        let effects = host.handle(due, HostInput::Timer);
        told.push((due.0, host.view().others[&campaign(1).id].active, effects));
    }
    let inactive_at = told.iter().find(|(_, active, _)| !active).map(|(at, ..)| *at);
    let closed_at = told.iter().find(|(.., e)| e.iter().any(|e| matches!(e, HostEffect::CloseBus(_)))).map(|t| t.0);
    // The first ping goes out when the bus opens.
    assert_eq!((inactive_at, closed_at), (Some(30_000), Some(60_000)));
}

#[test]
fn an_inactive_peer_that_answers_is_active_again() {
    let mut host = host();
    let bus = join(&mut host, 1);
    for at in [15_000, 30_000] {
        host.handle(Now(at), HostInput::Timer);
    }
    assert!(!host.view().others[&campaign(1).id].active);
    let pong = Pong { campaign: campaign(1), campaigns: Vec::new(), malformed: 0, roster_revision: 0, unasked: false };
    let effects = receive(&mut host, bus, 1, pong);
    assert!(matches!(emitted(&effects)[..], [Event::CampaignJoined(details)] if details.active));
}

#[test]
fn what_comes_from_an_ended_bus_is_passed_over() {
    let mut host = host();
    let bus = join(&mut host, 1);
    host.handle(Now(0), HostInput::BusEnded { bus, end: BusEnd::Reset });
    let gm_mode = GmModeChanged { campaign: campaign(1).id, gm_mode: true };
    assert!(receive(&mut host, bus, 1, gm_mode).is_empty());
    assert!(!host.view().others[&campaign(1).id].gm_mode);
}

#[test]
fn closing_says_goodbye_to_everyone_and_takes_nobody_any_more() {
    let mut host = host();
    let buses = vec![join(&mut host, 1), join(&mut host, 2)];
    let effects = host.handle(Now(0), HostInput::Command(Command::Close));
    let [(to, BusMessage::Goodbye(goodbye))] = &sent(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((to, goodbye.code), (&buses, GoodbyeCode::HostClosing));
    assert!(matches!(effects.last(), Some(HostEffect::Stop)));
    assert_eq!(connect(&mut host, Now(0), join_request(3), 3), Err(ErrorCode::SessionClosed));
}

#[test]
fn the_hosts_memento_follows_its_own_date_and_keeps_the_other_sessions() {
    let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let mut loaded = Memento::default();
    loaded.joined(other, date("3025-02-01"));
    let mut host = host().with_memento(loaded);
    assert_eq!(host.memento().host_date(own), Some(date(HOST_DATE)));
    let moved = Announcement::DateChanged { date: date("3026-01-01"), jump: false };
    host.handle(Now(0), HostInput::Command(Command::Announce(moved)));
    assert_eq!(host.memento().host_date(own), Some(date("3026-01-01")));
    assert_eq!(host.memento().last_joined_host_date(), Some(date("3025-02-01")));
}
