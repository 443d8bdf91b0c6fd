// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's rules about dates, teams, logs and forces, each test named after one.

use super::fixture::{campaign, date, join_request};
use super::host::{BusId, Host, HostEffect, HostInput};
use super::host_play::{
    HOST_DATE, assign, connect, daily_log, date_changed, emitted, host, host_with, join, open, receive, refused_with,
    sent,
};
use super::{Announcement, BusEnd, Command, Event, Now, Visibility};
use crate::protocol::domain::CampaignStatus;
use crate::protocol::force::{Force, ToeHidden, ToeUpdated};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::roster::GmModeChanged;
use crate::protocol::team::TeamAssignment;
use crate::protocol::timeline::{CampaignDateChanged, ReadyToAdvance};
use crate::protocol::{BusMessage, CampaignDetails, CampaignId};

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

fn hidden(effects: &[HostEffect]) -> Vec<(Vec<BusId>, Vec<CampaignId>)> {
    let hidden = sent(effects).into_iter().filter_map(|(to, message)| match message {
        BusMessage::ToeHidden(hidden) => Some((to, hidden.campaigns.clone())),
        _ => None,
    });
    hidden.collect()
}

#[test]
fn a_toe_that_may_no_longer_be_seen_is_hidden_from_those_who_saw_it() {
    let mut host = host();
    let (first, second, third) = (join(&mut host, 1), join(&mut host, 2), join(&mut host, 3));
    assign(&mut host, 1, 5);
    assign(&mut host, 2, 5);
    receive(&mut host, first, 1, toe(1));
    let everyone = host.handle(Now(0), HostInput::Command(Command::SetVisibility(Visibility::Everyone)));
    assert!(hidden(&everyone).is_empty());
    let team = host.handle(Now(0), HostInput::Command(Command::SetVisibility(Visibility::Team)));
    let hidden_from = |bus| hidden(&team).iter().any(|(to, ids)| *to == [bus] && ids.contains(&campaign(1).id));
    assert_eq!((hidden_from(second), hidden_from(third)), (false, true));
    assert_eq!(emitted(&team), [&Event::ToeHidden(campaign(1).id)]);
    let apart = [(vec![first], vec![campaign(2).id]), (vec![second], vec![campaign(1).id])];
    assert_eq!(hidden(&assign(&mut host, 2, 6)), apart);
}

#[test]
fn a_bus_that_opens_is_told_whose_toe_it_may_not_have() {
    let mut host = host();
    join(&mut host, 1);
    join(&mut host, 2);
    assign(&mut host, 2, 1);
    connect(&mut host, Now(0), join_request(3), 3).expect("admitted");
    assign(&mut host, 1, 3);
    let (bus, opening) = open(&mut host, Now(0), 3, true);
    let all = vec![campaign(1).id, campaign(2).id, host.id()];
    assert_eq!(hidden(&opening), [(vec![bus.expect("open")], all)]);
}

#[test]
fn only_the_host_hides_toes() {
    let mut host = host();
    let bus = join(&mut host, 1);
    let hide = ToeHidden { campaigns: vec![campaign(2).id] };
    assert_eq!(refused_with(&receive(&mut host, bus, 1, hide)), [ErrorCode::Forbidden]);
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
