// SPDX-License-Identifier: GPL-3.0-or-later
//! What a host does with a campaign that tells too much (protocol.md section 1, "Rates").

use super::fixture::{campaign, date, join_request};
use super::host::{BusId, Host, HostEffect, HostInput};
use super::host_play::{connect, date_changed, emitted, host, join, open, receive, refused_with, sent};
use super::rate::{REFUSALS_PER_MINUTE_MAX, TOKENS_PER_SECOND};
use super::{BusEnd, Command, Event, Now};
use crate::protocol::BusMessage;
use crate::protocol::envelope::Inbound;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::team::DailyLog;
use crate::protocol::timeline::{CampaignDateChanged, ReadyToAdvance};

/// As many messages are taken at once.
const BURST: u32 = TOKENS_PER_SECOND * 4;

fn day(number: u32) -> CampaignDateChanged {
    let date = date("1000-01-01").plus_days(number.into()).expect("in the calendar");
    CampaignDateChanged { campaign: campaign(1).id, date, jump: false }
}

fn ready() -> ReadyToAdvance {
    ReadyToAdvance { campaign: campaign(1).id, date: campaign(1).date }
}

fn closed(effects: &[HostEffect]) -> bool {
    effects.iter().any(|effect| matches!(effect, HostEffect::CloseBus(_)))
}

/// A host, and a campaign that has told as much as it may at once.
fn spent() -> (Host, BusId) {
    let mut host = host();
    let bus = join(&mut host, 1);
    for _ in 0..BURST {
        assert_eq!(refused_with(&receive(&mut host, bus, 1, ready())), []);
    }
    (host, bus)
}

#[test]
fn state_beyond_the_rate_is_coalesced_and_its_last_reaches_everyone() {
    let (mut host, bus) = spent();
    let other = join(&mut host, 2);
    let early = CampaignDateChanged { date: date("3025-02-01"), ..day(0) };
    let late = CampaignDateChanged { date: date("3025-03-01"), ..day(0) };
    assert!(receive(&mut host, bus, 1, early).is_empty());
    assert!(receive(&mut host, bus, 1, late.clone()).is_empty());
    assert_eq!(host.due(), Some(Now(1)));
    let effects = host.handle(Now(1), HostInput::Timer);
    assert_eq!(sent(&effects), [(vec![other], &BusMessage::from(late.clone()))]);
    assert_eq!(emitted(&effects), [&Event::CampaignDateChanged(late)]);
}

#[test]
fn what_is_no_state_is_refused_beyond_the_rate_and_the_bus_lives_on() {
    let (mut host, bus) = spent();
    let ignored = host.view().statistics.ignored;
    let effects = receive(&mut host, bus, 1, ready());
    assert_eq!(refused_with(&effects), [ErrorCode::TooMany]);
    assert!(!closed(&effects));
    assert_eq!(host.view().statistics.ignored, ignored + 1);
    let inbound = Ok(Inbound { sender: campaign(1).id, message: Some(ready().into()) });
    assert_eq!(refused_with(&host.handle(Now(1_000), HostInput::FromBus { bus, inbound })), []);
}

#[test]
fn a_campaign_that_goes_on_and_on_is_sent_away_and_gains_nothing_by_connecting_anew() {
    let (mut host, bus) = spent();
    let endings: Vec<_> = (0..REFUSALS_PER_MINUTE_MAX).map(|_| closed(&receive(&mut host, bus, 1, ready()))).collect();
    assert_eq!(endings.iter().position(|&ended| ended), Some(REFUSALS_PER_MINUTE_MAX - 1));
    let bus = join(&mut host, 1);
    assert_eq!(refused_with(&receive(&mut host, bus, 1, ready())), [ErrorCode::TooMany]);
}

#[test]
fn messages_that_are_nobodys_or_unknown_cost_as_much_as_others() {
    let (mut host, bus) = spent();
    let unknown = || HostInput::FromBus { bus, inbound: Ok(Inbound { sender: campaign(1).id, message: None }) };
    assert_eq!(refused_with(&host.handle(Now(0), unknown())), [ErrorCode::TooMany]);
    let effects = receive(&mut host, bus, 1, date_changed(2));
    assert_eq!(refused_with(&effects), [ErrorCode::NotYours, ErrorCode::TooMany]);
}

#[test]
fn the_rate_of_one_campaign_is_not_that_of_another() {
    let (mut host, _) = spent();
    let other = join(&mut host, 2);
    let ready = ReadyToAdvance { campaign: campaign(2).id, ..ready() };
    assert_eq!(refused_with(&receive(&mut host, other, 2, ready)), []);
}

#[test]
fn a_campaign_that_comes_and_goes_all_the_time_is_told_to_wait() {
    let mut host = host();
    for _ in 0..60 {
        let bus = join(&mut host, 1);
        host.handle(Now(0), HostInput::BusEnded { bus, end: BusEnd::Reset });
    }
    assert_eq!(connect(&mut host, Now(0), join_request(1), 1), Err(ErrorCode::BackOff));
    connect(&mut host, Now(3_000), join_request(1), 1).expect("admitted");
    open(&mut host, Now(3_000), 1, true).0.expect("open");
}

#[test]
fn logs_for_teammates_who_are_away_are_kept_up_to_a_limit_and_the_sender_is_told() {
    let mut host = host();
    let (bus, away) = (join(&mut host, 1), join(&mut host, 2));
    for number in [1, 2] {
        host.handle(Now(0), HostInput::Command(Command::AssignTeam { campaign: campaign(number).id, team: 7 }));
    }
    host.handle(Now(0), HostInput::BusEnded { bus: away, end: BusEnd::Reset });
    let log = DailyLog::new(campaign(1).id, campaign(1).date, vec!["x".repeat(8_000); 65]).expect("a log");
    // Slowly enough for the rate of messages.
    let answers: Vec<_> = (0..35)
        .map(|number| {
            let inbound = Ok(Inbound { sender: campaign(1).id, message: Some(log.clone().into()) });
            refused_with(&host.handle(Now(number * 3_000), HostInput::FromBus { bus, inbound }))
        })
        .collect();
    assert!(answers[..32].iter().all(Vec::is_empty));
    assert_eq!(answers[34], [ErrorCode::TooMany]);
}
