// SPDX-License-Identifier: GPL-3.0-or-later
//! The remote's rules, each test named after one.

use uuid::Uuid;

use super::fixture::{campaign, date, rules, token};
use super::remote::{Remote, RemoteEffect, RemoteInput};
use super::{Announcement, BusEnd, Command, EndCause, Event, Now, Rules};
use crate::protocol::envelope::Inbound;
use crate::protocol::handshake::JoinResponse;
use crate::protocol::link::{Goodbye, GoodbyeCode, Ping, Pong};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::timeline::CampaignDateChanged;
use crate::protocol::{BusMessage, CampaignDetails, CampaignId, PROTOCOL_MAJOR};

const OWN: u128 = 1;
const HOST: u128 = 100;

fn response() -> JoinResponse {
    JoinResponse {
        version: "0.50.06".into(),
        host: CampaignDetails { active: true, ..campaign(HOST) },
        campaigns: vec![CampaignDetails { active: true, ..campaign(2) }],
        malformed: 0,
        protocol: PROTOCOL_MAJOR,
        features: Vec::new(),
        session: Some(Uuid::from_u128(5)),
        token: Some(token(1)),
    }
}

fn legacy_response() -> JoinResponse {
    JoinResponse { protocol: 0, session: None, token: None, ..response() }
}

fn answered(rules: Rules, response: JoinResponse) -> (Remote, Vec<RemoteEffect>) {
    let mut remote = Remote::new(rules, campaign(OWN));
    remote.handle(Now(0), RemoteInput::Start);
    let effects = remote.handle(Now(0), RemoteInput::ConnectAnswered(Ok(Box::new(response))));
    (remote, effects)
}

fn open() -> Remote {
    let (mut remote, _) = answered(rules(), response());
    remote.handle(Now(0), RemoteInput::BusAnswered(Ok(())));
    remote
}

fn open_legacy() -> Remote {
    let (mut remote, _) = answered(Rules { allow_legacy_peers: true, ..rules() }, legacy_response());
    remote.handle(Now(0), RemoteInput::BusAnswered(Ok(())));
    remote
}

fn from_host(remote: &mut Remote, message: impl Into<BusMessage>) -> Vec<RemoteEffect> {
    let inbound = Ok(Inbound { sender: CampaignId::from_u128(HOST), message: Some(message.into()) });
    remote.handle(Now(5), RemoteInput::FromHost(inbound))
}

fn pong(campaigns: Vec<CampaignDetails>, roster_revision: u64, unasked: bool) -> Pong {
    Pong { campaign: response().host, campaigns, malformed: 0, roster_revision, unasked }
}

fn emitted(effects: &[RemoteEffect]) -> Vec<&Event> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            RemoteEffect::Emit(event) => Some(event),
            _ => None,
        })
        .collect()
}

fn sent(effects: &[RemoteEffect]) -> Vec<&'static str> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            RemoteEffect::Send(message) => Some(message.name()),
            _ => None,
        })
        .collect()
}

fn failure(effects: &[RemoteEffect]) -> Option<ErrorCode> {
    emitted(effects).into_iter().find_map(|event| match event {
        Event::ConnectFailed(refusal) => Some(refusal.code),
        _ => None,
    })
}

#[test]
fn each_bus_opens_with_a_ping() {
    let (_, effects) = answered(rules(), response());
    assert!(matches!(
        &effects[..],
        [RemoteEffect::OpenBus(Some(_)), RemoteEffect::Send(BusMessage::Ping(ping))]
            if ping.session == Some(Uuid::from_u128(5)) && ping.roster_revision == 0
    ));
}

#[test]
fn what_only_the_host_sets_is_never_told_by_a_remote() {
    let mut remote = open();
    let ping = Ping { campaign: response().host, session: None, roster_revision: 0 };
    let effects = from_host(&mut remote, ping);
    assert!(matches!(
        &effects[..],
        [RemoteEffect::Send(BusMessage::Pong(pong))] if !pong.campaign.active && pong.campaign.team == 0
    ));
    assert!(remote.view().own.active);
}

#[test]
fn a_host_that_does_not_fit_is_left_politely_and_the_reason_named() {
    let refused = |rules: Rules, response: JoinResponse| {
        let (_, effects) = answered(rules, response);
        assert!(matches!(effects.first(), Some(RemoteEffect::Disconnect(_))), "{effects:?}");
        failure(&effects)
    };
    assert_eq!(refused(rules(), legacy_response()), Some(ErrorCode::LegacyNotAllowed));
    let newer = JoinResponse { version: "0.51.00".into(), ..response() };
    assert_eq!(refused(rules(), newer), Some(ErrorCode::VersionMismatch));
    assert_eq!(refused(rules(), JoinResponse { protocol: 2, ..response() }), Some(ErrorCode::VersionMismatch));
    assert_eq!(refused(rules(), JoinResponse { host: campaign(OWN), ..response() }), Some(ErrorCode::InvalidArgument));
    assert_eq!(refused(rules(), JoinResponse { token: None, ..response() }), Some(ErrorCode::InvalidArgument));
}

#[test]
fn a_ping_is_answered_at_once() {
    let mut remote = open();
    let ping = Ping { campaign: response().host, session: None, roster_revision: 0 };
    assert_eq!(sent(&from_host(&mut remote, ping)), ["Pong"]);
}

#[test]
fn a_date_of_a_known_campaign_is_told() {
    let mut remote = open();
    let changed = CampaignDateChanged { campaign: campaign(2).id, date: date("3025-06-01") };
    assert_eq!(emitted(&from_host(&mut remote, changed.clone())), [&Event::CampaignDateChanged(changed)]);
    assert_eq!(remote.view().others[&campaign(2).id].date, date("3025-06-01"));
}

#[test]
fn a_date_of_an_unknown_campaign_makes_the_remote_ask_for_the_roster() {
    let mut remote = open();
    from_host(&mut remote, pong(response().campaigns, 7, false));
    let changed = CampaignDateChanged { campaign: campaign(3).id, date: date("3025-06-01") };
    let effects = from_host(&mut remote, changed);
    assert_eq!((sent(&effects), emitted(&effects).len()), (vec!["Ping"], 0));
    let newcomer = CampaignDetails { active: true, ..campaign(3) };
    let effects = from_host(&mut remote, pong(vec![response().campaigns[0].clone(), newcomer.clone()], 8, false));
    assert_eq!(emitted(&effects), [&Event::CampaignJoined(newcomer)]);
}

#[test]
fn a_date_of_the_own_campaign_from_elsewhere_is_ignored() {
    let mut remote = open();
    let changed = CampaignDateChanged { campaign: campaign(OWN).id, date: date("3025-06-01") };
    assert!(from_host(&mut remote, changed).is_empty());
    assert_eq!((remote.view().own.date, remote.view().statistics.ignored), (campaign(OWN).date, 1));
}

#[test]
fn an_envelope_that_is_not_the_hosts_is_refused() {
    let mut remote = open();
    let changed = CampaignDateChanged { campaign: campaign(2).id, date: date("3025-06-01") };
    let inbound = Ok(Inbound { sender: campaign(2).id, message: Some(changed.into()) });
    let effects = remote.handle(Now(0), RemoteInput::FromHost(inbound));
    assert_eq!((sent(&effects), remote.view().statistics.not_yours), (vec!["Refused"], 1));
}

#[test]
fn an_unchanged_roster_keeps_everyone() {
    let mut remote = open();
    from_host(&mut remote, pong(response().campaigns, 7, false));
    assert!(emitted(&from_host(&mut remote, pong(Vec::new(), 7, false))).is_empty());
    assert!(remote.view().others.contains_key(&campaign(2).id));
    let effects = from_host(&mut remote, pong(Vec::new(), 8, true));
    assert!(matches!(emitted(&effects)[..], [Event::CampaignLeft { .. }]));
    assert!(remote.view().others.contains_key(&campaign(HOST).id));
}

#[test]
fn only_an_answer_measures_the_round_trip() {
    let mut remote = open();
    from_host(&mut remote, pong(Vec::new(), 1, true));
    assert!(remote.view().round_trips.is_empty());
    from_host(&mut remote, pong(Vec::new(), 1, false));
    assert_eq!(remote.view().round_trips.len(), 1);
}

#[test]
fn an_end_is_told_with_its_cause() {
    let mut remote = open();
    let goodbye = Goodbye { code: GoodbyeCode::HostClosing, reason: "bed".into() };
    let effects = from_host(&mut remote, goodbye);
    let cause = EndCause::Goodbye(GoodbyeCode::HostClosing);
    assert_eq!(emitted(&effects), [&Event::Disconnected { cause, reason: "bed".into() }]);
    assert!(emitted(&remote.handle(Now(0), RemoteInput::BusEnded(BusEnd::Reset))).is_empty());

    let effects = open().handle(Now(0), RemoteInput::BusEnded(BusEnd::Reset));
    assert_eq!(emitted(&effects), [&Event::Disconnected { cause: EndCause::Reset, reason: String::new() }]);
}

#[test]
fn a_host_that_answers_no_ping_is_lost() {
    let mut remote = open();
    let mut events = Vec::new();
    while let Some(due) = remote.due() {
        let effects = remote.handle(due, RemoteInput::Timer);
        events.extend(emitted(&effects).into_iter().cloned().map(|event| (due.0, event)));
    }
    assert!(matches!(
        &events[..],
        [(30_000, Event::CampaignLeft { .. }), (60_000, Event::Disconnected { cause: EndCause::TimedOut, .. })]
    ));
}

#[test]
fn what_was_announced_before_the_bus_travels_in_its_opening_ping() {
    let mut remote = Remote::new(rules(), campaign(OWN));
    remote.handle(Now(0), RemoteInput::Start);
    let command = Command::Announce(Announcement::DateChanged(date("3025-06-01")));
    assert!(remote.handle(Now(0), RemoteInput::Command(command)).is_empty());
    let effects = remote.handle(Now(0), RemoteInput::ConnectAnswered(Ok(Box::new(response()))));
    assert!(matches!(
        effects.last(),
        Some(RemoteEffect::Send(BusMessage::Ping(ping))) if ping.campaign.date == date("3025-06-01")
    ));
}

#[test]
fn leaving_says_goodbye_or_disconnects_from_a_host_that_knows_none() {
    let effects = open().handle(Now(0), RemoteInput::Command(Command::Close));
    assert_eq!(sent(&effects), ["Goodbye"]);
    let effects = open_legacy().handle(Now(0), RemoteInput::Command(Command::Close));
    assert!(sent(&effects).is_empty());
    assert!(matches!(effects.first(), Some(RemoteEffect::Disconnect(None))));
    assert!(matches!(effects.last(), Some(RemoteEffect::Stop)));
}

#[test]
fn a_legacy_host_gets_nothing_that_it_does_not_know() {
    let mut remote = open_legacy();
    let inbound = Ok(Inbound { sender: campaign(2).id, message: Some(pong(Vec::new(), 0, false).into()) });
    assert!(sent(&remote.handle(Now(0), RemoteInput::FromHost(inbound))).is_empty());
}
