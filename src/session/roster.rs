// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "roster": everyone a session knows of, in GM mode or not, and where (protocol.md section 1).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::Statistics;
use super::member::Members;
use super::record::LedgerState;
use super::timeline::{Gate, MayAdvance, timeline_date};
use crate::protocol::domain::CampaignStatus;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::roster::{GmModeChanged, LocationChanged};
use crate::protocol::settlement::Standing;
use crate::protocol::timeline::CampaignDateChanged;
use crate::protocol::{BusMessage, CampaignDate, CampaignDetails, CampaignId, Refusal, Text};

/// The own campaign and all others. Inactive campaigns stay.
#[derive(Debug, Clone)]
pub struct Roster {
    own: Arc<CampaignDetails>,
    others: BTreeMap<CampaignId, Arc<CampaignDetails>>,
    revision: u64,
}

/// How a roster that arrived differs from the one that was known.
#[derive(Debug, Clone, PartialEq)]
pub enum Difference {
    /// A campaign became active.
    Joined(CampaignDetails),
    /// A campaign became inactive, or is gone.
    Left(CampaignDetails),
    /// A campaign's date, GM mode or location is another one; told as the message that would have said so.
    Changed(BusMessage),
    /// What a campaign's save could not apply is something else now.
    Standing(CampaignId, Arc<Standing>),
}

/// A look at a roster at one moment, cheap to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterView {
    /// The own campaign.
    pub own: Arc<CampaignDetails>,
    /// The host campaign, once known.
    pub host: Option<CampaignId>,
    /// Everyone else, by id.
    pub others: BTreeMap<CampaignId, Arc<CampaignDetails>>,
    /// The last measured round trips.
    pub round_trips: Vec<(CampaignId, Duration)>,
    /// Counts of what was passed over or refused.
    pub statistics: Statistics,
    /// What decides whether the own campaign may advance.
    pub gate: Gate,
    /// Whether the host's ledger can be written; a remote campaign knows nothing of it.
    pub ledger: LedgerState,
    /// Of whom the host's player decided something, or whose key is bound; a remote campaign knows nothing of it.
    pub members: Arc<Members>,
    /// The host is of the old contract.
    pub legacy_host: bool,
}

impl RosterView {
    /// A remote campaign's bus is open; always true on the host.
    pub fn connected(&self) -> bool {
        self.gate.is_host || self.gate.connected
    }

    /// How everyone but the host stands to the host date, the own campaign included: days of lag, and why it waits.
    pub fn board(&self) -> impl Iterator<Item = (CampaignId, i64, MayAdvance)> {
        let remotes = std::iter::once(&self.own).chain(self.others.values()).filter(|d| Some(d.id) != self.host);
        let host_date = self.gate.host_date;
        remotes.filter_map(move |details| {
            let host_date = host_date?;
            let others = Gate { host_date: Some(host_date), connected: details.active, ..Gate::default() };
            let gate = if details.id == self.own.id { self.gate } else { others };
            let lag_days = i64::from(host_date.to_epoch_day()) - i64::from(details.date.to_epoch_day());
            Some((details.id, lag_days, gate.may_advance(details.date)))
        })
    }

    /// Why nothing can be asked for where no host's word about settlements reaches the campaign.
    pub fn without_settlements(&self) -> Refusal {
        match self.connected() && self.legacy_host {
            true => Refusal::new(ErrorCode::UnsupportedByHost, "the host is of the old contract"),
            false => Refusal::new(ErrorCode::HostLost, "the host is out of reach"),
        }
    }

    /// The latest date among the connected campaigns, for display.
    pub fn timeline_date(&self) -> CampaignDate {
        timeline_date(self.own.date, self.others.values().map(|details| (details.active, details.date)))
    }
}

impl Roster {
    /// A roster of one.
    pub fn new(own: CampaignDetails) -> Self {
        Self { own: Arc::new(own), others: BTreeMap::new(), revision: 1 }
    }

    /// The own campaign.
    pub fn own(&self) -> &CampaignDetails {
        &self.own
    }

    /// Counts the changes; a roster of the same revision is the same roster.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many others there are, inactive ones too.
    pub fn len(&self) -> usize {
        self.others.len()
    }

    /// Whether nobody else is known.
    pub fn is_empty(&self) -> bool {
        self.others.is_empty()
    }

    /// One of the others.
    pub fn get(&self, id: CampaignId) -> Option<&CampaignDetails> {
        self.others.get(&id).map(Arc::as_ref)
    }

    /// Everyone else but `recipient`: the roster as it is sent.
    pub fn without(&self, recipient: CampaignId) -> Vec<CampaignDetails> {
        self.others.values().filter(|details| details.id != recipient).map(|details| (**details).clone()).collect()
    }

    /// A look at it, cheap to keep.
    pub fn view(&self, host: Option<CampaignId>, gate: Gate, statistics: Statistics) -> RosterView {
        RosterView {
            own: Arc::clone(&self.own),
            host,
            others: self.others.clone(),
            round_trips: Vec::new(),
            statistics,
            gate,
            ledger: LedgerState::Writable,
            members: Arc::default(),
            legacy_host: false,
        }
    }

    /// Puts a campaign on the roster, or replaces what was known of it. The team stays: only the host sets it.
    pub fn insert(&mut self, details: CampaignDetails) {
        let team = self.get(details.id).map_or(details.team, |known| known.team);
        self.revision += 1;
        self.others.insert(details.id, Arc::new(CampaignDetails { team, ..details }));
    }

    /// Takes a campaign off the roster.
    pub fn remove(&mut self, id: CampaignId) -> Option<CampaignDetails> {
        let removed = self.others.remove(&id)?;
        self.revision += 1;
        Some(CampaignDetails { active: false, ready: false, ..(*removed).clone() })
    }

    /// A campaign's bus opened, or ended. Whether that is news.
    pub fn set_active(&mut self, id: CampaignId, active: bool) -> bool {
        self.change(id, |details| std::mem::replace(&mut details.active, active) != active)
    }

    /// A campaign entered or left GM mode. Whether that is news.
    pub fn set_gm_mode(&mut self, id: CampaignId, gm_mode: bool) -> bool {
        self.change(id, |details| std::mem::replace(&mut details.gm_mode, gm_mode) != gm_mode)
    }

    /// A campaign is in another system. Whether that is news.
    pub fn set_location(&mut self, id: CampaignId, location: &Text) -> bool {
        self.change(id, |details| std::mem::replace(&mut details.location, location.clone()) != *location)
    }

    /// Everyone else.
    pub fn others(&self) -> impl Iterator<Item = &CampaignDetails> {
        self.others.values().map(Arc::as_ref)
    }

    /// A campaign stands differently to the host date. Whether that is news.
    pub fn set_status(&mut self, id: CampaignId, status: CampaignStatus) -> bool {
        self.change(id, |details| std::mem::replace(&mut details.status, status) != status)
    }

    /// A campaign is ready to advance, or no longer. Whether that is news.
    pub fn set_ready(&mut self, id: CampaignId, ready: bool) -> bool {
        self.change(id, |details| std::mem::replace(&mut details.ready, ready) != ready)
    }

    /// A campaign said what its save could not apply. Whether that is news.
    pub fn set_standing(&mut self, id: CampaignId, standing: &Standing) -> bool {
        self.change(id, |details| {
            let news = *details.standing != *standing;
            if news {
                details.standing = Arc::new(standing.clone());
            }
            news
        })
    }

    /// A campaign is on another team. Whether that is news.
    pub fn set_team(&mut self, id: CampaignId, team: i32) -> bool {
        self.change(id, |details| std::mem::replace(&mut details.team, team) != team)
    }

    /// A campaign stands on another day; the rules about it are the timeline's. Whether that is news.
    pub(super) fn set_date(&mut self, id: CampaignId, date: CampaignDate) -> bool {
        self.change(id, |details| {
            let news = std::mem::replace(&mut details.date, date) != date;
            // Readiness was for the day that is over.
            details.ready &= !news;
            news
        })
    }

    fn change(&mut self, id: CampaignId, change: impl FnOnce(&mut CampaignDetails) -> bool) -> bool {
        let details = if id == self.own.id { Some(&mut self.own) } else { self.others.get_mut(&id) };
        let changed = details.is_some_and(|details| change(Arc::make_mut(details)));
        self.revision += u64::from(changed);
        changed
    }

    /// Takes over what a campaign says of itself; answers with the messages that would have said so.
    pub fn absorb(&mut self, said: &CampaignDetails) -> Vec<BusMessage> {
        let Some(known) = self.others.get(&said.id) else { return Vec::new() };
        let changes = differences(known, said);
        let renamed = known.name != said.name;
        if renamed || !changes.is_empty() {
            let CampaignDetails { team, active, status, ref standing, .. } = **known;
            let (ready, standing) = (known.ready && known.date == said.date, Arc::clone(standing));
            self.insert(CampaignDetails { team, active, status, ready, standing, ..said.clone() });
        }
        changes
    }

    /// Replaces everyone else by what the host says, and tells how that differs.
    pub fn replace(&mut self, campaigns: impl IntoIterator<Item = CampaignDetails>) -> Vec<Difference> {
        let own = self.own.id;
        let news: BTreeMap<_, _> =
            campaigns.into_iter().filter(|details| details.id != own).map(|d| (d.id, Arc::new(d))).collect();
        let olds = std::mem::replace(&mut self.others, news);
        self.revision += 1;
        let mut differences: Vec<_> =
            self.others.iter().flat_map(|(id, new)| replaced(olds.get(id).map(Arc::as_ref), new)).collect();
        let gone = olds.into_values().filter(|old| old.active && !self.others.contains_key(&old.id));
        differences.extend(gone.map(|old| Difference::Left(CampaignDetails { active: false, ..(*old).clone() })));
        differences
    }
}

fn replaced(old: Option<&CampaignDetails>, new: &CampaignDetails) -> Vec<Difference> {
    let was_active = old.is_some_and(|old| old.active);
    let mut found = Vec::new();
    if new.active && !was_active {
        found.push(Difference::Joined(new.clone()));
    } else if was_active && !new.active {
        found.push(Difference::Left(new.clone()));
    }
    if let Some(old) = old {
        found.extend(differences(old, new).into_iter().map(Difference::Changed));
    }
    if old.map(|old| &*old.standing).unwrap_or(&Standing::default()) != &*new.standing {
        found.push(Difference::Standing(new.id, Arc::clone(&new.standing)));
    }
    found
}

fn differences(old: &CampaignDetails, new: &CampaignDetails) -> Vec<BusMessage> {
    let campaign = new.id;
    let mut found = Vec::new();
    if old.date != new.date {
        found.push(CampaignDateChanged { campaign, date: new.date, jump: false }.into());
    }
    if old.gm_mode != new.gm_mode {
        found.push(GmModeChanged { campaign, gm_mode: new.gm_mode }.into());
    }
    if old.location != new.location {
        found.push(LocationChanged { campaign, location: new.location.clone(), gm_movement: false }.into());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{campaign, date};
    use super::*;

    fn roster() -> Roster {
        let mut roster = Roster::new(campaign(1));
        roster.insert(CampaignDetails { active: true, ..campaign(2) });
        roster
    }

    #[test]
    fn a_change_that_is_none_keeps_the_revision() {
        let mut roster = roster();
        let revision = roster.revision();
        assert!(!roster.set_gm_mode(campaign(2).id, false));
        assert!(roster.absorb(&campaign(2)).is_empty());
        assert_eq!(roster.revision(), revision);
        assert!(roster.set_gm_mode(campaign(2).id, true));
        assert_eq!(roster.revision(), revision + 1);
    }

    #[test]
    fn what_a_campaign_says_of_itself_changes_neither_team_nor_activity() {
        let mut roster = roster();
        let said = CampaignDetails { team: 9, active: false, date: date("3025-02-02"), ..campaign(2) };
        let changes = roster.absorb(&said);
        assert_eq!(changes.len(), 1);
        let known = roster.get(said.id).expect("known");
        assert_eq!((known.team, known.active, known.date), (0, true, said.date));
    }

    #[test]
    fn replacing_tells_joins_leaves_and_changes_and_never_the_own_campaign() {
        let mut roster = roster();
        let came = CampaignDetails { active: true, ..campaign(3) };
        let asleep = campaign(4);
        let differences = roster.replace([campaign(1), came.clone(), asleep]);
        let gone = CampaignDetails { active: false, ..campaign(2) };
        assert_eq!(differences, [Difference::Joined(came.clone()), Difference::Left(gone)]);
        let moved = CampaignDetails { date: date("3025-03-01"), ..came };
        let changed = CampaignDateChanged { campaign: moved.id, date: moved.date, jump: false };
        assert_eq!(roster.replace([moved]), [Difference::Changed(changed.into())]);
    }
}
