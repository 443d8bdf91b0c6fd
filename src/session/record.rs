// SPDX-License-Identifier: GPL-3.0-or-later
//! What a host keeps of a session, and the one way in which it changes what is kept (protocol.md section 5).
//!
//! Live operation and restart go through the same [`Host::apply`], so a restart cannot differ.

use super::host::{Host, HostEffect};
use crate::protocol::entry::{KeptLog, Record};
use crate::protocol::{CampaignDetails, CampaignId};

impl Host {
    /// Takes over a fact, live or from the ledger.
    pub fn apply(&mut self, record: Record) {
        match record {
            Record::CampaignRecorded(details) => self.apply_campaign(details),
            Record::TeamAssigned { campaign, team } => {
                self.teams.assign(campaign, team);
                self.state.roster.set_team(campaign, team);
            }
            Record::VisibilitySet(visibility) => self.visibility = visibility,
            Record::LogKept(KeptLog { log, recipients }) => {
                let host_date = self.recorded_host_date;
                for recipient in recipients {
                    self.backlog.keep(recipient, log.clone(), host_date);
                }
            }
            Record::LogDelivered { recipient, count } => {
                self.backlog.delivered(recipient, usize::try_from(count).unwrap_or(usize::MAX));
            }
            Record::HostDate(date) => self.recorded_host_date = Some(date),
        }
    }

    /// Where the own campaign stands is its save's to say, not the ledger's.
    fn apply_campaign(&mut self, details: CampaignDetails) {
        if details.id == self.id() {
            return;
        }
        self.timeline.seen(details.id, details.date);
        let active = self.buses.has_bus(details.id);
        self.state.roster.insert(CampaignDetails { active, ready: false, ..details });
        self.timeline.refresh(&mut self.state.roster);
    }

    /// Takes over a fact and has it kept.
    pub(super) fn record(&mut self, record: Record) {
        self.apply(record.clone());
        self.effects.push(HostEffect::Record(record));
    }

    /// Has a campaign kept as it is known now.
    pub(super) fn record_campaign(&mut self, campaign: CampaignId) {
        if let Some(details) = self.state.roster.get(campaign).cloned() {
            self.effects.push(HostEffect::Record(Record::CampaignRecorded(details)));
        }
    }

    /// Has the host date kept, by which old logs go.
    pub(super) fn record_host_date(&mut self) {
        let date = self.state.roster.own().date;
        if self.recorded_host_date != Some(date) {
            self.record(Record::HostDate(date));
        }
    }
}
