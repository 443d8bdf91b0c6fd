// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "timeline": dates as they are told (protocol.md section 3).

use super::roster::Roster;
use crate::protocol::timeline::CampaignDateChanged;

/// Records a date that a campaign, the own one included, says it stands on. Whether that is news.
pub fn record(roster: &mut Roster, changed: &CampaignDateChanged) -> bool {
    roster.set_date(changed.campaign, changed.date)
}
