// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's rules, each test named after one.

use uuid::Uuid;

use super::fixture::{campaign, date, join_request, rules, text, token};
use super::host::{Answer, BusId, CallId, ConnectionId, Host, HostEffect, HostInput};
use super::{Announcement, BusEnd, Command, EndCause, Event, Now, Rules, Visibility};
use crate::protocol::domain::CampaignStatus;
use crate::protocol::envelope::{Inbound, Malformed};
use crate::protocol::force::{Force, ToeUpdated};
use crate::protocol::handshake::{JoinRequest, Password};
use crate::protocol::link::{Goodbye, GoodbyeCode, Ping, Pong};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::roster::GmModeChanged;
use crate::protocol::team::{DailyLog, TeamAssignment};
use crate::protocol::timeline::{CampaignDateChanged, ReadyToAdvance};
use crate::protocol::{BusMessage, CampaignDetails, CampaignId, Refusal};

const HOST: u128 = 100;
const HOST_DATE: &str = "3025-12-31";

fn host_with(change: impl FnOnce(&mut Rules)) -> Host {
    let mut rules = rules();
    change(&mut rules);
    let own = CampaignDetails { date: date(HOST_DATE), ..campaign(HOST) };
    Host::new(rules, own, Uuid::from_u128(1), 3)
}

fn host() -> Host {
    host_with(|_| ())
}

fn answer(effects: &[HostEffect]) -> &Result<Answer, Refusal> {
    let reply = effects.iter().find_map(|effect| match effect {
        HostEffect::Reply { answer, .. } => Some(answer),
        _ => None,
    });
    reply.expect("every call is answered")
}

fn connect(host: &mut Host, now: Now, request: JoinRequest, token_number: u8) -> Result<(), ErrorCode> {
    let connect = HostInput::Connect {
        call: CallId(1),
        connection: ConnectionId(token_number.into()),
        request: Box::new(request),
        token: token(token_number),
    };
    match answer(&host.handle(now, connect)) {
        Ok(Answer::Admitted(_)) => Ok(()),
        Ok(other) => panic!("not an answer to Connect: {other:?}"),
        Err(refusal) => Err(refusal.code),
    }
}

fn open(host: &mut Host, now: Now, number: u8, with_token: bool) -> (Result<BusId, ErrorCode>, Vec<HostEffect>) {
    let token = with_token.then(|| token(number));
    let connection = ConnectionId(number.into());
    let effects = host.handle(now, HostInput::OpenBus { call: CallId(2), connection, token });
    let bus = match answer(&effects) {
        Ok(Answer::BusOpen(bus)) => Ok(*bus),
        Ok(other) => panic!("not an answer to a bus: {other:?}"),
        Err(refusal) => Err(refusal.code),
    };
    (bus, effects)
}

fn join(host: &mut Host, number: u8) -> BusId {
    connect(host, Now(0), join_request(number.into()), number).expect("admitted");
    open(host, Now(0), number, true).0.expect("open")
}

fn receive(host: &mut Host, bus: BusId, sender: u128, message: impl Into<BusMessage>) -> Vec<HostEffect> {
    let inbound = Ok(Inbound { sender: CampaignId::from_u128(sender), message: Some(message.into()) });
    host.handle(Now(0), HostInput::FromBus { bus, inbound })
}

fn malformed() -> Malformed {
    Malformed { refused: "Ping".into(), refusal: Refusal::new(ErrorCode::InvalidArgument, "bad") }
}

fn date_changed(number: u128) -> CampaignDateChanged {
    CampaignDateChanged { campaign: CampaignId::from_u128(number), date: date("3025-06-01"), jump: false }
}

fn sent(effects: &[HostEffect]) -> Vec<(Vec<BusId>, &BusMessage)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            HostEffect::Send { to, message } => Some((to.clone(), message)),
            _ => None,
        })
        .collect()
}

fn emitted(effects: &[HostEffect]) -> Vec<&Event> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            HostEffect::Emit(event) => Some(event),
            _ => None,
        })
        .collect()
}

fn refused_with(effects: &[HostEffect]) -> Vec<ErrorCode> {
    sent(effects)
        .into_iter()
        .filter_map(|(_, message)| match message {
            BusMessage::Refused(refused) => Some(refused.code),
            _ => None,
        })
        .collect()
}

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

fn connect_again(host: &mut Host, number: u8) -> Vec<HostEffect> {
    let connect = HostInput::Connect {
        call: CallId(7),
        connection: ConnectionId(number.into()),
        request: Box::new(join_request(1)),
        token: token(number),
    };
    host.handle(Now(1_000), connect)
}

fn pong_from(number: u128) -> Pong {
    let campaign = campaign(number);
    Pong { campaign, campaigns: Vec::new(), malformed: 0, roster_revision: 0, unasked: false }
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
        let ping = Ping { campaign: campaign(1), session: None, roster_revision };
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
    let effects = receive(&mut host, first, 1, Ping { campaign: said, session: None, roster_revision: 0 });
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

fn stands_on(host: &mut Host, bus: BusId, number: u128, on: &str) -> Vec<HostEffect> {
    let changed = CampaignDateChanged { campaign: CampaignId::from_u128(number), date: date(on), jump: false };
    receive(host, bus, number, changed)
}

fn details(host: &Host, number: u128) -> CampaignDetails {
    (*host.view().others[&CampaignId::from_u128(number)]).clone()
}

#[test]
fn a_date_past_the_hosts_is_recorded_shown_as_ahead_and_its_sender_told() {
    let mut host = host();
    let (first, second) = (join(&mut host, 1), join(&mut host, 2));
    let effects = stands_on(&mut host, first, 1, "3026-01-01");
    assert_eq!(refused_with(&effects), [ErrorCode::AheadOfHost]);
    assert!(sent(&effects).iter().any(|(to, message)| *to == [second] && message.name() == "CampaignDateChanged"));
    assert_eq!(details(&host, 1).status, CampaignStatus::Ahead);
}

#[test]
fn a_date_that_goes_back_on_a_living_bus_is_answered_with_resync_required() {
    let mut host = host();
    let bus = join(&mut host, 1);
    stands_on(&mut host, bus, 1, "3025-06-01");
    let effects = stands_on(&mut host, bus, 1, "3025-05-31");
    assert_eq!((refused_with(&effects), sent(&effects).len()), (vec![ErrorCode::ResyncRequired], 1));
    assert_eq!(details(&host, 1).date, date("3025-06-01"));
}

#[test]
fn a_campaign_that_comes_back_on_an_older_save_is_shown_as_rewound() {
    let mut host = host();
    let bus = join(&mut host, 1);
    stands_on(&mut host, bus, 1, "3025-06-01");
    host.handle(Now(0), HostInput::BusEnded { bus, end: BusEnd::Reset });
    let bus = join(&mut host, 1);
    assert_eq!((details(&host, 1).date, details(&host, 1).status), (campaign(1).date, CampaignStatus::Rewound));
    stands_on(&mut host, bus, 1, "3025-06-01");
    assert_eq!(details(&host, 1).status, CampaignStatus::Behind);
}

#[test]
fn only_a_campaign_in_gm_mode_may_jump() {
    let mut host = host();
    let bus = join(&mut host, 1);
    let jump = CampaignDateChanged { jump: true, ..date_changed(1) };
    assert_eq!(refused_with(&receive(&mut host, bus, 1, jump.clone())), [ErrorCode::Forbidden]);
    receive(&mut host, bus, 1, GmModeChanged { campaign: campaign(1).id, gm_mode: true });
    assert!(refused_with(&receive(&mut host, bus, 1, jump)).is_empty());
    assert_eq!(details(&host, 1).date, date("3025-06-01"));
}

#[test]
fn readiness_holds_for_the_day_it_was_announced_on() {
    let mut host = host();
    let bus = join(&mut host, 1);
    let ready = |on: &str| ReadyToAdvance { campaign: campaign(1).id, date: date(on) };
    receive(&mut host, bus, 1, ready("3025-01-01"));
    assert!(!details(&host, 1).ready, "it may advance without waiting");
    stands_on(&mut host, bus, 1, HOST_DATE);
    assert_eq!(emitted(&receive(&mut host, bus, 1, ready(HOST_DATE))), [&Event::ReadyToAdvance(ready(HOST_DATE))]);
    assert!(details(&host, 1).ready);
    let advanced = Announcement::DateChanged { date: date("3026-01-01"), jump: false };
    host.handle(Now(0), HostInput::Command(Command::Announce(advanced)));
    assert!(!details(&host, 1).ready);
}

#[test]
fn a_host_that_goes_back_leaves_the_others_ahead() {
    let mut host = host();
    let bus = join(&mut host, 1);
    stands_on(&mut host, bus, 1, HOST_DATE);
    assert_eq!(details(&host, 1).status, CampaignStatus::Level);
    let rewound = Announcement::DateChanged { date: date("3025-12-30"), jump: false };
    host.handle(Now(0), HostInput::Command(Command::Announce(rewound)));
    assert_eq!(details(&host, 1).status, CampaignStatus::Ahead);
}

fn assign(host: &mut Host, number: u128, team: i32) -> Vec<HostEffect> {
    let campaign = CampaignId::from_u128(number);
    host.handle(Now(0), HostInput::Command(Command::AssignTeam { campaign, team }))
}

fn daily_log(number: u128, line: &str) -> DailyLog {
    DailyLog::new(CampaignId::from_u128(number), date("3025-12-30"), vec![line.into()]).expect("a good log")
}

fn logs_sent(effects: &[HostEffect]) -> Vec<(Vec<BusId>, String)> {
    let logs = sent(effects).into_iter().filter_map(|(to, message)| match message {
        BusMessage::DailyLog(log) => Some((to, log.entries[0].clone())),
        _ => None,
    });
    logs.collect()
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

fn toe(number: u128) -> ToeUpdated {
    use prost::Message;
    let force = crate::protocol::proto::Force { name: "Company".into(), ..Default::default() };
    let force = Force::decode(&force.encode_to_vec()).expect("a force");
    ToeUpdated { campaign: CampaignId::from_u128(number), force }
}

fn toes_sent(effects: &[HostEffect]) -> Vec<(Vec<BusId>, CampaignId)> {
    let toes = sent(effects).into_iter().filter_map(|(to, message)| match message {
        BusMessage::ToeUpdated(updated) => Some((to, updated.campaign)),
        _ => None,
    });
    toes.collect()
}

#[test]
fn a_toe_is_shown_to_teammates_unless_the_host_shows_it_to_everyone() {
    let mut host = host();
    let (first, second, third) = (join(&mut host, 1), join(&mut host, 2), join(&mut host, 3));
    assign(&mut host, 1, 5);
    assign(&mut host, 2, 5);
    let effects = receive(&mut host, first, 1, toe(1));
    assert_eq!(toes_sent(&effects), [(vec![second], campaign(1).id)]);
    assert!(emitted(&effects).is_empty() && host.forces().get(campaign(1).id).is_none());
    let shown = host.handle(Now(0), HostInput::Command(Command::SetVisibility(Visibility::Everyone)));
    assert_eq!(toes_sent(&shown), [(vec![third], campaign(1).id)]);
    assert_eq!(emitted(&shown), [&Event::ToeUpdated(toe(1))]);
    assert!(host.forces().get(campaign(1).id).is_some());
}

#[test]
fn a_new_teammate_is_shown_the_toes_of_its_team() {
    let mut host = host();
    let (first, _second) = (join(&mut host, 1), join(&mut host, 2));
    receive(&mut host, first, 1, toe(1));
    assign(&mut host, 1, 5);
    let effects = assign(&mut host, 2, 5);
    assert_eq!(toes_sent(&effects).len(), 1);
    assert!(toes_sent(&assign(&mut host, 2, 5)).is_empty());
}

#[test]
fn teams_are_told_to_everyone_on_each_change_and_to_each_bus_as_it_opens() {
    let mut host = host();
    join(&mut host, 1);
    connect(&mut host, Now(0), join_request(2), 2).expect("admitted");
    let (_, opening) = open(&mut host, Now(0), 2, true);
    let told = |effects: &[HostEffect]| {
        let all = sent(effects).into_iter().filter(|(_, message)| message.name() == "TeamAssignment");
        all.map(|(to, _)| to.len()).sum::<usize>()
    };
    assert_eq!(told(&opening), 2, "the newcomer's team is news to everyone");
    assert_eq!(told(&assign(&mut host, 1, 4)), 2);
    assert_eq!(details(&host, 1).team, 4);
}

#[test]
fn only_the_host_assigns_teams() {
    let mut host = host();
    let bus = join(&mut host, 1);
    let assignment = TeamAssignment { teams: vec![(campaign(1).id, 1)] };
    assert_eq!(refused_with(&receive(&mut host, bus, 1, assignment)), [ErrorCode::Forbidden]);
    assert_eq!(details(&host, 1).team, 2);
}

#[test]
fn a_restarted_host_knows_what_was_recorded() {
    let mut host = host();
    let mut records = Vec::new();
    let mut keep = |effects: Vec<HostEffect>| {
        records.extend(effects.into_iter().filter_map(|effect| match effect {
            HostEffect::Record(record) => Some(record),
            _ => None,
        }));
    };
    for number in [1, 2] {
        connect(&mut host, Now(0), join_request(number), number as u8).expect("admitted");
        keep(open(&mut host, Now(0), number as u8, true).1);
    }
    keep(assign(&mut host, 1, 5));
    keep(assign(&mut host, 2, 5));
    keep(host.handle(Now(0), HostInput::BusEnded { bus: BusId(2), end: BusEnd::Reset }));
    keep(receive(&mut host, BusId(1), 1, daily_log(1, "kept")));
    keep(host.handle(Now(0), HostInput::Command(Command::SetVisibility(Visibility::Everyone))));
    keep(host.handle(Now(0), HostInput::Command(Command::Close)));

    let mut restarted = host_with(|_| ());
    records.into_iter().for_each(|record| restarted.apply(record));
    for number in [1, 2] {
        let expected = CampaignDetails { active: false, ready: false, ..details(&host, number) };
        assert_eq!(details(&restarted, number), expected);
    }
    assert_eq!(restarted.backlog, host.backlog);
    assert_eq!(restarted.visibility, Visibility::Everyone);
    assert_eq!(restarted.team_assignment(), host.team_assignment());
}

#[test]
fn a_newcomer_hears_who_came_since_its_connect_before_it_sees_their_toes() {
    let mut host = host();
    host.handle(Now(0), HostInput::Command(Command::SetVisibility(Visibility::Everyone)));
    connect(&mut host, Now(0), join_request(1), 1).expect("admitted");
    let bus = join(&mut host, 2);
    receive(&mut host, bus, 2, toe(2));
    let (opened, effects) = open(&mut host, Now(0), 1, true);
    let opened = opened.expect("open");
    let told: Vec<_> = sent(&effects).into_iter().filter(|(to, _)| *to == [opened]).map(|(_, m)| m).collect();
    let roster = told.iter().position(|message| matches!(message, BusMessage::Pong(pong) if pong.campaigns.len() == 1));
    let toe = told.iter().position(|message| message.name() == "TOEUpdated");
    assert!(roster.is_some() && roster < toe, "{told:?}");
}
