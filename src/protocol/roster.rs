// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "roster": GM mode and location (protocol.md section 1).

use super::count::{self, Shape};
use super::domain::{CampaignId, Text};
use super::message::Payload;
use super::proto;
use super::refusal::Invalid;

/// A campaign entered or left GM mode.
#[derive(Debug, Clone, PartialEq)]
pub struct GmModeChanged {
    /// Whose.
    pub campaign: CampaignId,
    /// The mode from now on.
    pub gm_mode: bool,
}

impl Payload for GmModeChanged {
    type Proto = proto::GmModeChanged;
    const SHAPE: &'static Shape = &count::GM_MODE_CHANGED;
    const LEGACY: bool = true;

    fn check(proto: proto::GmModeChanged) -> Result<Self, Invalid> {
        Ok(Self { campaign: CampaignId::parse("id", &proto.id)?, gm_mode: proto.value })
    }

    fn to_proto(&self) -> proto::GmModeChanged {
        proto::GmModeChanged { id: self.campaign.to_string(), value: self.gm_mode }
    }

    fn campaign(&self) -> Option<CampaignId> {
        Some(self.campaign)
    }
}

/// A campaign is in another planetary system.
#[derive(Debug, Clone, PartialEq)]
pub struct LocationChanged {
    /// Whose.
    pub campaign: CampaignId,
    /// MekHQ's id of the system.
    pub location: Text,
    /// The movement was a GM's doing, not a journey.
    pub gm_movement: bool,
}

impl Payload for LocationChanged {
    type Proto = proto::LocationChanged;
    const SHAPE: &'static Shape = &count::LOCATION_CHANGED;
    const LEGACY: bool = true;

    fn check(proto: proto::LocationChanged) -> Result<Self, Invalid> {
        Ok(Self {
            campaign: CampaignId::parse("id", &proto.id)?,
            location: Text::parse("location", &proto.location)?,
            gm_movement: proto.is_gm_movement,
        })
    }

    fn to_proto(&self) -> proto::LocationChanged {
        proto::LocationChanged {
            id: self.campaign.to_string(),
            location: self.location.as_str().to_owned(),
            is_gm_movement: self.gm_movement,
        }
    }

    fn campaign(&self) -> Option<CampaignId> {
        Some(self.campaign)
    }
}
