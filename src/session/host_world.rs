// SPDX-License-Identifier: GPL-3.0-or-later
//! What campaigns tell of themselves, judged by the host and passed on to those whom it concerns (protocol.md sections 3
//! and 4).

use super::host::{BusId, Host, HostEffect};
use super::state::Announcement;
use super::timeline::{Verdict, judge};
use super::{Event, Now};
use crate::protocol::entry::Record;
use crate::protocol::link::Refused;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::team::TeamAssignment;
use crate::protocol::timeline::{CampaignDateChanged, ReadyToAdvance};
use crate::protocol::{BusMessage, CampaignDate, CampaignId, Refusal};

impl Host {
    /// The own campaign tells of itself.
    pub(super) fn announce(&mut self, now: Now, announcement: Announcement) {
        match self.state.announce(announcement) {
            BusMessage::ToeUpdated(updated) => {
                let to = self.buses_seeing(updated.campaign);
                self.send(to, updated);
            }
            BusMessage::DailyLog(log) => self.daily_log(now, log),
            // The host waits for nobody.
            BusMessage::ReadyToAdvance(_) => {}
            message => {
                self.send(self.all_but(None), message);
                self.timeline.refresh(&mut self.state.roster);
            }
        }
    }

    pub(super) fn date_changed(&mut self, bus: BusId, changed: CampaignDateChanged) {
        let Some(details) = self.state.roster.get(changed.campaign) else { return };
        let verdict = judge(&changed, details.date, self.state.roster.own().date, details.gm_mode);
        // A peer of the old contract cannot be told to connect anew.
        let legacy = self.buses.get_mut(bus).is_some_and(|bus| bus.is_legacy());
        match verdict {
            Verdict::ResyncRequired if !legacy => return self.refuse_date(bus, resync_required()),
            Verdict::JumpForbidden => {
                let refusal = Refusal::new(ErrorCode::Forbidden, "only a campaign in GM mode may jump");
                return self.refuse_date(bus, refusal);
            }
            Verdict::Ahead => {
                let host_date = self.state.roster.own().date;
                let reason = format!("recorded, but past the host date {host_date}: wait until the host has passed it");
                self.refuse_date(bus, Refusal::new(ErrorCode::AheadOfHost, reason));
            }
            Verdict::Recorded | Verdict::ResyncRequired => {}
        }
        let (campaign, date) = (changed.campaign, changed.date);
        self.redistribute(bus, changed.into());
        self.dates_changed(campaign, date);
    }

    fn refuse_date(&mut self, bus: BusId, refusal: Refusal) {
        self.refuse(bus, "CampaignDateChanged".into(), refusal);
    }

    /// Brings everyone's standing up to date after one date has changed.
    pub(super) fn dates_changed(&mut self, campaign: CampaignId, date: CampaignDate) {
        self.timeline.seen(campaign, date);
        self.timeline.refresh(&mut self.state.roster);
    }

    pub(super) fn ready_to_advance(&mut self, ready: ReadyToAdvance) {
        let stands = self.state.roster.get(ready.campaign).map(|details| details.date);
        if stands != Some(ready.date) || ready.date < self.state.roster.own().date {
            self.statistics.ignored += 1;
            return;
        }
        self.state.roster.set_ready(ready.campaign, true);
        self.effects.push(HostEffect::Emit(Event::ReadyToAdvance(ready)));
    }

    /// To everyone but the sender, the host's own player included.
    pub(super) fn redistribute(&mut self, from: BusId, message: BusMessage) {
        if let Some(campaign) = message.campaign() {
            self.moved.add(campaign);
        }
        if let Some(event) = self.state.apply(&message) {
            self.effects.push(HostEffect::Emit(event));
        }
        let to = self.all_but(Some(from));
        self.send(to, message);
    }

    /// The host's player puts a campaign on a team. What is so already is told, but not recorded again.
    pub(super) fn team_ordered(&mut self, campaign: CampaignId, team: i32) {
        if let Err(refusal) = self.ledger.check_writable() {
            return self.refuse_own("TeamAssignment", refusal);
        }
        let before = self.visible_pairs();
        if self.teams.of(campaign) != Some(team) {
            self.record(Record::TeamAssigned { campaign, team });
        }
        self.tell_teams();
        self.tell_visibility(&before);
    }

    pub(super) fn tell_teams(&mut self) {
        let assignment = self.team_assignment();
        self.effects.push(HostEffect::Emit(Event::TeamAssignment(assignment.clone())));
        self.send(self.all_but(None), assignment);
    }

    /// What the host's own player asked for cannot be done.
    pub(super) fn refuse_own(&mut self, refused: &str, Refusal { code, reason }: Refusal) {
        let refused =
            Refused { request: String::new(), code, reason, revision: 0, refused: refused.into(), withdrawal: false };
        self.effects.push(HostEffect::Emit(Event::Refused(refused)));
    }

    pub(super) fn team_assignment(&self) -> TeamAssignment {
        TeamAssignment { teams: self.teams.all().collect() }
    }
}

/// A living bus does not go back in time: whoever loaded an older save connects anew.
pub(super) fn resync_required() -> Refusal {
    Refusal::new(ErrorCode::ResyncRequired, "the date went back: connect anew with the save that is loaded now")
}
