// SPDX-License-Identifier: GPL-3.0-or-later
//! Events and state as they cross to Java (`proto/mekhqonline/bridge.proto`).

use prost::Message;

use crate::net::events::Dropped;
use crate::protocol::link::GoodbyeCode;
use crate::protocol::member::{Membership, MembershipChanged};
use crate::protocol::message::Payload;
use crate::protocol::proto::bridge;
use crate::protocol::{CampaignDetails, CampaignId};
use crate::session::member::Member;
use crate::session::roster::RosterView;
use crate::session::timeline::MayAdvance;
use crate::session::{EndCause, Event, LedgerState};

/// A batch of events, encoded.
pub fn batch(events: Vec<Event>) -> Vec<u8> {
    bridge::EventBatch { events: events.into_iter().map(event).collect() }.encode_to_vec()
}

fn event(event: Event) -> bridge::Event {
    use bridge::event::Event as Bridged;
    let bridged = match event {
        Event::Connected { roster, session, host_version, legacy_host } => Bridged::Connected(bridge::Connected {
            roster: Some(roster_state(&roster)),
            session: session.map(|id| id.to_string()).unwrap_or_default(),
            host_version,
            legacy_host,
        }),
        Event::ConnectFailed(refusal) => {
            Bridged::ConnectFailed(bridge::ConnectFailed { code: refusal.code.into(), reason: refusal.reason })
        }
        Event::HostDistrusted(distrust) => Bridged::HostDistrusted(bridge::HostDistrusted {
            address: distrust.address.to_string(),
            fingerprint: distrust.shown.to_string(),
            expected: distrust.expected.map(|expected| expected.to_string()).unwrap_or_default(),
        }),
        Event::Disconnected { cause, reason, reconnecting } => {
            Bridged::Disconnected(bridge::Disconnected { cause: end_cause(cause).into(), reason, reconnecting })
        }
        Event::CampaignJoined(details) => Bridged::CampaignJoined(details.to_proto()),
        Event::CampaignLeft { campaign, cause, reason } => Bridged::CampaignLeft(bridge::CampaignLeft {
            campaign: Some(campaign.to_proto()),
            cause: end_cause(cause).into(),
            reason,
        }),
        Event::CampaignDateChanged(changed) => Bridged::CampaignDateChanged(changed.to_proto()),
        Event::GmModeChanged(changed) => Bridged::GmModeChanged(changed.to_proto()),
        Event::LocationChanged(changed) => Bridged::LocationChanged(changed.to_proto()),
        Event::ToeUpdated(updated) => Bridged::ToeUpdated(updated.to_proto()),
        Event::ToeHidden(campaign) => Bridged::ToeHidden(campaign.to_string()),
        Event::StandingChanged { campaign, standing } => Bridged::StandingChanged(bridge::StandingChanged {
            campaign: campaign.to_string(),
            standing: standing.to_proto(),
        }),
        Event::TeamAssignment(assignment) => Bridged::TeamAssignment(assignment.to_proto()),
        Event::DailyLog(log) => Bridged::DailyLog(log.to_proto()),
        Event::ReadyToAdvance(ready) => Bridged::ReadyToAdvance(ready.to_proto()),
        Event::MembershipChanged(changed) => Bridged::MembershipChanged(membership_changed(&changed)),
        Event::MayAdvanceChanged(reason) => {
            Bridged::MayAdvanceChanged(bridge::MayAdvanceChanged { may_advance: may_advance(reason).into() })
        }
        Event::LedgerChanged(state) => Bridged::LedgerChanged(ledger_state(&state)),
        Event::Refused(refused) => Bridged::Refused(refused.to_proto()),
        Event::Resynchronised(roster) => Bridged::Resynchronised(roster_state(&roster)),
        // The queue of events has the former, and tells of it by the latter.
        Event::Books(_) | Event::BooksWaiting => Bridged::BooksWaiting(bridge::BooksWaiting {}),
        Event::Closed => Bridged::Closed(bridge::Closed {}),
    };
    bridge::Event { event: Some(bridged) }
}

/// Everyone on a host's roster, and those who have retired from it.
pub fn members(roster: &RosterView) -> bridge::Members {
    let retired = roster.members.iter().filter_map(|(_, member)| member.retired.as_ref()?.details.as_ref());
    let everyone = roster.others.values().map(AsRef::as_ref).chain(retired);
    bridge::Members { members: everyone.map(|details| member(details, roster.members.get(details.id))).collect() }
}

fn member(details: &CampaignDetails, known: Option<&Member>) -> bridge::Member {
    let banned = known.and_then(|member| member.banned.as_ref());
    let retired = known.and_then(|member| member.retired.as_ref());
    bridge::Member {
        campaign: Some(details.to_proto()),
        has_key: known.is_some_and(|member| member.key.is_some()),
        ban_reason: banned.map(|reason| reason.as_str().to_owned()).unwrap_or_default(),
        retirement_reason: retired.map(|retired| retired.reason.as_str().to_owned()).unwrap_or_default(),
    }
}

fn membership_changed(changed: &MembershipChanged) -> bridge::MembershipChanged {
    let change = match changed.change {
        Membership::Kicked => bridge::Membership::Kicked,
        Membership::Banned => bridge::Membership::Banned,
        Membership::Unbanned => bridge::Membership::Unbanned,
        Membership::Retired => bridge::Membership::Retired,
        Membership::Readmitted => bridge::Membership::Readmitted,
        Membership::KeyReset => bridge::Membership::KeyReset,
    };
    bridge::MembershipChanged {
        campaign: changed.campaign.to_string(),
        change: change.into(),
        reason: changed.reason.as_str().to_owned(),
    }
}

fn board_row((id, lag_days, reason): (CampaignId, i64, MayAdvance)) -> bridge::BoardRow {
    bridge::BoardRow { id: id.to_string(), lag_days, may_advance: may_advance(reason).into() }
}

fn ledger_state(state: &LedgerState) -> bridge::LedgerState {
    let read_only_reason = match state {
        LedgerState::Writable => String::new(),
        LedgerState::ReadOnly(reason) => reason.clone(),
    };
    bridge::LedgerState { read_only_reason }
}

/// Why a campaign may advance, or may not.
pub fn may_advance(reason: MayAdvance) -> bridge::MayAdvance {
    match reason {
        MayAdvance::Allowed => bridge::MayAdvance::Allowed,
        MayAdvance::WaitForHost => bridge::MayAdvance::WaitForHost,
        MayAdvance::AheadOfHost => bridge::MayAdvance::AheadOfHost,
        MayAdvance::HostLost => bridge::MayAdvance::HostLost,
        MayAdvance::ScenarioPending => bridge::MayAdvance::ScenarioPending,
    }
}

fn end_cause(cause: EndCause) -> bridge::EndCause {
    match cause {
        EndCause::Goodbye(code) => match code {
            GoodbyeCode::Unspecified => bridge::EndCause::Unspecified,
            GoodbyeCode::Leaving => bridge::EndCause::Leaving,
            GoodbyeCode::Kicked => bridge::EndCause::Kicked,
            GoodbyeCode::Banned => bridge::EndCause::Banned,
            GoodbyeCode::Retired => bridge::EndCause::Retired,
            GoodbyeCode::HostClosing => bridge::EndCause::HostClosing,
            GoodbyeCode::Superseded => bridge::EndCause::Superseded,
            GoodbyeCode::TooSlow => bridge::EndCause::TooSlow,
            GoodbyeCode::ProtocolError => bridge::EndCause::ProtocolError,
        },
        EndCause::Reset => bridge::EndCause::Reset,
        EndCause::TimedOut => bridge::EndCause::TimedOut,
        EndCause::Unknown => bridge::EndCause::Unspecified,
    }
}

/// What was dropped is the event queue's to count, not the rules'.
pub fn add_dropped(state: &mut bridge::RosterState, dropped: Dropped) {
    let statistics = state.statistics.get_or_insert_default();
    statistics.refusals_dropped = dropped.refusals;
    statistics.daily_logs_dropped = dropped.daily_logs;
}

/// Everyone a session knows of.
pub fn roster_state(roster: &RosterView) -> bridge::RosterState {
    let round_trip_us = |duration: std::time::Duration| duration.as_micros().try_into().unwrap_or(u64::MAX);
    let statistics = roster.statistics;
    bridge::RosterState {
        own: Some(roster.own.to_proto()),
        host: roster.host.map(|id| id.to_string()).unwrap_or_default(),
        campaigns: roster.others.values().map(|details| details.to_proto()).collect(),
        round_trip_us: roster.round_trips.iter().map(|&(id, trip)| (id.to_string(), round_trip_us(trip))).collect(),
        statistics: Some(bridge::Statistics {
            unknown_types: statistics.unknown_types,
            malformed: statistics.malformed,
            not_yours: statistics.not_yours,
            ignored: statistics.ignored,
            ..Default::default()
        }),
        connected: roster.connected(),
        host_date: roster.gate.host_date.map(|date| date.to_string()).unwrap_or_default(),
        timeline_date: roster.timeline_date().to_string(),
        board: roster.board().map(board_row).collect(),
        ledger: roster.gate.is_host.then(|| ledger_state(&roster.ledger)),
    }
}
