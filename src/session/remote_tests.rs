// SPDX-License-Identifier: GPL-3.0-or-later
//! The remote's rules, each test named after one.

use uuid::Uuid;

use super::fixture::{campaign, date, rules};
use super::memento::Memento;
use super::remote::{Attempt, Remote, RemoteEffect, RemoteInput};
use super::remote_play::{
    HOST, OWN, answered, emitted, failure, from_host, legacy_response, open, open_legacy, pong, response, sent,
};
use super::timeline::MayAdvance;
use super::{Announcement, BusEnd, Command, EndCause, Event, Now, Rules};
use crate::protocol::domain::CampaignStatus;
use crate::protocol::envelope::Inbound;
use crate::protocol::handshake::JoinResponse;
use crate::protocol::link::{Goodbye, GoodbyeCode, Ping, Refused};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::timeline::CampaignDateChanged;
use crate::protocol::{BusMessage, CampaignDetails, Refusal};

#[test]
fn each_bus_opens_with_a_ping() {
    let (_, effects) = answered(rules(), response());
    assert!(matches!(
        &effects[..],
        [RemoteEffect::OpenBus(_, Some(_)), RemoteEffect::Send(BusMessage::Ping(ping))]
            if ping.session == Some(Uuid::from_u128(5)) && ping.roster_revision == 0
    ));
}

#[test]
fn what_only_the_host_sets_is_never_told_by_a_remote() {
    let mut remote = open();
    let ping = Ping { campaign: response().host, session: None, position: None, roster_revision: 0 };
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
    let ping = Ping { campaign: response().host, session: None, position: None, roster_revision: 0 };
    assert_eq!(sent(&from_host(&mut remote, ping)), ["Pong"]);
}

#[test]
fn a_date_of_a_known_campaign_is_told() {
    let mut remote = open();
    let changed = CampaignDateChanged { campaign: campaign(2).id, date: date("3025-06-01"), jump: false };
    assert_eq!(emitted(&from_host(&mut remote, changed.clone())), [&Event::CampaignDateChanged(changed)]);
    assert_eq!(remote.view().others[&campaign(2).id].date, date("3025-06-01"));
}

#[test]
fn a_date_of_an_unknown_campaign_makes_the_remote_ask_for_the_roster() {
    let mut remote = open();
    from_host(&mut remote, pong(response().campaigns, 7, false));
    let changed = CampaignDateChanged { campaign: campaign(3).id, date: date("3025-06-01"), jump: false };
    let effects = from_host(&mut remote, changed);
    assert_eq!((sent(&effects), emitted(&effects).len()), (vec!["Ping"], 0));
    let newcomer = CampaignDetails { active: true, ..campaign(3) };
    let effects = from_host(&mut remote, pong(vec![response().campaigns[0].clone(), newcomer.clone()], 8, false));
    assert_eq!(emitted(&effects), [&Event::CampaignJoined(newcomer)]);
}

#[test]
fn a_date_of_the_own_campaign_from_elsewhere_is_ignored() {
    let mut remote = open();
    let changed = CampaignDateChanged { campaign: campaign(OWN).id, date: date("3025-06-01"), jump: false };
    assert!(from_host(&mut remote, changed).is_empty());
    assert_eq!((remote.view().own.date, remote.view().statistics.ignored), (campaign(OWN).date, 1));
}

#[test]
fn an_envelope_that_is_not_the_hosts_is_refused() {
    let mut remote = open();
    let changed = CampaignDateChanged { campaign: campaign(2).id, date: date("3025-06-01"), jump: false };
    let inbound = Ok(Inbound { sender: campaign(2).id, message: Some(changed.into()) });
    let effects = remote.handle(Now(0), RemoteInput::FromHost(Attempt(1), inbound));
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
    let ended = Event::Disconnected { cause, reason: "bed".into(), reconnecting: true };
    assert_eq!(emitted(&effects), [&ended, &Event::MayAdvanceChanged(MayAdvance::HostLost)]);
    assert!(emitted(&remote.handle(Now(0), RemoteInput::BusEnded(Attempt(1), BusEnd::Reset))).is_empty());

    let effects = open().handle(Now(0), RemoteInput::BusEnded(Attempt(1), BusEnd::Reset));
    let reset = Event::Disconnected { cause: EndCause::Reset, reason: String::new(), reconnecting: true };
    assert_eq!(emitted(&effects).first(), Some(&&reset));
}

#[test]
fn a_host_that_answers_no_ping_is_lost() {
    let mut remote = open();
    let mut events = Vec::new();
    while let Some(due) = remote.due().filter(|due| due.0 <= 60_000) {
        let effects = remote.handle(due, RemoteInput::Timer);
        events.extend(emitted(&effects).into_iter().cloned().map(|event| (due.0, event)));
    }
    assert!(matches!(
        &events[..],
        [
            (30_000, Event::CampaignLeft { .. }),
            (60_000, Event::Disconnected { cause: EndCause::TimedOut, .. }),
            (60_000, Event::MayAdvanceChanged(MayAdvance::HostLost)),
        ]
    ));
}

#[test]
fn what_was_announced_before_the_bus_travels_in_its_opening_ping() {
    let mut remote = Remote::new(rules(), campaign(OWN), Memento::default(), 1);
    remote.handle(Now(0), RemoteInput::Start);
    let command = Command::Announce(Announcement::DateChanged { date: date("3025-06-01"), jump: false });
    assert!(remote.handle(Now(0), RemoteInput::Command(command)).is_empty());
    let effects = remote.handle(Now(0), RemoteInput::ConnectAnswered(Attempt(1), Ok(Box::new(response()))));
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
    assert!(effects.iter().any(|effect| matches!(effect, RemoteEffect::Stop)));
}

#[test]
fn a_legacy_host_gets_nothing_that_it_does_not_know() {
    let mut remote = open_legacy();
    let inbound = Ok(Inbound { sender: campaign(2).id, message: Some(pong(Vec::new(), 0, false).into()) });
    assert!(sent(&remote.handle(Now(0), RemoteInput::FromHost(Attempt(1), inbound))).is_empty());
}

fn host_date(remote: &mut Remote, on: &str) -> Vec<RemoteEffect> {
    from_host(remote, CampaignDateChanged { campaign: campaign(HOST).id, date: date(on), jump: false })
}

fn advance_to(remote: &mut Remote, on: &str) -> Vec<RemoteEffect> {
    let announcement = Announcement::DateChanged { date: date(on), jump: false };
    remote.handle(Now(0), RemoteInput::Command(Command::Announce(announcement)))
}

#[test]
fn a_ready_campaign_is_told_when_the_host_has_passed_its_date() {
    let mut remote = open();
    assert_eq!(remote.view().gate.may_advance(campaign(OWN).date), MayAdvance::WaitForHost);
    let effects = remote.handle(Now(0), RemoteInput::Command(Command::Announce(Announcement::ReadyToAdvance)));
    assert_eq!(sent(&effects), ["ReadyToAdvance"]);
    let told = host_date(&mut remote, "3025-01-02");
    assert!(emitted(&told).contains(&&Event::MayAdvanceChanged(MayAdvance::Allowed)));
    let told = advance_to(&mut remote, "3025-01-02");
    assert_eq!(emitted(&told), [&Event::MayAdvanceChanged(MayAdvance::WaitForHost)]);
}

#[test]
fn the_date_of_another_campaign_opens_no_gate() {
    let mut remote = open();
    let changed = CampaignDateChanged { campaign: campaign(2).id, date: date("3026-01-01"), jump: false };
    from_host(&mut remote, changed);
    assert_eq!(remote.view().gate.may_advance(campaign(OWN).date), MayAdvance::WaitForHost);
    assert_eq!(remote.view().timeline_date(), date("3026-01-01"));
}

#[test]
fn the_board_shows_lag_and_why_each_campaign_waits() {
    let mut remote = open();
    host_date(&mut remote, "3025-01-11");
    advance_to(&mut remote, "3025-01-11");
    let board: Vec<_> = remote.view().board().collect();
    assert_eq!(board, [(campaign(OWN).id, 0, MayAdvance::WaitForHost), (campaign(2).id, 10, MayAdvance::Allowed)]);
}

#[test]
fn a_lost_link_is_taken_up_again_by_itself() {
    let mut remote = open();
    remote.handle(Now(0), RemoteInput::BusEnded(Attempt(1), BusEnd::Reset));
    let due = remote.due().expect("the next attempt is due");
    assert!((125..=250).contains(&due.0), "{due:?}");
    let effects = remote.handle(due, RemoteInput::Timer);
    assert!(matches!(effects[..], [RemoteEffect::Connect(Attempt(2), _)]));
    let failed = Refusal::new(ErrorCode::HostUnreachable, "nobody there");
    remote.handle(due, RemoteInput::ConnectAnswered(Attempt(2), Err(failed)));
    let due = remote.due().expect("and the one after it");
    remote.handle(due, RemoteInput::Timer);
    remote.handle(due, RemoteInput::ConnectAnswered(Attempt(3), Ok(Box::new(response()))));
    let effects = remote.handle(due, RemoteInput::BusAnswered(Attempt(3), Ok(())));
    assert!(emitted(&effects).iter().any(|event| matches!(event, Event::Connected { .. })));
}

#[test]
fn what_comes_from_an_older_attempt_is_passed_over() {
    let mut remote = open();
    remote.handle(Now(0), RemoteInput::BusEnded(Attempt(1), BusEnd::Reset));
    let due = remote.due().expect("due");
    remote.handle(due, RemoteInput::Timer);
    remote.handle(due, RemoteInput::ConnectAnswered(Attempt(2), Ok(Box::new(response()))));
    remote.handle(due, RemoteInput::BusAnswered(Attempt(2), Ok(())));
    assert!(remote.handle(due, RemoteInput::BusEnded(Attempt(1), BusEnd::Reset)).is_empty());
    assert!(remote.view().connected());
}

#[test]
fn a_campaign_that_was_shown_out_does_not_come_back_by_itself() {
    let out = [GoodbyeCode::Kicked, GoodbyeCode::Banned, GoodbyeCode::Retired, GoodbyeCode::Superseded];
    for code in out {
        let mut remote = open();
        let effects = from_host(&mut remote, Goodbye { code, reason: String::new() });
        assert!(matches!(emitted(&effects)[0], Event::Disconnected { reconnecting: false, .. }), "{code:?}");
        assert_eq!(remote.due(), None);
    }
}

#[test]
fn a_refusal_that_will_stand_ends_the_attempts() {
    let mut remote = open();
    remote.handle(Now(0), RemoteInput::BusEnded(Attempt(1), BusEnd::Reset));
    let due = remote.due().expect("due");
    remote.handle(due, RemoteInput::Timer);
    let refusal = Refusal::new(ErrorCode::VersionMismatch, "the host was updated");
    let effects = remote.handle(due, RemoteInput::ConnectAnswered(Attempt(2), Err(refusal)));
    assert_eq!((failure(&effects), remote.due()), (Some(ErrorCode::VersionMismatch), None));
}

#[test]
fn a_first_attempt_that_fails_is_the_last() {
    let mut remote = Remote::new(rules(), campaign(OWN), Memento::default(), 1);
    remote.handle(Now(0), RemoteInput::Start);
    let failed = Refusal::new(ErrorCode::HostUnreachable, "nobody there");
    let effects = remote.handle(Now(0), RemoteInput::ConnectAnswered(Attempt(1), Err(failed)));
    assert_eq!((failure(&effects), remote.due()), (Some(ErrorCode::HostUnreachable), None));
}

#[test]
fn resync_required_makes_the_campaign_connect_anew() {
    let mut remote = open();
    let refused = Refused {
        request: String::new(),
        code: ErrorCode::ResyncRequired,
        reason: String::new(),
        revision: 0,
        refused: "CampaignDateChanged".into(),
        withdrawal: false,
    };
    let effects = from_host(&mut remote, refused);
    assert_eq!(sent(&effects), ["Goodbye"]);
    let leaving = EndCause::Goodbye(GoodbyeCode::Leaving);
    let ended = |effect: &RemoteEffect| matches!(effect, RemoteEffect::Emit(Event::Disconnected { cause, reconnecting: true, .. }) if *cause == leaving);
    assert!(effects.iter().any(ended), "{effects:?}");
    let effects = remote.handle(Now(5), RemoteInput::Timer);
    assert!(matches!(effects[..], [RemoteEffect::Connect(Attempt(2), _)]));
}

#[test]
fn a_campaign_that_knows_the_host_date_from_before_is_free_up_to_it_without_a_bus() {
    let mut memento = Memento::default();
    memento.joined(Uuid::from_u128(4), date("3025-02-01"));
    memento.hosted(Uuid::from_u128(6), date("3025-03-01"));
    let gate = Remote::new(rules(), campaign(OWN), memento, 1).view().gate;
    assert_eq!(gate.may_advance(date("3025-01-31")), MayAdvance::Allowed);
    assert_eq!(gate.may_advance(date("3025-02-01")), MayAdvance::HostLost);
}

#[test]
fn the_memento_follows_the_host_date_of_the_session_that_was_joined_and_keeps_the_others() {
    let (joined, other) = (Uuid::from_u128(5), Uuid::from_u128(4));
    let mut memento = Memento::default();
    memento.joined(other, date("3025-02-01"));
    let mut remote = Remote::new(rules(), campaign(OWN), memento, 1);
    remote.handle(Now(0), RemoteInput::Start);
    assert_eq!(remote.memento().host_date(joined), None);
    remote.handle(Now(0), RemoteInput::ConnectAnswered(Attempt(1), Ok(Box::new(response()))));
    assert_eq!(remote.memento().host_date(joined), Some(date("3025-01-01")));
    remote.handle(Now(0), RemoteInput::BusAnswered(Attempt(1), Ok(())));
    host_date(&mut remote, "3025-01-09");
    assert_eq!(remote.memento().host_date(joined), Some(date("3025-01-09")));
    assert_eq!(remote.memento().host_date(other), Some(date("3025-02-01")));
    assert_eq!(remote.memento().last_joined_host_date(), Some(date("3025-01-09")));
}

#[test]
fn a_host_of_the_old_contract_is_remembered_by_its_campaign() {
    let remote = open_legacy();
    let host = campaign(HOST).id.to_uuid();
    assert_eq!(remote.memento().host_date(host), Some(date("3025-01-01")));
}

#[test]
fn a_host_that_is_refused_leaves_no_trace_in_the_memento() {
    let (remote, _) = answered(rules(), legacy_response());
    assert_eq!(remote.memento(), &Memento::default());
}

#[test]
fn who_is_ready_is_so_on_the_next_bus_as_well_until_the_host_has_passed_or_the_day_is_over() {
    let mut remote = open();
    remote.handle(Now(0), RemoteInput::Command(Command::Announce(Announcement::ReadyToAdvance)));
    assert!(remote.view().own.ready);
    let mut attempt = 1;
    let mut comes_back = |remote: &mut Remote| {
        let mut effects = remote.handle(Now(0), RemoteInput::BusEnded(Attempt(attempt), BusEnd::Reset));
        attempt += 1;
        let due = remote.due().expect("due");
        effects.extend(remote.handle(due, RemoteInput::Timer));
        let connected = RemoteInput::ConnectAnswered(Attempt(attempt), Ok(Box::new(response())));
        effects.extend(remote.handle(due, connected));
        effects.extend(remote.handle(due, RemoteInput::BusAnswered(Attempt(attempt), Ok(()))));
        sent(&effects).iter().filter(|&&name| name == "ReadyToAdvance").count()
    };
    assert_eq!(comes_back(&mut remote), 1);
    advance_to(&mut remote, "3025-01-02");
    assert!(!remote.view().own.ready);
    assert_eq!(comes_back(&mut remote), 0);
}

#[test]
fn the_hosts_own_standing_does_not_follow_its_date() {
    let mut remote = open();
    let before = remote.view().others[&campaign(HOST).id].status;
    host_date(&mut remote, "3025-01-02");
    assert_eq!(remote.view().others[&campaign(HOST).id].status, before);
    assert_eq!(remote.view().others[&campaign(2).id].status, CampaignStatus::Behind);
}

#[test]
fn continuing_without_a_host_ends_with_the_reconnect() {
    let mut remote = open();
    remote.handle(Now(0), RemoteInput::BusEnded(Attempt(1), BusEnd::Reset));
    remote.handle(Now(0), RemoteInput::Command(Command::ContinueWithoutHost(true)));
    let may_advance = |remote: &Remote| remote.view().gate.may_advance(date("3025-02-01"));
    assert_eq!(may_advance(&remote), MayAdvance::Allowed);
    let due = remote.due().expect("due");
    remote.handle(due, RemoteInput::Timer);
    remote.handle(due, RemoteInput::ConnectAnswered(Attempt(2), Ok(Box::new(response()))));
    remote.handle(due, RemoteInput::BusAnswered(Attempt(2), Ok(())));
    assert_eq!(may_advance(&remote), MayAdvance::AheadOfHost);
    remote.handle(due, RemoteInput::BusEnded(Attempt(2), BusEnd::Reset));
    assert_eq!(may_advance(&remote), MayAdvance::HostLost);
}

#[test]
fn a_jump_without_gm_mode_is_refused_before_anything_changes() {
    let mut remote = open();
    host_date(&mut remote, "3025-02-01");
    let jump = Announcement::DateChanged { date: date("3025-02-01"), jump: true };
    let effects = remote.handle(Now(0), RemoteInput::Command(Command::Announce(jump.clone())));
    assert!(matches!(emitted(&effects)[..], [Event::Refused(refused)] if refused.code == ErrorCode::Forbidden));
    assert_eq!((sent(&effects).len(), remote.view().own.date), (0, campaign(OWN).date));
    remote.handle(Now(0), RemoteInput::Command(Command::Announce(Announcement::GmModeChanged(true))));
    let effects = remote.handle(Now(0), RemoteInput::Command(Command::Announce(jump)));
    assert_eq!(sent(&effects), ["CampaignDateChanged"]);
}

#[test]
fn what_nobody_would_hear_is_refused_while_the_host_is_out_of_reach() {
    let mut remote = open();
    remote.handle(Now(0), RemoteInput::BusEnded(Attempt(1), BusEnd::Reset));
    let ready = RemoteInput::Command(Command::Announce(Announcement::ReadyToAdvance));
    let effects = remote.handle(Now(0), ready);
    assert!(matches!(emitted(&effects)[..], [Event::Refused(refused)] if refused.code == ErrorCode::HostLost));
}

#[test]
fn what_has_changed_while_the_link_was_lost_is_told_after_the_reconnect() {
    let mut remote = open();
    remote.handle(Now(0), RemoteInput::BusEnded(Attempt(1), BusEnd::Reset));
    let due = remote.due().expect("due");
    remote.handle(due, RemoteInput::Timer);
    let moved = CampaignDetails { date: date("3025-06-01"), ..response().campaigns[0].clone() };
    let later = JoinResponse { campaigns: vec![moved], ..response() };
    remote.handle(due, RemoteInput::ConnectAnswered(Attempt(2), Ok(Box::new(later))));
    let effects = remote.handle(due, RemoteInput::BusAnswered(Attempt(2), Ok(())));
    assert!(matches!(emitted(&effects)[..2], [Event::Connected { .. }, Event::CampaignDateChanged(_)]));
}

#[test]
fn continuing_without_a_host_cannot_be_chosen_while_it_is_there() {
    let mut remote = open();
    remote.handle(Now(0), RemoteInput::Command(Command::ContinueWithoutHost(true)));
    remote.handle(Now(0), RemoteInput::BusEnded(Attempt(1), BusEnd::Reset));
    assert_eq!(remote.view().gate.may_advance(date("3025-02-01")), MayAdvance::HostLost);
}
