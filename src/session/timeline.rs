// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "timeline": the common calendar (protocol.md section 3).
//!
//! The invariant: no campaign may be further along than the host campaign. A remote campaign asks its [`Gate`], the host
//! judges every date that it is told.

use std::collections::BTreeMap;

use super::roster::Roster;
use crate::protocol::domain::CampaignStatus;
use crate::protocol::timeline::CampaignDateChanged;
use crate::protocol::{CampaignDate, CampaignId};

/// Whether a campaign may advance from the date it stands on, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayAdvance {
    /// By a day at least; in bulk up to the host date.
    Allowed,
    /// It stands on the host date.
    WaitForHost,
    /// It is past the host date.
    AheadOfHost,
    /// The host is out of reach, and the campaign as far as it knew the host to be.
    HostLost,
    /// A shared scenario that it agreed to be held by stands on its date.
    ScenarioPending,
}

/// All that decides whether a campaign may advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gate {
    /// The campaign is the host itself.
    pub is_host: bool,
    /// The last host date that reached the campaign, in this session or an earlier one.
    pub host_date: Option<CampaignDate>,
    /// The bus is open.
    pub connected: bool,
    /// The player chose to continue without a host.
    pub without_host: bool,
    /// The date of a shared scenario that the campaign agreed to be held by.
    pub scenario_on: Option<CampaignDate>,
}

impl Gate {
    /// Whether a campaign that stands on `date` may advance.
    pub fn may_advance(&self, date: CampaignDate) -> MayAdvance {
        if self.is_host {
            return MayAdvance::Allowed;
        }
        let on_its_own = !self.connected && self.without_host;
        if self.scenario_on == Some(date) && !on_its_own {
            return MayAdvance::ScenarioPending;
        }
        if self.host_date.is_some_and(|host_date| date < host_date) || on_its_own {
            return MayAdvance::Allowed;
        }
        match self.host_date {
            Some(host_date) if self.connected && date == host_date => MayAdvance::WaitForHost,
            Some(_) if self.connected => MayAdvance::AheadOfHost,
            _ => MayAdvance::HostLost,
        }
    }
}

/// How a campaign stands to the host date, when `highest` is the latest date that it was seen on.
pub fn status(date: CampaignDate, host_date: CampaignDate, highest: CampaignDate) -> CampaignStatus {
    if date > host_date {
        CampaignStatus::Ahead
    } else if date < highest {
        CampaignStatus::Rewound
    } else if date == host_date {
        CampaignStatus::Level
    } else {
        CampaignStatus::Behind
    }
}

/// What the host makes of a date that a remote campaign tells it on a living bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Recorded and told to everyone.
    Recorded,
    /// Recorded and told to everyone; the campaign is told that it is past the host date.
    Ahead,
    /// An older save was loaded: the campaign has to connect anew (protocol.md section 2, point 12).
    ResyncRequired,
    /// Only a campaign in GM mode may jump.
    JumpForbidden,
}

/// Judges a date: `before` is the one that the campaign stood on.
pub fn judge(changed: &CampaignDateChanged, before: CampaignDate, host_date: CampaignDate, gm_mode: bool) -> Verdict {
    if changed.date < before {
        Verdict::ResyncRequired
    } else if changed.jump && !gm_mode {
        Verdict::JumpForbidden
    } else if changed.date > host_date {
        Verdict::Ahead
    } else {
        Verdict::Recorded
    }
}

/// The host's memory of how far each campaign has been, to tell who has gone back.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    highest: BTreeMap<CampaignId, CampaignDate>,
}

impl Timeline {
    /// A campaign was seen on a date.
    pub fn seen(&mut self, campaign: CampaignId, date: CampaignDate) {
        let highest = self.highest.entry(campaign).or_insert(date);
        *highest = (*highest).max(date);
    }

    /// Brings status and readiness of everyone else up to date, after any date has changed.
    pub fn refresh(&self, roster: &mut Roster) {
        let host_date = roster.own().date;
        let seen: Vec<_> = roster.others().map(|details| (details.id, details.date)).collect();
        for (campaign, date) in seen {
            let highest = self.highest.get(&campaign).copied().unwrap_or(date);
            roster.set_status(campaign, status(date, host_date, highest));
            if date < host_date {
                roster.set_ready(campaign, false);
            }
        }
    }
}

/// The latest date among the connected campaigns: what the seed calls the timeline. For display; no rule reads it.
pub fn timeline_date(own: CampaignDate, others: impl Iterator<Item = (bool, CampaignDate)>) -> CampaignDate {
    others.filter(|(active, _)| *active).map(|(_, date)| date).fold(own, CampaignDate::max)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{campaign, date};
    use super::*;

    const EARLY: &str = "3025-01-01";
    const HOST: &str = "3025-02-01";
    const LATE: &str = "3025-03-01";

    fn connected() -> Gate {
        Gate { host_date: Some(date(HOST)), connected: true, ..Gate::default() }
    }

    #[test]
    fn the_host_advances_freely() {
        let gate = Gate { is_host: true, scenario_on: Some(date(EARLY)), ..Gate::default() };
        assert_eq!(gate.may_advance(date(EARLY)), MayAdvance::Allowed);
    }

    #[test]
    fn a_connected_remote_advances_up_to_the_host_date_and_not_beyond() {
        assert_eq!(connected().may_advance(date(EARLY)), MayAdvance::Allowed);
        assert_eq!(connected().may_advance(date(HOST)), MayAdvance::WaitForHost);
        assert_eq!(connected().may_advance(date(LATE)), MayAdvance::AheadOfHost);
    }

    #[test]
    fn without_a_bus_a_remote_is_free_up_to_the_last_host_date_it_knew() {
        let lost = Gate { connected: false, ..connected() };
        assert_eq!(lost.may_advance(date(EARLY)), MayAdvance::Allowed);
        assert_eq!(lost.may_advance(date(HOST)), MayAdvance::HostLost);
        assert_eq!(Gate::default().may_advance(date(EARLY)), MayAdvance::HostLost);
    }

    #[test]
    fn continuing_without_a_host_lifts_everything_until_it_is_back() {
        let alone = Gate { connected: false, without_host: true, scenario_on: Some(date(HOST)), ..connected() };
        assert_eq!(alone.may_advance(date(HOST)), MayAdvance::Allowed);
        assert_eq!(alone.may_advance(date(LATE)), MayAdvance::Allowed);
        let back = Gate { connected: true, ..alone };
        assert_eq!(back.may_advance(date(LATE)), MayAdvance::AheadOfHost);
        assert_eq!(back.may_advance(date(HOST)), MayAdvance::ScenarioPending);
    }

    #[test]
    fn a_scenario_holds_on_its_date_only() {
        let gate = Gate { scenario_on: Some(date(EARLY)), ..connected() };
        assert_eq!(gate.may_advance(date(EARLY)), MayAdvance::ScenarioPending);
        assert_eq!(gate.may_advance(date("3025-01-02")), MayAdvance::Allowed);
    }

    #[test]
    fn the_host_judges_each_date_it_is_told() {
        let judged = |to: &str, jump, gm_mode| {
            let changed = CampaignDateChanged { campaign: campaign(1).id, date: date(to), jump };
            judge(&changed, date("3025-01-15"), date(HOST), gm_mode)
        };
        assert_eq!(judged(HOST, false, false), Verdict::Recorded);
        assert_eq!(judged(LATE, false, false), Verdict::Ahead);
        assert_eq!(judged(EARLY, false, false), Verdict::ResyncRequired);
        assert_eq!(judged(HOST, true, false), Verdict::JumpForbidden);
        assert_eq!(judged(HOST, true, true), Verdict::Recorded);
    }

    #[test]
    fn a_campaign_that_went_back_is_shown_as_rewound_until_it_is_where_it_was() {
        let stands = |on: &str, highest: &str| status(date(on), date(HOST), date(highest));
        assert_eq!(stands(EARLY, EARLY), CampaignStatus::Behind);
        assert_eq!(stands(EARLY, HOST), CampaignStatus::Rewound);
        assert_eq!(stands(HOST, HOST), CampaignStatus::Level);
        assert_eq!(stands(HOST, LATE), CampaignStatus::Rewound);
        assert_eq!(stands(LATE, LATE), CampaignStatus::Ahead);
    }

    #[test]
    fn the_timeline_is_the_latest_date_among_the_connected() {
        let others = [(true, date(EARLY)), (true, date(HOST)), (false, date(LATE))];
        assert_eq!(timeline_date(date(EARLY), others.into_iter()), date(HOST));
    }
}
