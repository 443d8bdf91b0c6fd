// SPDX-License-Identifier: GPL-3.0-or-later
//! What a host keeps of a session, and the one way in which it changes what is kept (protocol.md section 5).
//!
//! Live operation and restart go through the same [`Host::apply`], so a restart cannot differ.
//!
//! Presence and dates are recorded lazily: nobody waits for them, and while the ledger cannot be written they are left
//! out and recorded as they are then once it can. What is promised to somebody waits for the disk, and is refused
//! while there is none.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::host::{Host, HostEffect};
use super::{Event, Now};
use crate::protocol::entry::{KeptLog, Record};
use crate::protocol::member::Membership;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{CampaignDetails, CampaignId, Refusal};

/// How long a date, a place or a GM mode may be known without being recorded. In that time a campaign may pass many
/// days, of which the ledger holds the last: it grows by real time, not by campaign days.
const MOVED_FOR: Duration = Duration::from_secs(5 * 60);

/// Campaigns that are no longer as they were recorded.
#[derive(Debug, Default)]
pub(super) struct Moved {
    campaigns: BTreeSet<CampaignId>,
    due: Option<Now>,
}

impl Moved {
    /// A campaign told of a change.
    pub fn add(&mut self, campaign: CampaignId) {
        self.campaigns.insert(campaign);
    }

    /// After each step: the first change since the last recording sets the time of the next one.
    pub fn plan(&mut self, now: Now) {
        if self.due.is_none() && !self.campaigns.is_empty() {
            self.due = Some(now.after(MOVED_FOR));
        }
    }

    /// When they are to be recorded.
    pub fn due(&self) -> Option<Now> {
        self.due
    }
}

/// Whether a host's ledger can be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerState {
    /// It can.
    Writable,
    /// It cannot, for this reason.
    ReadOnly(String),
}

impl LedgerState {
    /// What must be recorded before it holds is refused while the ledger cannot be written.
    pub fn check_writable(&self) -> Result<(), Refusal> {
        match self {
            Self::Writable => Ok(()),
            Self::ReadOnly(reason) => {
                let reason = format!("the host cannot write its ledger at the moment: {reason}");
                Err(Refusal::new(ErrorCode::HostReadOnly, reason))
            }
        }
    }
}

/// Whether what follows a record in the effects of one input must wait until it is on the disk.
pub fn gates(record: &Record) -> bool {
    match record {
        Record::TeamAssigned { .. } | Record::VisibilitySet(_) | Record::CampaignKeyBound { .. } => true,
        Record::MembershipChanged(changed) => changed.change != Membership::Kicked,
        // What follows these waits for every record, see `HostEffect::AfterAll`.
        Record::TransferRequested { .. }
        | Record::TransferAccepted(_)
        | Record::TransferClosed { .. }
        | Record::QuarantineExited { .. }
        | Record::AdjustmentMade(_) => false,
        Record::CampaignRecorded(_) | Record::LogKept(_) | Record::LogDelivered { .. } | Record::HostDate(_) => false,
    }
}

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
                for recipient in recipients {
                    self.backlog.keep(recipient, log.clone());
                }
            }
            Record::LogDelivered { recipient, count } => {
                self.backlog.delivered(recipient, usize::try_from(count).unwrap_or(usize::MAX));
            }
            // Older ledgers hold it; the age of logs went by it.
            Record::HostDate(_) => {}
            Record::CampaignKeyBound { campaign, key } => Arc::make_mut(&mut self.members).bind(campaign, key),
            Record::MembershipChanged(changed) => self.apply_membership(changed),
            moved @ (Record::TransferRequested { .. }
            | Record::TransferAccepted(_)
            | Record::TransferClosed { .. }
            | Record::QuarantineExited { .. }
            | Record::AdjustmentMade(_)) => self.exchange.apply(&moved),
        }
    }

    /// Where the own campaign stands is its save's to say, not the ledger's.
    fn apply_campaign(&mut self, details: CampaignDetails) {
        if details.id == self.id() {
            return;
        }
        if self.members.retirement_of(details.id).is_some() {
            return Arc::make_mut(&mut self.members).keep_retired(&details);
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

    /// Has kept where campaigns have got to meanwhile, so that a host that dies remembers it but for a few minutes.
    pub(super) fn record_moved(&mut self, now: Now) {
        if self.moved.due.is_some_and(|due| due <= now) {
            for campaign in std::mem::take(&mut self.moved).campaigns {
                self.record_campaign(campaign);
            }
        }
    }

    /// Has a campaign kept as it is known now, or as it is known once the ledger can be written.
    pub(super) fn record_campaign(&mut self, campaign: CampaignId) {
        self.moved.campaigns.remove(&campaign);
        if self.is_read_only() {
            self.unrecorded.insert(campaign);
        } else if let Some(details) = self.state.roster.get(campaign).cloned() {
            self.effects.push(HostEffect::Record(Record::CampaignRecorded(details)));
        }
    }

    /// A campaign comes, perhaps for the first time. A newcomer gets a team of its own, which is told to everyone.
    pub(super) fn record_arrival(&mut self, details: CampaignDetails) {
        let campaign = details.id;
        self.apply(Record::CampaignRecorded(details));
        self.record_campaign(campaign);
        if self.teams.of(campaign).is_some() {
            return;
        }
        let team = self.teams.free();
        self.record_if_possible(Record::TeamAssigned { campaign, team });
    }

    /// Takes over a fact that holds in any case, and has it kept unless the ledger cannot be written.
    pub(super) fn record_if_possible(&mut self, record: Record) {
        if self.is_read_only() {
            self.apply(record);
        } else {
            self.record(record);
        }
    }

    /// Whether the ledger cannot be written.
    pub(super) fn is_read_only(&self) -> bool {
        self.ledger != LedgerState::Writable
    }

    /// The ledger can no longer be written, or can be again: then what was left out meanwhile is recorded.
    pub(super) fn ledger_changed(&mut self, ledger: LedgerState) {
        if self.ledger == ledger {
            return;
        }
        self.ledger = ledger.clone();
        self.effects.push(HostEffect::Emit(Event::LedgerChanged(ledger)));
        self.exchange_ledger_changed();
        if self.is_read_only() {
            return;
        }
        for campaign in std::mem::take(&mut self.unrecorded) {
            self.record_campaign(campaign);
            if let Some(key) = self.members.key_of(campaign).cloned() {
                self.record(Record::CampaignKeyBound { campaign, key });
            }
            if let Some(team) = self.teams.of(campaign) {
                self.record(Record::TeamAssigned { campaign, team });
            }
        }
    }
}
