// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "team": who plays on one side, and the daily logs kept for teammates that are away (protocol.md section 4).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::protocol::team::DailyLog;
use crate::protocol::{CampaignDate, CampaignId};

/// The host campaign's team.
pub const HOST_TEAM: i32 = 1;

/// Days of the campaign calendar that logs are kept for a teammate that is away.
const KEPT_DAYS: i64 = 90;

/// Bytes of logs kept for one teammate.
const KEPT_BYTES_MAX: usize = 1024 * 1024;

/// Everyone's team. Campaigns that nobody assigned have a number of their own each.
#[derive(Debug, Clone)]
pub struct Teams {
    host: CampaignId,
    by_campaign: BTreeMap<CampaignId, i32>,
}

impl Teams {
    /// The host alone.
    pub fn new(host: CampaignId) -> Self {
        Self { host, by_campaign: BTreeMap::from([(host, HOST_TEAM)]) }
    }

    /// A campaign's team; none if it was never seen.
    pub fn of(&self, campaign: CampaignId) -> Option<i32> {
        self.by_campaign.get(&campaign).copied()
    }

    /// Everyone's.
    pub fn all(&self) -> impl Iterator<Item = (CampaignId, i32)> {
        self.by_campaign.iter().map(|(&campaign, &team)| (campaign, team))
    }

    /// The number that a newcomer gets: the lowest that nobody has.
    pub fn free(&self) -> i32 {
        let taken: BTreeSet<_> = self.by_campaign.values().copied().collect();
        (HOST_TEAM + 1..).find(|team| !taken.contains(team)).expect("fewer campaigns than numbers")
    }

    /// Puts a campaign on a team; the host stays where it is.
    pub fn assign(&mut self, campaign: CampaignId, team: i32) {
        if campaign != self.host {
            self.by_campaign.insert(campaign, team);
        }
    }

    /// A campaign has left for good.
    pub fn remove(&mut self, campaign: CampaignId) {
        if campaign != self.host {
            self.by_campaign.remove(&campaign);
        }
    }

    /// Whether two different campaigns are on one team.
    pub fn are_teammates(&self, one: CampaignId, other: CampaignId) -> bool {
        one != other && self.of(one).is_some() && self.of(one) == self.of(other)
    }
}

/// Logs for teammates that are away, by recipient, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogBacklog {
    by_recipient: BTreeMap<CampaignId, VecDeque<DailyLog>>,
}

impl LogBacklog {
    /// Keeps a log for a teammate; the oldest go when there are too many or when they are too old on `host_date`.
    pub fn keep(&mut self, recipient: CampaignId, log: DailyLog, host_date: Option<CampaignDate>) {
        let kept = self.by_recipient.entry(recipient).or_default();
        kept.push_back(log);
        let oldest_date = host_date.and_then(|date| date.plus_days(-KEPT_DAYS));
        kept.retain(|log| oldest_date.is_none_or(|oldest| log.date >= oldest));
        let mut weight: usize = kept.iter().map(DailyLog::weight).sum();
        while weight > KEPT_BYTES_MAX {
            weight -= kept.pop_front().map_or(weight, |log| log.weight());
        }
        if kept.is_empty() {
            self.by_recipient.remove(&recipient);
        }
    }

    /// What is kept for a campaign.
    pub fn kept_for(&self, recipient: CampaignId) -> impl Iterator<Item = &DailyLog> {
        self.by_recipient.get(&recipient).into_iter().flatten()
    }

    /// How much is kept for a campaign.
    pub fn count_for(&self, recipient: CampaignId) -> usize {
        self.by_recipient.get(&recipient).map_or(0, VecDeque::len)
    }

    /// Nothing is kept for a campaign any more.
    pub fn remove(&mut self, recipient: CampaignId) {
        self.by_recipient.remove(&recipient);
    }

    /// The oldest `count` logs have reached their recipient.
    pub fn delivered(&mut self, recipient: CampaignId, count: usize) {
        if let Some(kept) = self.by_recipient.get_mut(&recipient) {
            kept.drain(..count.min(kept.len()));
            if kept.is_empty() {
                self.by_recipient.remove(&recipient);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{campaign, date};
    use super::*;

    fn log(on: &str, line: &str) -> DailyLog {
        DailyLog::new(campaign(1).id, date(on), vec![line.into()]).expect("a good log")
    }

    #[test]
    fn the_host_is_always_on_team_1_and_newcomers_each_get_a_number_of_their_own() {
        let (host, first, second) = (campaign(100).id, campaign(1).id, campaign(2).id);
        let mut teams = Teams::new(host);
        teams.assign(host, 7);
        assert_eq!(teams.of(host), Some(HOST_TEAM));
        teams.assign(first, teams.free());
        teams.assign(second, teams.free());
        assert!(!teams.are_teammates(first, second));
        teams.assign(first, HOST_TEAM);
        assert!(teams.are_teammates(first, host));
        assert_eq!(teams.free(), 2);
    }

    #[test]
    fn nobody_is_its_own_teammate_and_strangers_are_nobodys() {
        let teams = Teams::new(campaign(100).id);
        assert!(!teams.are_teammates(campaign(100).id, campaign(100).id));
        assert!(!teams.are_teammates(campaign(1).id, campaign(2).id));
    }

    #[test]
    fn logs_are_kept_for_90_campaign_days() {
        let mut backlog = LogBacklog::default();
        let recipient = campaign(2).id;
        backlog.keep(recipient, log("3025-01-01", "old"), Some(date("3025-01-01")));
        backlog.keep(recipient, log("3025-03-01", "new"), Some(date("3025-04-01")));
        assert_eq!(backlog.count_for(recipient), 2);
        backlog.keep(recipient, log("3025-04-02", "newest"), Some(date("3025-04-02")));
        let lines: Vec<_> = backlog.kept_for(recipient).map(|log| log.entries[0].clone()).collect();
        assert_eq!(lines, ["new", "newest"]);
    }

    #[test]
    fn logs_are_kept_up_to_1_mib_and_the_oldest_go_first() {
        let mut backlog = LogBacklog::default();
        let recipient = campaign(2).id;
        for number in 0..200 {
            backlog.keep(recipient, log("3025-01-01", &format!("{number:08000}")), Some(date("3025-01-01")));
        }
        let weight: usize = backlog.kept_for(recipient).map(DailyLog::weight).sum();
        assert!((KEPT_BYTES_MAX - 10_000..=KEPT_BYTES_MAX).contains(&weight));
        assert!(backlog.kept_for(recipient).last().is_some_and(|log| log.entries[0].ends_with("199")));
    }

    #[test]
    fn what_was_delivered_is_no_longer_kept() {
        let mut backlog = LogBacklog::default();
        let recipient = campaign(2).id;
        backlog.keep(recipient, log("3025-01-01", "one"), Some(date("3025-01-01")));
        backlog.keep(recipient, log("3025-01-01", "two"), Some(date("3025-01-01")));
        backlog.delivered(recipient, 1);
        assert_eq!(backlog.kept_for(recipient).map(|log| log.entries[0].as_str()).collect::<Vec<_>>(), ["two"]);
        backlog.delivered(recipient, 9);
        assert_eq!(backlog, LogBacklog::default());
    }
}
