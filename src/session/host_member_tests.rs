// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's rules about who belongs to a session, each test named after one.

use core::net::IpAddr;

use super::fixture::{campaign, join_request, token};
use super::host::{CallId, ConnectionId, Host, HostEffect, HostInput};
use super::host_play::{ADDRESS, HOST, answer, connect, emitted, host, host_with, join, open, sent};
use super::{Command, EndCause, Event, Now};
use crate::protocol::entry::Record;
use crate::protocol::handshake::{JoinRequest, Password};
use crate::protocol::key::{CampaignKey, CampaignKeyDigest};
use crate::protocol::link::{Goodbye, GoodbyeCode};
use crate::protocol::member::{Membership, MembershipChanged, Reason};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{BusMessage, Refusal};

fn key(number: u8) -> Option<CampaignKeyDigest> {
    Some(CampaignKey::new([number; 32]).digest())
}

fn with_key(number: u128, shown: u8) -> JoinRequest {
    JoinRequest { key: key(shown), ..join_request(number) }
}

fn join_with_key(host: &mut Host, number: u8) {
    connect(host, Now(0), with_key(number.into(), number), number).expect("admitted");
    open(host, Now(0), number, true).0.expect("open");
}

fn decision(number: u128, change: Membership) -> MembershipChanged {
    let reason = Reason::parse("reason", "it burned the mess hall down").expect("a reason");
    MembershipChanged { campaign: campaign(number).id, change, reason }
}

fn decide(host: &mut Host, number: u128, change: Membership) -> Vec<HostEffect> {
    host.handle(Now(0), HostInput::Command(Command::ChangeMembership(decision(number, change))))
}

fn refusal_to(host: &mut Host, request: JoinRequest) -> Refusal {
    refusal_from(host, Now(0), ADDRESS, request).expect_err("refused")
}

fn refusal_from(host: &mut Host, now: Now, address: IpAddr, request: JoinRequest) -> Result<(), Refusal> {
    let (call, connection, token) = (CallId(9), ConnectionId(50), token(50));
    let request = Box::new(request);
    let effects = host.handle(now, HostInput::Connect { call, connection, address, request, token });
    answer(&effects).as_ref().map(drop).map_err(Refusal::clone)
}

fn records(effects: &[HostEffect]) -> Vec<&Record> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            HostEffect::Record(record) => Some(record),
            _ => None,
        })
        .collect()
}

/// What leaves once all records are durable.
fn after_all(effects: &[HostEffect]) -> &[HostEffect] {
    let parted = effects.iter().find_map(|effect| match effect {
        HostEffect::AfterAll(effects) => Some(effects.as_slice()),
        _ => None,
    });
    parted.unwrap_or_default()
}

fn goodbyes(effects: &[HostEffect]) -> Vec<&Goodbye> {
    let said = [sent(effects), sent(after_all(effects))].concat();
    said.into_iter()
        .filter_map(|(_, message)| match message {
            BusMessage::Goodbye(goodbye) => Some(goodbye),
            _ => None,
        })
        .collect()
}

/// A host that knows nothing but what another one had recorded.
fn restarted(records: &[Record]) -> Host {
    let mut again = host();
    records.iter().for_each(|record| again.apply(record.clone()));
    again
}

#[test]
fn the_first_key_is_bound_and_no_other_joins_after_it() {
    let mut host = host();
    connect(&mut host, Now(0), with_key(1, 1), 1).expect("admitted");
    let (bus, effects) = open(&mut host, Now(0), 1, true);
    let bound = Record::CampaignKeyBound { campaign: campaign(1).id, key: key(1).expect("a key") };
    assert!(bus.is_ok() && records(&effects).contains(&&bound));
    for request in [join_request(1), with_key(1, 2)] {
        let refusal = refusal_to(&mut host, request);
        assert_eq!(refusal.code, ErrorCode::IdentityMismatch);
        assert!(refusal.reason.contains("import the key"), "{refusal}");
    }
    // Not even the standing bus was asked about them.
    assert!(host.probes.is_empty());
    let mut again = restarted(&[bound]);
    assert_eq!(refusal_to(&mut again, with_key(1, 2)).code, ErrorCode::IdentityMismatch);
    assert_eq!(connect(&mut again, Now(0), with_key(1, 1), 3), Ok(()));
}

#[test]
fn connects_without_a_bus_bind_no_key() {
    let mut host = host();
    connect(&mut host, Now(0), with_key(1, 1), 1).expect("admitted");
    assert_eq!(connect(&mut host, Now(0), with_key(1, 2), 2), Ok(()));
    let (_, effects) = open(&mut host, Now(0), 2, true);
    let bound = Record::CampaignKeyBound { campaign: campaign(1).id, key: key(2).expect("a key") };
    assert!(records(&effects).contains(&&bound));
}

#[test]
fn a_peer_of_the_old_contract_never_has_the_id_of_a_campaign_with_a_key() {
    let mut host = host_with(|rules| rules.allow_legacy_peers = true);
    let legacy = |number| JoinRequest { protocol: 0, ..join_request(number) };
    join_with_key(&mut host, 1);
    assert_eq!(refusal_to(&mut host, legacy(1)).code, ErrorCode::IdentityMismatch);
    assert_eq!(connect(&mut host, Now(0), legacy(2), 2), Ok(()));
}

#[test]
fn a_reset_key_ends_the_bus_and_the_next_key_is_bound() {
    let mut host = host();
    join_with_key(&mut host, 1);
    let effects = decide(&mut host, 1, Membership::KeyReset);
    assert_eq!(goodbyes(&effects)[0].code, GoodbyeCode::Kicked);
    assert_eq!(connect(&mut host, Now(0), with_key(1, 2), 2), Ok(()));
    open(&mut host, Now(0), 2, true).0.expect("open");
    assert_eq!(refusal_to(&mut host, with_key(1, 1)).code, ErrorCode::IdentityMismatch);
}

#[test]
fn a_kicked_campaign_hears_why_and_may_rejoin() {
    let mut host = host();
    join(&mut host, 1);
    let effects = decide(&mut host, 1, Membership::Kicked);
    let goodbye = goodbyes(&effects)[0];
    assert_eq!((goodbye.code, goodbye.reason.as_str()), (GoodbyeCode::Kicked, "it burned the mess hall down"));
    let left = |event: &&Event| matches!(event, Event::CampaignLeft { cause, .. } if *cause == EndCause::Goodbye(GoodbyeCode::Kicked));
    assert!(emitted(&effects).into_iter().any(|event| left(&event)));
    join(&mut host, 1);
}

#[test]
fn a_ban_is_kept_before_it_is_told_and_outlives_a_restart() {
    let mut host = host();
    join_with_key(&mut host, 1);
    let effects = decide(&mut host, 1, Membership::Banned);
    assert!(records(&effects).iter().any(|record| matches!(record, Record::MembershipChanged(_))));
    assert_eq!(goodbyes(after_all(&effects)), goodbyes(&effects));
    assert_eq!(goodbyes(&effects)[0].code, GoodbyeCode::Banned);
    let recorded: Vec<_> = records(&effects).into_iter().cloned().collect();
    for host in [&mut host, &mut restarted(&recorded)] {
        let refusal = refusal_to(host, with_key(1, 1));
        assert_eq!(refusal.code, ErrorCode::Banned);
        assert!(refusal.reason.ends_with("it burned the mess hall down"), "{refusal}");
        decide(host, 1, Membership::Unbanned);
        assert_eq!(connect(host, Now(0), with_key(1, 1), 2), Ok(()));
    }
}

#[test]
fn why_a_campaign_is_banned_is_told_to_nobody_else() {
    let mut host = host();
    join_with_key(&mut host, 1);
    decide(&mut host, 1, Membership::Banned);
    assert_eq!(refusal_to(&mut host, with_key(1, 9)).code, ErrorCode::IdentityMismatch);
}

#[test]
fn a_ban_stops_a_campaign_that_is_on_its_way_in() {
    let mut host = host();
    join(&mut host, 1);
    decide(&mut host, 1, Membership::Kicked);
    connect(&mut host, Now(0), join_request(1), 2).expect("admitted");
    decide(&mut host, 1, Membership::Banned);
    assert_eq!(open(&mut host, Now(0), 2, true).0, Err(ErrorCode::Unauthenticated));
}

#[test]
fn a_ban_reaches_a_newcomer_that_waits_for_the_standing_bus() {
    let mut host = host();
    join(&mut host, 1);
    super::host_play::connect_again(&mut host, 9);
    let effects = decide(&mut host, 1, Membership::Banned);
    assert!(matches!(answer(&effects), Err(refusal) if refusal.code == ErrorCode::Banned));
    assert!(host.probes.is_empty());
}

#[test]
fn a_retired_campaign_is_off_the_roster_for_everyone_and_back_only_when_readmitted() {
    let mut host = host();
    let other = join(&mut host, 2);
    join_with_key(&mut host, 1);
    let effects = decide(&mut host, 1, Membership::Retired);
    assert_eq!(goodbyes(&effects)[0].code, GoodbyeCode::Retired);
    let mut rosters = sent(&effects).into_iter().filter_map(|(to, message)| match message {
        BusMessage::Pong(pong) if to == [other] => Some(pong.campaigns.len()),
        _ => None,
    });
    assert_eq!(rosters.next_back(), Some(0));
    assert!(emitted(&effects).iter().any(|event| matches!(event, Event::CampaignLeft { .. })));
    let recorded: Vec<_> = records(&effects).into_iter().cloned().collect();
    for host in [&mut host, &mut restarted(&recorded)] {
        assert!(host.view().others.values().all(|details| details.id != campaign(1).id));
        assert_eq!(host.teams.of(campaign(1).id), None);
        let key = host.members.key_of(campaign(1).id).map(|_| 1).unwrap_or_default();
        assert_eq!(refusal_to(host, JoinRequest { key: self::key(key), ..join_request(1) }).code, ErrorCode::Retired);
        let effects = decide(host, 1, Membership::Readmitted);
        assert!(emitted(&effects).iter().any(|event| matches!(event, Event::MembershipChanged(_))));
        assert_eq!(host.view().others[&campaign(1).id].name, campaign(1).name);
        assert_eq!(connect(host, Now(0), with_key(1, 1), 3), Ok(()));
    }
}

#[test]
fn a_retired_campaign_makes_room_and_comes_back_only_into_room() {
    let mut host = host();
    for number in 1..=3 {
        join(&mut host, number);
    }
    decide(&mut host, 1, Membership::Retired);
    join(&mut host, 4);
    let effects = decide(&mut host, 1, Membership::Readmitted);
    let [Event::Refused(refused)] = emitted(&effects)[..] else { panic!("refused alone: {effects:?}") };
    assert_eq!((refused.code, effects.len()), (ErrorCode::HostFull, 1));
}

#[test]
fn decisions_that_make_no_sense_change_nothing() {
    let mut host = host();
    join(&mut host, 1);
    for (number, change) in [
        (HOST, Membership::Banned),
        (2, Membership::Kicked),
        (2, Membership::Banned),
        (2, Membership::Retired),
        (1, Membership::Unbanned),
        (1, Membership::Readmitted),
        (1, Membership::KeyReset),
    ] {
        let effects = decide(&mut host, number, change);
        let [HostEffect::Emit(Event::Refused(refused))] = &effects[..] else { panic!("{change:?}: {effects:?}") };
        assert_eq!(refused.code, ErrorCode::InvalidArgument, "{change:?}");
    }
    assert_eq!(host.members.iter().count(), 0);
}

fn with_password(request: JoinRequest, password: &str) -> JoinRequest {
    JoinRequest { password: Password::new(password.into()).ok().map(|password| password.digest()), ..request }
}

fn host_with_password() -> Host {
    host_with(|rules| rules.password = Password::new("open".into()).ok())
}

#[test]
fn after_ten_wrong_passwords_an_address_waits_a_minute_and_is_told_how_long() {
    let mut host = host_with_password();
    let guess = |host: &mut Host, at: u64, password: &str| {
        refusal_from(host, Now(at), ADDRESS, with_password(join_request(1), password))
    };
    for at in 0..10 {
        assert_eq!(guess(&mut host, at, "0pen").map_err(|refusal| refusal.code), Err(ErrorCode::BadPassword));
    }
    let refusal = guess(&mut host, 10_500, "open").expect_err("not even looked at");
    assert_eq!(refusal.code, ErrorCode::BackOff);
    assert!(refusal.reason.contains("try again in 50 s"), "{refusal}");
    let elsewhere = IpAddr::from([127, 0, 0, 2]);
    assert_eq!(refusal_from(&mut host, Now(10_500), elsewhere, with_password(join_request(2), "open")), Ok(()));
    assert_eq!(guess(&mut host, 60_000, "open"), Ok(()));
}

#[test]
fn a_campaign_that_proves_its_key_need_not_wait_for_a_guesser_in_its_household() {
    let mut host = host_with_password();
    connect(&mut host, Now(0), with_password(with_key(1, 1), "open"), 1).expect("admitted");
    open(&mut host, Now(0), 1, true).0.expect("open");
    decide(&mut host, 1, Membership::Kicked);
    for at in 0..20 {
        assert!(refusal_from(&mut host, Now(at), ADDRESS, with_password(join_request(2), "0pen")).is_err());
    }
    let refusal = refusal_from(&mut host, Now(20), ADDRESS, with_password(with_key(1, 2), "open"));
    assert_eq!(refusal.map_err(|refusal| refusal.code), Err(ErrorCode::BackOff));
    assert_eq!(refusal_from(&mut host, Now(20), ADDRESS, with_password(with_key(1, 1), "open")), Ok(()));
}

#[test]
fn a_key_gives_no_more_guesses_than_anybody_has() {
    let mut host = host_with_password();
    connect(&mut host, Now(0), with_password(with_key(1, 1), "open"), 1).expect("admitted");
    open(&mut host, Now(0), 1, true).0.expect("open");
    let codes: Vec<_> = (0..20)
        .map(|at| refusal_from(&mut host, Now(at), ADDRESS, with_password(with_key(1, 1), "0pen")))
        .map(|refused| refused.expect_err("wrong").code)
        .collect();
    assert_eq!(codes.iter().filter(|code| **code == ErrorCode::BadPassword).count(), 10);
    assert_eq!(refusal_from(&mut host, Now(20), ADDRESS, with_password(join_request(2), "open")), Ok(()));
}

#[test]
fn who_gives_no_password_guesses_nothing() {
    let mut host = host_with_password();
    for at in 0..20 {
        let refused = refusal_from(&mut host, Now(at), ADDRESS, join_request(1)).expect_err("no password");
        assert_eq!(refused.code, ErrorCode::BadPassword);
    }
    assert_eq!(refusal_from(&mut host, Now(20), ADDRESS, with_password(join_request(1), "open")), Ok(()));
}
