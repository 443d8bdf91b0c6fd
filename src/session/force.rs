// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "force": the last TOE that each campaign showed (protocol.md section 4).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::protocol::CampaignId;
pub use crate::protocol::entry::ToeVisibility as Visibility;
use crate::protocol::force::{Force, ToeUpdated};

/// The TOEs of all campaigns, the own one included. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Forces {
    by_campaign: Arc<BTreeMap<CampaignId, Force>>,
}

impl Forces {
    /// Keeps a TOE.
    pub fn update(&mut self, updated: &ToeUpdated) {
        Arc::make_mut(&mut self.by_campaign).insert(updated.campaign, updated.force.clone());
    }

    /// Forgets a TOE.
    pub fn remove(&mut self, campaign: CampaignId) {
        if self.by_campaign.contains_key(&campaign) {
            Arc::make_mut(&mut self.by_campaign).remove(&campaign);
        }
    }

    /// A campaign's last TOE.
    pub fn get(&self, campaign: CampaignId) -> Option<&Force> {
        self.by_campaign.get(&campaign)
    }

    /// Whose TOEs are known.
    pub fn owners(&self) -> impl Iterator<Item = CampaignId> {
        self.by_campaign.keys().copied()
    }

    /// Those whose owner passes.
    pub fn visible(&self, sees: impl Fn(CampaignId) -> bool) -> Self {
        if self.owners().all(&sees) {
            return self.clone();
        }
        let visible = self.by_campaign.iter().filter(|(owner, _)| sees(**owner)).map(|(&id, f)| (id, f.clone()));
        Self { by_campaign: Arc::new(visible.collect()) }
    }

    /// Everyone's but `recipient`'s, as they are sent when its bus opens.
    pub fn without(&self, recipient: CampaignId) -> impl Iterator<Item = ToeUpdated> {
        self.by_campaign
            .iter()
            .filter(move |(campaign, _)| **campaign != recipient)
            .map(|(&campaign, force)| ToeUpdated { campaign, force: force.clone() })
    }
}
