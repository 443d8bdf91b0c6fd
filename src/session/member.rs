// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "roster": who belongs to a session and who does not: campaign keys, bans, retirements (protocol.md section 2,
//! points 6 and 9).

use std::collections::BTreeMap;

use crate::protocol::key::CampaignKeyDigest;
use crate::protocol::member::{Membership, MembershipChanged, Reason};
use crate::protocol::{CampaignDetails, CampaignId};

/// What a host knows of one campaign's membership.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Member {
    /// What the campaign proves itself with.
    pub key: Option<CampaignKeyDigest>,
    /// It may not join, and why.
    pub banned: Option<Reason>,
    /// It has left for good.
    pub retired: Option<Retirement>,
}

/// A campaign that has left for good.
#[derive(Debug, Clone, PartialEq)]
pub struct Retirement {
    /// Why.
    pub reason: Reason,
    /// The campaign as it was last known, if it was.
    pub details: Option<CampaignDetails>,
}

/// Everyone of whom something was decided or bound.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Members {
    by_campaign: BTreeMap<CampaignId, Member>,
}

impl Members {
    /// One campaign's membership; none where nothing was ever decided or bound.
    pub fn get(&self, campaign: CampaignId) -> Option<&Member> {
        self.by_campaign.get(&campaign)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (CampaignId, &Member)> {
        self.by_campaign.iter().map(|(&campaign, member)| (campaign, member))
    }

    /// The key that a campaign is bound to.
    pub fn key_of(&self, campaign: CampaignId) -> Option<&CampaignKeyDigest> {
        self.get(campaign)?.key.as_ref()
    }

    /// Whether a campaign that shows this key is the one that is bound to it.
    pub fn proves(&self, campaign: CampaignId, key: Option<&CampaignKeyDigest>) -> bool {
        self.key_of(campaign).zip(key).is_some_and(|(bound, shown)| bound.matches(shown))
    }

    /// Why a campaign is banned.
    pub fn ban_of(&self, campaign: CampaignId) -> Option<&Reason> {
        self.get(campaign)?.banned.as_ref()
    }

    /// A campaign's retirement.
    pub fn retirement_of(&self, campaign: CampaignId) -> Option<&Retirement> {
        self.get(campaign)?.retired.as_ref()
    }

    /// From now on the campaign joins with this key only.
    pub fn bind(&mut self, campaign: CampaignId, key: CampaignKeyDigest) {
        self.by_campaign.entry(campaign).or_default().key = Some(key);
    }

    /// What is known of a retired campaign is another thing now.
    pub fn keep_retired(&mut self, details: &CampaignDetails) {
        let member = self.by_campaign.get_mut(&details.id);
        if let Some(retired) = member.and_then(|member| member.retired.as_mut()) {
            retired.details = Some(details.clone());
        }
    }

    /// Takes over a decision; `details` is what the roster knows of the campaign. Answers with the details of a campaign
    /// that is back.
    pub fn apply(&mut self, changed: MembershipChanged, details: Option<CampaignDetails>) -> Option<CampaignDetails> {
        let MembershipChanged { campaign, change, reason } = changed;
        let member = self.by_campaign.entry(campaign).or_default();
        let mut back = None;
        match change {
            Membership::Kicked => {}
            Membership::Banned => member.banned = Some(reason),
            Membership::Unbanned => member.banned = None,
            Membership::Retired => member.retired = Some(Retirement { reason, details }),
            Membership::Readmitted => back = member.retired.take().and_then(|retired| retired.details),
            Membership::KeyReset => member.key = None,
        }
        if *member == Member::default() {
            self.by_campaign.remove(&campaign);
        }
        back
    }
}
