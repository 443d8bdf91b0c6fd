// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "team": who plays on one side, and the daily logs kept for teammates that are away (protocol.md section 4).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::protocol::CampaignId;
use crate::protocol::team::DailyLog;

/// The host campaign's team.
pub const HOST_TEAM: i32 = 1;

/// Days of its author's calendar that a log is kept for a teammate that is away.
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

/// Logs for teammates that are away, by recipient, oldest first. Each has a number, counted from 1 over all of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogBacklog {
    by_recipient: BTreeMap<CampaignId, VecDeque<(u64, DailyLog)>>,
    last: u64,
}

impl LogBacklog {
    /// Keeps a log for a teammate; the oldest go when there are too many, and those of the same author when it has told
    /// one that is more than 90 days later. Its own calendar counts: that of the host, or of the teammate, may be far
    /// ahead of it or behind.
    pub fn keep(&mut self, recipient: CampaignId, log: DailyLog) {
        self.last += 1;
        let kept = self.by_recipient.entry(recipient).or_default();
        let oldest_date = log.date.plus_days(-KEPT_DAYS);
        let is_too_old = |other: &DailyLog| oldest_date.is_some_and(|oldest| other.date < oldest);
        kept.retain(|(_, other)| other.campaign != log.campaign || !is_too_old(other));
        kept.push_back((self.last, log));
        let mut weight: usize = kept.iter().map(|(_, log)| log.weight()).sum();
        while weight > KEPT_BYTES_MAX {
            weight -= kept.pop_front().map_or(weight, |(_, log)| log.weight());
        }
    }

    /// What is kept for a campaign, each log with its number.
    pub fn kept_for(&self, recipient: CampaignId) -> impl Iterator<Item = &(u64, DailyLog)> {
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

    /// How much is kept for a campaign up to this number; what was given up meanwhile does not count.
    pub fn count_up_to(&self, recipient: CampaignId, last: u64) -> usize {
        self.kept_for(recipient).take_while(|(number, _)| *number <= last).count()
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

/// Logs that were sent and whose arrival nothing says yet, oldest first, each with the number of the ping whose answer
/// will. At most as many bytes as are kept for one teammate; beyond that the oldest are trusted to have arrived.
#[derive(Debug, Default)]
pub struct LogsInFlight {
    logs: VecDeque<(DailyLog, u64)>,
    weight: usize,
}

impl LogsInFlight {
    /// A log was sent; the ping of this number comes after it.
    pub fn push(&mut self, log: DailyLog, ping: u64) {
        self.weight += log.weight();
        self.logs.push_back((log, ping));
        while self.weight > KEPT_BYTES_MAX {
            self.pop();
        }
    }

    /// Those whose ping was answered have arrived.
    pub fn arrived(&mut self, is_answered: impl Fn(u64) -> bool) {
        while self.logs.front().is_some_and(|(_, ping)| is_answered(*ping)) {
            self.pop();
        }
    }

    fn pop(&mut self) {
        self.weight -= self.logs.pop_front().map_or(self.weight, |(log, _)| log.weight());
    }

    /// Whether all have arrived.
    pub fn is_empty(&self) -> bool {
        self.logs.is_empty()
    }

    /// How many have not.
    pub fn len(&self) -> usize {
        self.logs.len()
    }

    /// The ping whose answer says that all have arrived.
    pub fn last_ping(&self) -> Option<u64> {
        self.logs.back().map(|(_, ping)| *ping)
    }

    /// All of them are sent again; the ping of this number comes after them. Answers with what to send.
    pub fn sent_again(&mut self, ping: u64) -> Vec<DailyLog> {
        self.logs.iter_mut().for_each(|(_, after)| *after = ping);
        self.logs.iter().map(|(log, _)| log.clone()).collect()
    }

    /// The logs themselves.
    pub fn into_logs(self) -> impl Iterator<Item = DailyLog> {
        self.logs.into_iter().map(|(log, _)| log)
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

    fn lines(backlog: &LogBacklog, recipient: CampaignId) -> Vec<&str> {
        backlog.kept_for(recipient).map(|(_, log)| log.entries[0].as_str()).collect()
    }

    #[test]
    fn a_log_is_kept_until_its_author_has_told_one_more_than_90_days_later() {
        let mut backlog = LogBacklog::default();
        let recipient = campaign(2).id;
        let of_another = DailyLog::new(campaign(3).id, date("3020-01-01"), vec!["another".into()]).expect("a good log");
        backlog.keep(recipient, log("3025-01-01", "old"));
        backlog.keep(recipient, of_another);
        backlog.keep(recipient, log("3025-04-01", "after 90 days"));
        assert_eq!(lines(&backlog, recipient), ["old", "another", "after 90 days"]);
        backlog.keep(recipient, log("3025-04-02", "after 91 days"));
        assert_eq!(lines(&backlog, recipient), ["another", "after 90 days", "after 91 days"]);
        backlog.keep(recipient, log("3024-01-01", "of an older save"));
        assert_eq!(lines(&backlog, recipient).last(), Some(&"of an older save"));
    }

    #[test]
    fn logs_are_kept_up_to_1_mib_and_the_oldest_go_first() {
        let mut backlog = LogBacklog::default();
        let recipient = campaign(2).id;
        for number in 0..200 {
            backlog.keep(recipient, log("3025-01-01", &format!("{number:08000}")));
        }
        let weight: usize = backlog.kept_for(recipient).map(|(_, log)| log.weight()).sum();
        assert!((KEPT_BYTES_MAX - 10_000..=KEPT_BYTES_MAX).contains(&weight));
        assert!(lines(&backlog, recipient).last().is_some_and(|line| line.ends_with("199")));
    }

    #[test]
    fn what_was_delivered_is_no_longer_kept_and_what_was_given_up_is_not_counted_for_it() {
        let mut backlog = LogBacklog::default();
        let recipient = campaign(2).id;
        backlog.keep(recipient, log("3025-01-01", "one"));
        backlog.keep(recipient, log("3025-05-01", "two"));
        backlog.keep(recipient, log("3025-05-01", "three"));
        assert_eq!(backlog.count_up_to(recipient, 2), 1, "the first was too old for the second");
        backlog.delivered(recipient, 1);
        assert_eq!(lines(&backlog, recipient), ["three"]);
        backlog.delivered(recipient, 9);
        assert_eq!(backlog.count_for(recipient), 0);
    }

    #[test]
    fn logs_in_flight_are_bounded_and_leave_in_their_order() {
        let mut in_flight = LogsInFlight::default();
        for number in 0..200 {
            in_flight.push(log("3025-01-01", &format!("{number:08000}")), number / 100 + 1);
        }
        assert!((120..132).contains(&in_flight.len()), "{}", in_flight.len());
        in_flight.arrived(|ping| ping <= 1);
        assert_eq!((in_flight.len(), in_flight.last_ping()), (100, Some(2)));
        in_flight.arrived(|ping| ping <= 2);
        assert!(in_flight.is_empty() && in_flight.weight == 0);
    }
}
