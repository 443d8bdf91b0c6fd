// SPDX-License-Identifier: GPL-3.0-or-later
//! What the host's player decides about who belongs to the session (protocol.md section 2, point 9).

use std::sync::Arc;

use super::Event;
use super::host::{Host, HostEffect};
use super::roster::RosterView;
use crate::protocol::entry::Record;
use crate::protocol::link::GoodbyeCode;
use crate::protocol::member::{Membership, MembershipChanged, Reason};
use crate::protocol::refusal::{ErrorCode, Invalid};
use crate::protocol::{CampaignDetails, CampaignId, Refusal};

/// Whether a decision about a campaign makes sense to a host that sees things so.
pub fn check_decision(changed: &MembershipChanged, view: &RosterView) -> Result<(), Refusal> {
    let refuse = |problem: &str| Err(Invalid::field("campaign", problem).into());
    let MembershipChanged { campaign, change, .. } = changed;
    let on_roster = view.others.contains_key(campaign);
    let member = view.members.get(*campaign);
    if *campaign == view.own.id {
        return refuse("is the host campaign itself");
    }
    // A kick is over when the process is; everything else must outlive it.
    if *change != Membership::Kicked {
        view.ledger.check_writable()?;
    }
    match change {
        Membership::Kicked | Membership::Retired if !on_roster => refuse("is not on the roster"),
        Membership::Banned if !on_roster && member.is_none() => refuse("is not known to this session"),
        Membership::Unbanned if member.is_none_or(|member| member.banned.is_none()) => refuse("is not banned"),
        Membership::Readmitted if member.is_none_or(|member| member.retired.is_none()) => refuse("has not retired"),
        Membership::KeyReset if member.is_none_or(|member| member.key.is_none()) => refuse("has no key"),
        _ => Ok(()),
    }
}

impl Host {
    /// The host's player decided about a campaign. What has become impossible since it was asked for is told.
    pub(super) fn decide(&mut self, changed: MembershipChanged) {
        if let Err(refusal) = self.check_decision(&changed) {
            return self.refuse_own("MembershipChanged", refusal);
        }
        // What was decided is kept before anybody hears of it, and the last state of a campaign that goes before that.
        if changed.change == Membership::Retired {
            self.record_campaign(changed.campaign);
        }
        let before = self.visible_pairs();
        self.record_if_possible(Record::MembershipChanged(changed.clone()));
        self.tell_visibility(&before);
        self.cancel_open(&changed);
        if matches!(changed.change, Membership::Retired | Membership::Readmitted) {
            self.roster_changed();
        }
        self.effects.push(HostEffect::Emit(Event::MembershipChanged(changed)));
    }

    fn check_decision(&self, changed: &MembershipChanged) -> Result<(), Refusal> {
        check_decision(changed, &self.view())?;
        if changed.change == Membership::Readmitted {
            self.check_room(changed.campaign)?;
        }
        Ok(())
    }

    /// What a campaign that was shut out has open ends here, room by room.
    fn cancel_open(&mut self, changed: &MembershipChanged) {
        let code = match changed.change {
            Membership::Banned => GoodbyeCode::Banned,
            Membership::Retired => GoodbyeCode::Retired,
            // Whoever holds a key that was reset must come anew, and may be another one than before.
            Membership::Kicked | Membership::KeyReset => GoodbyeCode::Kicked,
            Membership::Unbanned | Membership::Readmitted => return,
        };
        let campaign = changed.campaign;
        self.reject_requests_of(campaign, changed.change);
        // Link: a campaign on its way in goes no further.
        self.buses.forget_admission(campaign);
        if let Some(probe) = self.probes.remove(&campaign) {
            self.reply(probe.newcomer.call, Err(shut_out(changed.change, &changed.reason)));
        }
        let Some(bus) = self.buses.bus_of(campaign) else { return };
        match changed.change {
            Membership::Banned | Membership::Retired => self.dismiss(bus, code, changed.reason.as_str()),
            _ => self.say_goodbye(bus, code, changed.reason.as_str()),
        }
    }

    /// Takes over a decision, live or from the ledger.
    pub(super) fn apply_membership(&mut self, changed: MembershipChanged) {
        let MembershipChanged { campaign, change, .. } = changed;
        let retires = change == Membership::Retired;
        let details = if retires { self.state.roster.remove(campaign) } else { None };
        let back = Arc::make_mut(&mut self.members).apply(changed, details);
        if retires {
            self.teams.remove(campaign);
            self.state.forces.remove(campaign);
            self.backlog.remove(campaign);
        }
        if let Some(details) = back {
            self.state.roster.insert(CampaignDetails { active: false, ready: false, team: 0, ..details });
            self.timeline.refresh(&mut self.state.roster);
        }
    }

    /// Everyone learns who is on the roster now, and on which team.
    fn roster_changed(&mut self) {
        self.send_rosters(None);
        self.tell_teams();
    }

    /// A campaign on the roster, or one that has retired.
    pub(super) fn known(&self, campaign: CampaignId) -> Option<CampaignDetails> {
        let retired = || self.members.retirement_of(campaign).and_then(|retired| retired.details.as_ref());
        self.state.roster.get(campaign).or_else(retired).cloned()
    }
}

/// What a campaign that was shut out is told when it comes back: the reason that the host's player gave, whole, so that
/// its full length still fits. What it is a reason for, the code says.
pub(super) fn shut_out(change: Membership, reason: &Reason) -> Refusal {
    let code = match change {
        Membership::Banned => ErrorCode::Banned,
        Membership::Retired => ErrorCode::Retired,
        Membership::KeyReset => ErrorCode::IdentityMismatch,
        Membership::Kicked | Membership::Unbanned | Membership::Readmitted => ErrorCode::AlreadyConnected,
    };
    Refusal::new(code, reason.as_str())
}
