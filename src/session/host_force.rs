// SPDX-License-Identifier: GPL-3.0-or-later
//! Who is shown whose TOE by the host (protocol.md section 4).

use std::collections::{BTreeMap, BTreeSet};

use super::Event;
use super::force::Visibility;
use super::host::{BusId, Host, HostEffect};
use crate::protocol::CampaignId;
use crate::protocol::entry::Record;
use crate::protocol::force::{ToeHidden, ToeUpdated};

impl Host {
    pub(super) fn toe_updated(&mut self, updated: ToeUpdated) {
        self.state.forces.update(&updated);
        if self.sees(self.id(), updated.campaign) {
            self.effects.push(HostEffect::Emit(Event::ToeUpdated(updated.clone())));
        }
        let to = self.buses_seeing(updated.campaign);
        self.send(to, updated);
    }

    /// Whether a campaign may see another one's TOE.
    pub(super) fn sees(&self, viewer: CampaignId, owner: CampaignId) -> bool {
        let everyone = self.visibility == Visibility::Everyone;
        viewer == owner || everyone || self.teams.are_teammates(viewer, owner)
    }

    pub(super) fn buses_seeing(&self, owner: CampaignId) -> Vec<BusId> {
        let sees = |campaign| campaign != owner && self.sees(campaign, owner);
        self.buses.iter().filter(|(_, bus)| sees(bus.campaign)).map(|(id, _)| id).collect()
    }

    pub(super) fn send_visible_forces(&mut self, bus: BusId, viewer: CampaignId) {
        let visible: Vec<_> =
            self.state.forces.without(viewer).filter(|updated| self.sees(viewer, updated.campaign)).collect();
        for updated in visible {
            self.send(vec![bus], updated);
        }
    }

    /// The host's player says who may see TOEs.
    pub(super) fn visibility_ordered(&mut self, visibility: Visibility) {
        if self.visibility == visibility {
            return;
        }
        if let Err(refusal) = self.ledger.check_writable() {
            return self.refuse_own("TOEUpdated", refusal);
        }
        let before = self.visible_pairs();
        self.record(Record::VisibilitySet(visibility));
        self.tell_visibility(&before);
    }

    /// Who of those who are there may see whose TOE. Of everyone's, known to this host or not: who is there may have it
    /// from before a restart.
    pub(super) fn visible_pairs(&self) -> BTreeSet<(CampaignId, CampaignId)> {
        let viewers: Vec<_> = self.buses.iter().map(|(_, bus)| bus.campaign).chain([self.id()]).collect();
        let owners: Vec<_> = self.state.roster.others().map(|details| details.id).chain([self.id()]).collect();
        let pairs = viewers.iter().flat_map(|&viewer| owners.iter().map(move |&owner| (viewer, owner)));
        pairs.filter(|&(viewer, owner)| viewer != owner && self.sees(viewer, owner)).collect()
    }

    /// What has become visible is shown, and what no longer is, is to be forgotten.
    pub(super) fn tell_visibility(&mut self, before: &BTreeSet<(CampaignId, CampaignId)>) {
        let now = self.visible_pairs();
        let mut hidden = BTreeMap::<_, Vec<_>>::new();
        for &(viewer, owner) in before.difference(&now) {
            hidden.entry(viewer).or_default().push(owner);
        }
        for (viewer, campaigns) in hidden {
            self.hide(viewer, campaigns);
        }
        for &(viewer, owner) in now.difference(before) {
            let Some(force) = self.state.forces.get(owner).cloned() else { continue };
            let updated = ToeUpdated { campaign: owner, force };
            match self.buses.bus_of(viewer) {
                Some(bus) => self.send(vec![bus], updated),
                None => self.effects.push(HostEffect::Emit(Event::ToeUpdated(updated))),
            }
        }
    }

    fn hide(&mut self, viewer: CampaignId, campaigns: Vec<CampaignId>) {
        if viewer == self.id() {
            // The TOE of who has retired is forgotten already.
            let gone = |owner| self.state.roster.get(owner).is_none();
            let had = campaigns.into_iter().filter(|&owner| self.state.forces.get(owner).is_some() || gone(owner));
            self.effects.extend(had.map(|owner| HostEffect::Emit(Event::ToeHidden(owner))));
        } else if let Some(bus) = self.buses.bus_of(viewer) {
            self.send(vec![bus], ToeHidden { campaigns });
        }
    }

    /// On a bus that opens: what the campaign may have seen before and may not see now. Which TOEs it has, only it knows.
    pub(super) fn tell_hidden_forces(&mut self, viewer: CampaignId) {
        let everyone = self.state.roster.others().map(|details| details.id).chain([self.id()]);
        let hidden: Vec<_> = everyone.filter(|&owner| !self.sees(viewer, owner)).collect();
        if !hidden.is_empty() {
            self.hide(viewer, hidden);
        }
    }
}
