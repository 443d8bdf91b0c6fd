// SPDX-License-Identifier: GPL-3.0-or-later
//! What a remote campaign tells of itself, and what it learns of the others (protocol.md sections 3 and 4).

use uuid::Uuid;

use super::remote::{Phase, Remote, RemoteEffect};
use super::roster::Difference;
use super::state::event_of;
use super::{Announcement, EndCause, Event, Now, timeline};
use crate::protocol::domain::CampaignStatus;
use crate::protocol::force::ToeUpdated;
use crate::protocol::handshake::JoinResponse;
use crate::protocol::link::{Pong, Refused};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::timeline::{CampaignDateChanged, ReadyToAdvance};
use crate::protocol::{BusMessage, CampaignDate, CampaignDetails, CampaignId};

/// What the memento knows a session by. A host of the old contract names none: its campaign stands for it.
fn session_of(host: &JoinResponse) -> Uuid {
    host.session.unwrap_or_else(|| host.host.id.to_uuid())
}

impl Remote {
    /// The session that was joined, as the memento knows it; none before the host was reached.
    pub fn session(&self) -> Option<Uuid> {
        let session = session_of(self.host.as_ref()?);
        self.memento.host_date(session).map(|_| session)
    }

    pub(super) fn host_joined(&mut self, host: &JoinResponse) {
        let session = session_of(host);
        // Another session has other teams.
        if self.host.as_ref().is_some_and(|before| session_of(before) != session) {
            self.give_up_logs();
        }
        self.memento.joined(session, host.host.date);
        self.gate.host_date = Some(host.host.date);
    }

    pub(super) fn opened(&mut self) {
        self.phase = Phase::Open;
        self.gate.connected = true;
        // The choice was for this absence of the host; the next one asks anew.
        self.gate.without_host = false;
        self.was_open = true;
        let Some(host) = &self.host else { return };
        let connected = Event::Connected {
            roster: self.view(),
            session: host.session,
            host_version: host.version.clone(),
            legacy_host: host.protocol == 0,
        };
        self.effects.push(RemoteEffect::Emit(connected));
        let missed = std::mem::take(&mut self.missed);
        self.emit_differences(missed);
        self.send_logs_again();
        self.tell_readiness();
        let campaign = self.id();
        if let Some(force) = self.state.forces.get(campaign).cloned() {
            self.send(ToeUpdated { campaign, force });
        }
        self.open_books();
    }

    /// The host date is what the host itself last said, whatever else is known of it.
    pub(super) fn host_date_heard(&mut self, date: CampaignDate) {
        if let Some(host) = &self.host {
            self.memento.host_date_heard(session_of(host), date);
        }
        self.gate.host_date = Some(date);
        let own = self.state.roster.own();
        if own.date < date {
            let own = own.id;
            self.state.roster.set_ready(own, false);
        }
    }

    pub(super) fn redistributed(&mut self, now: Now, message: &BusMessage) {
        let known = message.campaign().is_some_and(|campaign| self.state.roster.get(campaign).is_some());
        if !known {
            self.statistics.ignored += 1;
            // A newcomer that the host has not told of yet: the answer to a ping brings the whole roster.
            if message.campaign() != Some(self.id()) && self.heartbeat.as_ref().is_some_and(|h| !h.is_waiting()) {
                self.ping(now);
            }
            return;
        }
        if let BusMessage::CampaignDateChanged(changed) = message {
            self.date_redistributed(changed);
        }
        if let Some(event) = self.state.apply(message) {
            self.effects.push(RemoteEffect::Emit(event));
        }
    }

    /// Until the next roster comes, the standing that a new date leads to is worked out here.
    pub(super) fn date_redistributed(&mut self, changed: &CampaignDateChanged) {
        let from_host = self.host_id() == Some(changed.campaign);
        if from_host {
            self.host_date_heard(changed.date);
        }
        let Some(host_date) = self.gate.host_date else { return };
        let stands: Vec<_> = self
            .state
            .roster
            .others()
            // The host stands to itself in no way at all.
            .filter(|details| Some(details.id) != self.host_id())
            .filter(|details| from_host || details.id == changed.campaign)
            .map(|details| (details.id, if from_host { details.date } else { changed.date }, details.status))
            .collect();
        for (campaign, date, before) in stands {
            let standing = match timeline::status(date, host_date, date) {
                // Only the host knows how far it had been.
                CampaignStatus::Behind if before == CampaignStatus::Rewound => before,
                standing => standing,
            };
            self.state.roster.set_status(campaign, standing);
        }
    }

    pub(super) fn ponged(&mut self, now: Now, pong: Pong) {
        self.statistics.malformed += pong.malformed as u64;
        self.backoff.reset();
        let was_inactive = !pong.unasked && self.heartbeat.as_mut().is_some_and(|heartbeat| heartbeat.ponged(now));
        let back = self.host_id().filter(|&host| was_inactive && self.state.roster.set_active(host, true));
        if let Some(host) = back {
            self.emit_presence(host, None);
        }
        self.logs_arrived(now);
        self.absorb_host(&pong.campaign);
        if pong.roster_revision == 0 || pong.roster_revision != self.known_revision {
            self.known_revision = pong.roster_revision;
            self.replace_roster(pong.campaigns);
        }
    }

    pub(super) fn replace_roster(&mut self, campaigns: Vec<CampaignDetails>) {
        let host = self.host_id().and_then(|host| self.state.roster.get(host)).cloned();
        let differences = self.state.roster.replace(campaigns.into_iter().chain(host));
        self.emit_differences(differences);
        // Who has left the roster altogether has retired, perhaps while this campaign was away.
        let gone = self.state.forces.owners().filter(|&owner| self.state.roster.get(owner).is_none());
        self.toes_hidden(gone.collect());
    }

    pub(super) fn emit_differences(&mut self, differences: Vec<Difference>) {
        for difference in differences {
            let event = match difference {
                Difference::Joined(details) => Some(Event::CampaignJoined(details)),
                Difference::Left(campaign) => {
                    Some(Event::CampaignLeft { campaign, cause: EndCause::Unknown, reason: String::new() })
                }
                Difference::Changed(message) => event_of(&message),
                Difference::Standing(campaign, standing) => Some(Event::StandingChanged { campaign, standing }),
            };
            self.effects.extend(event.map(RemoteEffect::Emit));
        }
    }

    /// The host's own details stand in each of its pings and pongs.
    pub(super) fn absorb_host(&mut self, said: &CampaignDetails) {
        if Some(said.id) != self.host_id() {
            self.statistics.not_yours += 1;
            return;
        }
        self.host_date_heard(said.date);
        let events = self.state.roster.absorb(said);
        self.effects.extend(events.iter().filter_map(event_of).map(RemoteEffect::Emit));
    }

    pub(super) fn announce(&mut self, now: Now, announcement: Announcement) {
        let refusal = match announcement {
            // Not even recorded here, or the next ping would carry the date past the host's refusal.
            Announcement::DateChanged { jump: true, .. } if !self.state.roster.own().gm_mode => {
                Some(("CampaignDateChanged", ErrorCode::Forbidden, "only a campaign in GM mode may jump"))
            }
            Announcement::DailyLog { .. } if self.phase != Phase::Open => {
                Some(("DailyLog", ErrorCode::HostLost, "the host is out of reach"))
            }
            Announcement::ReadyToAdvance if self.phase != Phase::Open => {
                Some(("ReadyToAdvance", ErrorCode::HostLost, "the host is out of reach"))
            }
            Announcement::DailyLog { .. } if self.is_legacy() => {
                Some(("DailyLog", ErrorCode::UnsupportedByHost, "the host is of the old contract"))
            }
            Announcement::ReadyToAdvance if self.is_legacy() => {
                Some(("ReadyToAdvance", ErrorCode::UnsupportedByHost, "the host is of the old contract"))
            }
            _ => None,
        };
        if let Some((refused, code, reason)) = refusal {
            let (request, revision) = (String::new(), 0);
            let refused =
                Refused { request, code, reason: reason.into(), revision, refused: refused.into(), withdrawal: false };
            return self.effects.push(RemoteEffect::Emit(Event::Refused(refused)));
        }
        match self.state.announce(announcement) {
            BusMessage::DailyLog(log) => self.send_log(now, log),
            BusMessage::ReadyToAdvance(ready) => {
                self.state.roster.set_ready(ready.campaign, true);
                self.send(ready);
            }
            message => self.send(message),
        }
    }

    /// Readiness is for a day, not for a bus: the host that lost the one hears of the other again.
    fn tell_readiness(&mut self) {
        let own = self.state.roster.own();
        if own.ready {
            let (campaign, date) = (own.id, own.date);
            self.send(ReadyToAdvance { campaign, date });
        }
    }

    /// The own TOE is nobody's to hide.
    pub(super) fn toes_hidden(&mut self, campaigns: Vec<CampaignId>) {
        let own = self.id();
        for campaign in campaigns.into_iter().filter(|&campaign| campaign != own) {
            if self.state.forces.get(campaign).is_some() {
                self.state.forces.remove(campaign);
                self.effects.push(RemoteEffect::Emit(Event::ToeHidden(campaign)));
            }
        }
    }

    pub(super) fn emit_presence(&mut self, campaign: CampaignId, left: Option<EndCause>) {
        let Some(campaign) = self.state.roster.get(campaign).cloned() else { return };
        self.effects.push(RemoteEffect::Emit(match left {
            None => Event::CampaignJoined(campaign),
            Some(cause) => Event::CampaignLeft { campaign, cause, reason: "no answer to pings".into() },
        }));
    }
}
