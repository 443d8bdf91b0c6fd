// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "timeline": dates (protocol.md section 1).

use super::count::{self, Shape};
use super::domain::{CampaignDate, CampaignId};
use super::message::Payload;
use super::proto;
use super::refusal::Invalid;

/// A campaign stands on another day.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignDateChanged {
    /// Whose.
    pub campaign: CampaignId,
    /// The date from now on.
    pub date: CampaignDate,
}

impl Payload for CampaignDateChanged {
    type Proto = proto::CampaignDateChanged;
    const SHAPE: &'static Shape = &count::CAMPAIGN_DATE_CHANGED;
    const LEGACY: bool = true;

    fn check(proto: proto::CampaignDateChanged) -> Result<Self, Invalid> {
        Ok(Self { campaign: CampaignId::parse("id", &proto.id)?, date: CampaignDate::parse("date", &proto.date)? })
    }

    fn to_proto(&self) -> proto::CampaignDateChanged {
        proto::CampaignDateChanged { id: self.campaign.to_string(), date: self.date.to_string() }
    }

    fn campaign(&self) -> Option<CampaignId> {
        Some(self.campaign)
    }
}
