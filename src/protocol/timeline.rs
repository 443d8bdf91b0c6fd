// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "timeline": dates (protocol.md section 3).

use super::count::{self, Shape};
use super::domain::{CampaignDate, CampaignId};
use super::message::{Metadata, Payload};
use super::proto;
use super::refusal::Invalid;

/// A campaign stands on another day.
#[derive(Debug, Clone, PartialEq)]
pub struct CampaignDateChanged {
    /// Whose.
    pub campaign: CampaignId,
    /// The date from now on.
    pub date: CampaignDate,
    /// The campaign, in GM mode, skipped the days up to the host date.
    pub jump: bool,
}

/// Key of the metadata that says so.
const JUMP: &str = "jump";

impl Payload for CampaignDateChanged {
    type Proto = proto::CampaignDateChanged;
    const SHAPE: &'static Shape = &count::CAMPAIGN_DATE_CHANGED;
    const LEGACY: bool = true;

    fn check(proto: proto::CampaignDateChanged) -> Result<Self, Invalid> {
        let (campaign, date) = (CampaignId::parse("id", &proto.id)?, CampaignDate::parse("date", &proto.date)?);
        Ok(Self { campaign, date, jump: false })
    }

    fn to_proto(&self) -> proto::CampaignDateChanged {
        proto::CampaignDateChanged { id: self.campaign.to_string(), date: self.date.to_string() }
    }

    fn campaign(&self) -> Option<CampaignId> {
        Some(self.campaign)
    }

    fn metadata(&self) -> Metadata {
        if self.jump { Metadata::from([(JUMP.into(), "true".into())]) } else { Metadata::new() }
    }

    fn with_metadata(self, metadata: &Metadata) -> Result<Self, Invalid> {
        match metadata.get(JUMP).map(String::as_str) {
            None | Some("false") => Ok(self),
            Some("true") => Ok(Self { jump: true, ..self }),
            Some(_) => Err(Invalid::field("metadata.jump", "is neither true nor false")),
        }
    }
}

/// A remote campaign has done its day (protocol.md section 3).
#[derive(Debug, Clone, PartialEq)]
pub struct ReadyToAdvance {
    /// Whose.
    pub campaign: CampaignId,
    /// The date it stands on.
    pub date: CampaignDate,
}

impl Payload for ReadyToAdvance {
    type Proto = proto::ReadyToAdvance;
    const SHAPE: &'static Shape = &count::READY_TO_ADVANCE;
    const LEGACY: bool = false;

    fn check(proto: proto::ReadyToAdvance) -> Result<Self, Invalid> {
        Ok(Self { campaign: CampaignId::parse("id", &proto.id)?, date: CampaignDate::parse("date", &proto.date)? })
    }

    fn to_proto(&self) -> proto::ReadyToAdvance {
        proto::ReadyToAdvance { id: self.campaign.to_string(), date: self.date.to_string() }
    }

    fn campaign(&self) -> Option<CampaignId> {
        Some(self.campaign)
    }
}
