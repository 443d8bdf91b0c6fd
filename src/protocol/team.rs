// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "team": assignments and daily logs (protocol.md section 4).

use std::fmt;
use std::sync::Arc;

use super::count::{self, Shape};
use super::domain::{CampaignDate, CampaignId};
use super::limits::LOG_ENTRY_BYTES_MAX;
use super::message::Payload;
use super::proto;
use super::refusal::Invalid;

/// Everyone's team; from the host only.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamAssignment {
    /// Campaign and team.
    pub teams: Vec<(CampaignId, i32)>,
}

/// A team's number is 1 or more.
pub fn check_team(team: i32) -> Result<i32, Invalid> {
    if team >= 1 { Ok(team) } else { Err(Invalid::field("team", format_args!("is {team}, not 1 or more"))) }
}

impl Payload for TeamAssignment {
    type Proto = proto::TeamAssignment;
    const SHAPE: &'static Shape = &count::TEAM_ASSIGNMENT;
    const LEGACY: bool = false;

    fn check(proto: proto::TeamAssignment) -> Result<Self, Invalid> {
        let check = |team: &proto::Team| Ok((CampaignId::parse("teams.id", &team.id)?, check_team(team.team)?));
        Ok(Self { teams: proto.teams.iter().map(check).collect::<Result<_, Invalid>>()? })
    }

    fn to_proto(&self) -> proto::TeamAssignment {
        let team = |&(id, team): &(CampaignId, i32)| proto::Team { id: id.to_string(), team };
        proto::TeamAssignment { teams: self.teams.iter().map(team).collect() }
    }

    fn campaign(&self) -> Option<CampaignId> {
        None
    }
}

/// Lines of a day's report. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct DailyLog {
    /// Whose day.
    pub campaign: CampaignId,
    /// Which day.
    pub date: CampaignDate,
    /// The lines, each of 1 to 8,192 bytes.
    pub entries: Arc<[String]>,
}

impl DailyLog {
    /// Checks and keeps the lines.
    pub fn new(campaign: CampaignId, date: CampaignDate, entries: Vec<String>) -> Result<Self, Invalid> {
        if entries.len() > count::LOG_ENTRIES_MAX as usize {
            let max = count::LOG_ENTRIES_MAX;
            return Err(Invalid::field("entries", format_args!("has more than {max} elements")));
        }
        entries.iter().try_for_each(|entry| check_entry(entry))?;
        Ok(Self { campaign, date, entries: entries.into() })
    }

    /// Roughly the bytes that the log takes.
    pub fn weight(&self) -> usize {
        64 + self.entries.iter().map(|entry| entry.len() + 8).sum::<usize>()
    }
}

fn check_entry(entry: &str) -> Result<(), Invalid> {
    if entry.is_empty() || entry.len() > LOG_ENTRY_BYTES_MAX {
        return Err(Invalid::field("entry", format_args!("has not 1 to {LOG_ENTRY_BYTES_MAX} bytes")));
    }
    if entry.chars().any(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        return Err(Invalid::field("entry", "has control characters"));
    }
    Ok(())
}

impl fmt::Debug for DailyLog {
    /// Player text stays out of logs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DailyLog({} {}, {} entries)", self.campaign, self.date, self.entries.len())
    }
}

impl Payload for DailyLog {
    type Proto = proto::DailyLog;
    const SHAPE: &'static Shape = &count::DAILY_LOG;
    const LEGACY: bool = false;

    fn check(proto: proto::DailyLog) -> Result<Self, Invalid> {
        let campaign = CampaignId::parse("id", &proto.id)?;
        let date = CampaignDate::parse("date", &proto.date)?;
        Self::new(campaign, date, proto.entries.into_iter().map(|entry| entry.entry).collect())
    }

    fn to_proto(&self) -> proto::DailyLog {
        let entry = |entry: &String| proto::LogEntry { entry: entry.clone() };
        proto::DailyLog {
            id: self.campaign.to_string(),
            date: self.date.to_string(),
            entries: self.entries.iter().map(entry).collect(),
        }
    }

    fn campaign(&self) -> Option<CampaignId> {
        Some(self.campaign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daily_log_is_checked_line_by_line() {
        let campaign = CampaignId::from_u128(1);
        let date = CampaignDate::parse("date", "3025-01-01").expect("a date");
        let log = |entries: Vec<String>| DailyLog::new(campaign, date, entries).map(drop).map_err(|invalid| invalid.0);
        assert_eq!(log(vec!["<b>Grüße</b>\n🦊".into(); 256]), Ok(()));
        assert_eq!(log(vec!["x".into(); 257]), Err("entries has more than 256 elements".into()));
        assert_eq!(log(vec![String::new()]), Err("entry has not 1 to 8192 bytes".into()));
        assert_eq!(log(vec!["x".repeat(8_193)]), Err("entry has not 1 to 8192 bytes".into()));
        assert_eq!(log(vec!["\u{1b}[2J".into()]), Err("entry has control characters".into()));
    }

    #[test]
    fn a_team_is_1_or_more() {
        let id = CampaignId::from_u128(1).to_string();
        let proto = |team| proto::TeamAssignment { teams: vec![proto::Team { id: id.clone(), team }] };
        assert!(TeamAssignment::check(proto(1)).is_ok());
        assert_eq!(TeamAssignment::check(proto(0)), Err(Invalid("team is 0, not 1 or more".into())));
    }
}
