// SPDX-License-Identifier: GPL-3.0-or-later
//! Who may join (protocol.md section 2, points 3 to 9). What is said depends on what the newcomer has shown: nobody
//! learns of campaigns before the password, nor of a campaign's own affairs before its key.

use core::net::IpAddr;
use std::time::Duration;

use super::Now;
use super::guesses::Guesser;
use super::host::Host;
use super::host_join::Newcomer;
use super::host_member::shut_out;
use crate::protocol::handshake::JoinRequest;
use crate::protocol::member::Membership;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{CampaignId, PROTOCOL_MAJOR, Refusal};

impl Host {
    /// Whether a newcomer may join as things stand.
    pub(super) fn check_join(&mut self, now: Now, newcomer: &Newcomer) -> Result<(), Refusal> {
        let Newcomer { address, request, .. } = newcomer;
        self.check_peer(request)?;
        self.check_password(now, *address, request)?;
        self.check_guest(request)
    }

    /// What may be said to anybody.
    fn check_peer(&self, request: &JoinRequest) -> Result<(), Refusal> {
        let refuse = |code, reason: String| Err(Refusal::new(code, reason));
        if self.closing {
            return refuse(ErrorCode::SessionClosed, "the host is closing the session".into());
        }
        if request.protocol == 0 && !self.rules.allow_legacy_peers {
            return refuse(ErrorCode::LegacyNotAllowed, "this host does not serve peers of the old contract".into());
        }
        if request.protocol != 0 && request.protocol != PROTOCOL_MAJOR {
            let theirs = request.protocol;
            let reason = format!("the host speaks protocol {PROTOCOL_MAJOR}, the remote campaign protocol {theirs}");
            return refuse(ErrorCode::VersionMismatch, reason);
        }
        Ok(())
    }

    /// A wrong password is looked at a few times a minute only. Who gives none guesses nothing.
    fn check_password(&mut self, now: Now, address: IpAddr, request: &JoinRequest) -> Result<(), Refusal> {
        let Some(wanted) = &self.password else { return Ok(()) };
        let wrong = || Refusal::new(ErrorCode::BadPassword, "the password is missing or wrong");
        let given = request.password.as_ref().ok_or_else(wrong)?;
        let campaign = request.details.id;
        let guesser = if self.members.proves(campaign, request.key.as_ref()) {
            Guesser::Member(campaign)
        } else {
            Guesser::Stranger(address.into())
        };
        self.guesses.check(now, guesser).map_err(back_off)?;
        if given.matches(wanted) {
            return Ok(());
        }
        self.guesses.failed(now, guesser);
        Err(wrong())
    }

    /// What is said to those who know the password only.
    pub(super) fn check_guest(&self, request: &JoinRequest) -> Result<(), Refusal> {
        if !self.rules.version_rule.accepts(&self.rules.version, &request.version) {
            let (ours, theirs) = (&self.rules.version, &request.version);
            let reason = format!("the host runs MekHQ {ours}, the remote campaign MekHQ {theirs}");
            return Err(Refusal::new(ErrorCode::VersionMismatch, reason));
        }
        self.check_place(request.details.id)?;
        self.check_identity(request)?;
        self.check_membership(request.details.id)?;
        self.check_room(request.details.id)
    }

    /// Whoever came first under an id is the one who may come again (section 2, point 6).
    fn check_identity(&self, request: &JoinRequest) -> Result<(), Refusal> {
        let campaign = request.details.id;
        if self.members.key_of(campaign).is_none() || self.members.proves(campaign, request.key.as_ref()) {
            return Ok(());
        }
        let reason = "this host knows the campaign by another key: join from the computer and user account that joined \
                      first, import the key from there, or ask the host to reset it";
        Err(Refusal::new(ErrorCode::IdentityMismatch, reason))
    }

    fn check_membership(&self, campaign: CampaignId) -> Result<(), Refusal> {
        if let Some(reason) = self.members.ban_of(campaign) {
            return Err(shut_out(Membership::Banned, reason));
        }
        match self.members.retirement_of(campaign) {
            Some(retired) => Err(shut_out(Membership::Retired, &retired.reason)),
            None => Ok(()),
        }
    }

    fn check_place(&self, campaign: CampaignId) -> Result<(), Refusal> {
        if campaign == self.id() {
            let reason = "this is the host campaign's own id: a copy of its save cannot join it";
            return Err(Refusal::new(ErrorCode::InvalidArgument, reason));
        }
        Ok(())
    }

    pub(super) fn check_room(&self, campaign: CampaignId) -> Result<(), Refusal> {
        let newcomers =
            self.buses.admitted().filter(|&id| id != campaign && self.state.roster.get(id).is_none()).count();
        if self.state.roster.get(campaign).is_none() && self.state.roster.len() + newcomers >= self.campaigns_max {
            let reason = format!("the host takes {} campaigns, and has them", self.campaigns_max);
            return Err(Refusal::new(ErrorCode::HostFull, reason));
        }
        Ok(())
    }
}

fn back_off(wait: Duration) -> Refusal {
    let seconds = wait.as_millis().div_ceil(1_000);
    let reason = format!(
        "too many wrong passwords came from this network address: try again in {seconds} s (a campaign that joined \
         before, from the same computer, need not wait)"
    );
    Refusal::new(ErrorCode::BackOff, reason)
}
