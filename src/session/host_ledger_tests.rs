// SPDX-License-Identifier: GPL-3.0-or-later
//! What a host does while its ledger cannot be written, each test named after one rule.

use super::fixture::{campaign, join_request};
use super::host::{BusId, Host, HostEffect, HostInput};
use super::host_play::{
    connect, date_changed, emitted, host, host_with, join, open, pong_from, receive, refused_with, sent,
};
use super::record::LedgerState;
use super::{BusEnd, Command, Event, Now, Visibility};
use crate::protocol::CampaignId;
use crate::protocol::domain::CampaignStatus;
use crate::protocol::entry::Record;
use crate::protocol::handshake::JoinRequest;
use crate::protocol::key::CampaignKey;
use crate::protocol::member::{Membership, MembershipChanged, Reason};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::team::DailyLog;
use crate::protocol::timeline::CampaignDateChanged;

fn ledger(host: &mut Host, state: LedgerState) -> Vec<HostEffect> {
    host.handle(Now(0), HostInput::Ledger(state))
}

fn full() -> LedgerState {
    LedgerState::ReadOnly("the disk is full".into())
}

fn recorded(effects: &[HostEffect]) -> Vec<&Record> {
    let records = effects.iter().filter_map(|effect| match effect {
        HostEffect::Record(record) => Some(record),
        _ => None,
    });
    records.collect()
}

fn log(number: u128) -> DailyLog {
    let date = super::fixture::date("3025-12-30");
    DailyLog::new(CampaignId::from_u128(number), date, vec!["Payday".into()]).expect("a good log")
}

/// Two teammates, of whom the second is away.
fn teammates() -> (Host, BusId) {
    let mut host = host();
    let (first, second) = (join(&mut host, 1), join(&mut host, 2));
    for number in [1, 2] {
        let command = Command::AssignTeam { campaign: campaign(number).id, team: 5 };
        host.handle(Now(0), HostInput::Command(command));
    }
    host.handle(Now(0), HostInput::BusEnded { bus: second, end: BusEnd::Reset });
    (host, first)
}

#[test]
fn the_hosts_player_hears_each_change_once() {
    let mut host = host();
    assert!(ledger(&mut host, LedgerState::Writable).is_empty());
    assert_eq!(emitted(&ledger(&mut host, full())), [&Event::LedgerChanged(full())]);
    assert!(ledger(&mut host, full()).is_empty());
    assert_eq!(host.view().ledger, full());
    assert_eq!(emitted(&ledger(&mut host, LedgerState::Writable)), [&Event::LedgerChanged(LedgerState::Writable)]);
}

#[test]
fn the_calendar_goes_on_without_a_ledger() {
    let mut host = host();
    let first = join(&mut host, 1);
    ledger(&mut host, full());
    let second = join(&mut host, 2);
    let effects = receive(&mut host, first, 1, date_changed(1));
    assert!(recorded(&effects).is_empty());
    assert!(sent(&effects).iter().any(|(to, message)| *to == [second] && message.name() == "CampaignDateChanged"));
}

#[test]
fn what_must_be_recorded_is_refused_without_a_ledger_and_changes_nothing() {
    let mut host = host();
    join(&mut host, 1);
    ledger(&mut host, full());
    let before = host.view();
    for command in
        [Command::AssignTeam { campaign: campaign(1).id, team: 5 }, Command::SetVisibility(Visibility::Everyone)]
    {
        let effects = host.handle(Now(0), HostInput::Command(command));
        let [Event::Refused(refused)] = emitted(&effects)[..] else { panic!("no refusal, but {effects:?}") };
        assert_eq!(refused.code, ErrorCode::HostReadOnly);
        assert!(refused.reason.contains("the disk is full"));
    }
    assert_eq!((host.view(), host.visibility), (before, Visibility::Team));
}

#[test]
fn a_log_that_cannot_be_kept_is_refused_to_its_sender() {
    let (mut host, first) = teammates();
    ledger(&mut host, full());
    assert_eq!(refused_with(&receive(&mut host, first, 1, log(1))), [ErrorCode::HostReadOnly]);
    assert_eq!(host.backlog.count_for(campaign(2).id), 0);
}

#[test]
fn kept_logs_wait_until_their_delivery_can_be_recorded() {
    let (mut host, first) = teammates();
    receive(&mut host, first, 1, log(1));
    ledger(&mut host, full());
    let second = join(&mut host, 2);
    let delivered = |effects: &[HostEffect]| sent(effects).iter().any(|(_, message)| message.name() == "DailyLog");
    let answered = receive(&mut host, second, 2, pong_from(2));
    assert!(!delivered(&answered));
    assert!(!sent(&answered).iter().any(|(_, message)| message.name() == "Ping"), "pings would chase their answers");
    ledger(&mut host, LedgerState::Writable);
    assert!(delivered(&receive(&mut host, second, 2, pong_from(2))));
}

#[test]
fn what_was_left_out_meanwhile_is_recorded_once_the_ledger_can_be_written() {
    let mut host = host();
    ledger(&mut host, full());
    let bus = join(&mut host, 1);
    receive(&mut host, bus, 1, date_changed(1));
    host.handle(Now(0), HostInput::BusEnded { bus, end: BusEnd::Reset });
    let effects = ledger(&mut host, LedgerState::Writable);
    let mut restarted = host_with(|_| ());
    recorded(&effects).into_iter().for_each(|record| restarted.apply(record.clone()));
    assert_eq!(restarted.view().others, host.view().others);
    assert_eq!(restarted.team_assignment(), host.team_assignment());
    assert!(recorded(&ledger(&mut host, full())).is_empty());
}

fn decide(host: &mut Host, change: Membership) -> Vec<HostEffect> {
    let reason = Reason::parse("reason", "enough").expect("a reason");
    let changed = MembershipChanged { campaign: campaign(1).id, change, reason };
    host.handle(Now(0), HostInput::Command(Command::ChangeMembership(changed)))
}

#[test]
fn without_a_ledger_a_campaign_can_be_kicked_but_not_banned() {
    let mut host = host();
    join(&mut host, 1);
    ledger(&mut host, full());
    for change in [Membership::Banned, Membership::Retired] {
        let effects = decide(&mut host, change);
        let [HostEffect::Emit(Event::Refused(refused))] = &effects[..] else { panic!("refused alone: {effects:?}") };
        assert_eq!(refused.code, ErrorCode::HostReadOnly);
    }
    let effects = decide(&mut host, Membership::Kicked);
    assert!(recorded(&effects).is_empty());
    assert!(effects.iter().any(|effect| matches!(effect, HostEffect::CloseBus(_))));
}

#[test]
fn a_key_that_came_while_the_ledger_could_not_be_written_is_recorded_once_it_can() {
    let mut host = host();
    ledger(&mut host, full());
    let key = CampaignKey::new([7; 32]).digest();
    let request = JoinRequest { key: Some(key.clone()), ..join_request(1) };
    connect(&mut host, Now(0), request, 1).expect("admitted");
    open(&mut host, Now(0), 1, true).0.expect("open");
    assert_eq!(connect(&mut host, Now(0), join_request(1), 2), Err(ErrorCode::IdentityMismatch));
    let effects = ledger(&mut host, LedgerState::Writable);
    assert!(recorded(&effects).contains(&&Record::CampaignKeyBound { campaign: campaign(1).id, key }));
}

#[test]
fn where_a_campaign_has_got_to_is_recorded_after_five_minutes_once_for_all_its_days() {
    let mut host = host();
    let bus = join(&mut host, 1);
    for day in 1..=30 {
        let date = super::fixture::date(&format!("3025-06-{day:02}"));
        let effects = receive(&mut host, bus, 1, CampaignDateChanged { date, ..date_changed(1) });
        assert!(recorded(&effects).is_empty());
    }
    assert!(recorded(&host.handle(Now(299_999), HostInput::Timer)).is_empty());
    let effects = host.handle(Now(300_000), HostInput::Timer);
    let [Record::CampaignRecorded(details)] = recorded(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((details.id, details.date), (campaign(1).id, super::fixture::date("3025-06-30")));
    assert!(recorded(&host.handle(Now(900_000), HostInput::Timer)).is_empty(), "nothing has changed since");
}

#[test]
fn a_host_that_died_still_knows_who_went_back() {
    let mut records = Vec::new();
    let mut died = host();
    connect(&mut died, Now(0), join_request(1), 1).expect("admitted");
    let (bus, opening) = open(&mut died, Now(0), 1, true);
    let moved = receive(&mut died, bus.expect("open"), 1, date_changed(1));
    for effects in [opening, moved, died.handle(Now(300_000), HostInput::Timer)] {
        records.extend(recorded(&effects).into_iter().cloned());
    }
    let mut host = host();
    records.into_iter().for_each(|record| host.apply(record));
    join(&mut host, 1);
    assert_eq!(host.view().others[&campaign(1).id].status, CampaignStatus::Rewound);
}
