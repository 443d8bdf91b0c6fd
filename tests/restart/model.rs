// SPDX-License-Identifier: GPL-3.0-or-later
//! What a ledger says, understood twice: by counting it up here, and by asking a host that was rebuilt from it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use distributed_mekhq::protocol::entry::{KeptLog, Record};
use distributed_mekhq::protocol::{BusMessage, CampaignDate, CampaignId};
use distributed_mekhq::session::Visibility;
use distributed_mekhq::session::host::{Host, HostEffect};
use uuid::Uuid;

use crate::play::{CAMPAIGNS, Play, STRANGERS, at_once, started, toe};

/// What a host must still know after a restart.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Memory {
    dates: BTreeMap<CampaignId, CampaignDate>,
    /// Of those on the roster.
    teams: BTreeMap<CampaignId, i32>,
    keys: BTreeSet<CampaignId>,
    visibility: Visibility,
    backlog: BTreeMap<CampaignId, VecDeque<String>>,
}

impl Memory {
    /// Counts up what records say.
    pub fn of(records: &[Record]) -> Self {
        let mut memory = Self::default();
        let mut teams = BTreeMap::new();
        for record in records {
            match record {
                Record::CampaignRecorded(details) => drop(memory.dates.insert(details.id, details.date)),
                Record::TeamAssigned { campaign, team } => drop(teams.insert(*campaign, *team)),
                Record::VisibilitySet(visibility) => memory.visibility = *visibility,
                Record::LogKept(KeptLog { log, recipients }) => {
                    for recipient in recipients {
                        memory.backlog.entry(*recipient).or_default().push_back(log.entries[0].clone());
                    }
                }
                Record::LogDelivered { recipient, count } => {
                    memory.backlog.entry(*recipient).or_default().drain(..*count as usize);
                }
                Record::CampaignKeyBound { campaign, .. } => drop(memory.keys.insert(*campaign)),
                Record::HostDate(_) | Record::MembershipChanged(_) => {}
                // Nothing of this is played here: it has proofs of its own.
                Record::TransferRequested { .. }
                | Record::TransferAccepted(_)
                | Record::TransferClosed { .. }
                | Record::QuarantineExited { .. }
                | Record::AdjustmentMade(_) => {}
            }
        }
        memory.backlog.retain(|_, kept| !kept.is_empty());
        // Visibility shows between campaigns that are no teammates.
        if !STRANGERS.iter().all(|&number| memory.dates.contains_key(&CampaignId::from_u128(number))) {
            memory.visibility = Visibility::default();
        }
        memory.teams = memory.dates.keys().map(|id| (*id, teams.get(id).copied().unwrap_or(0))).collect();
        memory
    }

    /// Asks a host that was rebuilt from records.
    pub fn rebuilt(records: &[Record], session: Uuid) -> Self {
        let mut host = started(session);
        records.iter().for_each(|record| host.apply(record.clone()));
        let view = host.view();
        let mut memory = Self {
            dates: view.others.values().map(|known| (known.id, known.date)).collect(),
            teams: view.others.values().map(|known| (known.id, known.team)).collect(),
            ..Self::default()
        };
        memory.ask(&mut host);
        memory
    }

    /// Everyone's team.
    pub fn teams(&self) -> impl Iterator<Item = (CampaignId, i32)> {
        self.teams.iter().map(|(&campaign, &team)| (campaign, team))
    }

    /// Keys, kept logs and visibility show when campaigns come.
    fn ask(&mut self, host: &mut Host) {
        let mut step = at_once(host);
        let mut play = Play::new(&mut step);
        let known: Vec<_> =
            CAMPAIGNS.into_iter().filter(|&n| self.dates.contains_key(&CampaignId::from_u128(n))).collect();
        self.keys = known.iter().filter(|&&n| play.is_stranger_refused(n)).map(|&n| CampaignId::from_u128(n)).collect();
        let mut buses = Vec::new();
        for &number in &known {
            let (bus, effects) = play.join(number);
            buses.push((number, bus.expect("the campaign itself is let in")));
            let kept: VecDeque<_> = effects.iter().filter_map(line).collect();
            if !kept.is_empty() {
                self.backlog.insert(CampaignId::from_u128(number), kept);
            }
        }
        let bus_of = |number| buses.iter().find(|(known, _)| *known == number).map(|(_, bus)| *bus);
        if let [Some(one), Some(other)] = STRANGERS.map(bus_of) {
            let shown = play.say(other, STRANGERS[1], toe(STRANGERS[1]));
            let sees = |effect: &HostEffect| matches!(effect, HostEffect::Send { to, .. } if to.contains(&one));
            self.visibility = if shown.iter().any(sees) { Visibility::Everyone } else { Visibility::Team };
        }
    }
}

fn line(effect: &HostEffect) -> Option<String> {
    match effect {
        HostEffect::Send { message: BusMessage::DailyLog(log), .. } => Some(log.entries[0].clone()),
        _ => None,
    }
}
