// SPDX-License-Identifier: GPL-3.0-or-later
//! Values for the tests of the rules.

use std::time::Duration;

use super::Rules;
use crate::protocol::domain::CampaignStatus;
use crate::protocol::handshake::{JoinRequest, Token};
use crate::protocol::version::VersionRule;
use crate::protocol::{CampaignDate, CampaignDetails, CampaignId, PROTOCOL_MAJOR, Text};

pub fn date(text: &str) -> CampaignDate {
    CampaignDate::parse("date", text).expect("a date")
}

pub fn text(text: &str) -> Text {
    Text::parse("text", text).expect("a text")
}

pub fn campaign(number: u128) -> CampaignDetails {
    CampaignDetails {
        id: CampaignId::from_u128(number),
        name: text(&format!("Company {number}")),
        date: date("3025-01-01"),
        team: 0,
        location: text("Outreach"),
        gm_mode: false,
        active: false,
        status: CampaignStatus::Unspecified,
        ready: false,
        standing: Default::default(),
    }
}

pub fn rules() -> Rules {
    Rules {
        version: "0.50.06".into(),
        version_rule: VersionRule::Exact,
        password: None,
        allow_legacy_peers: false,
        ping_interval: Duration::from_secs(15),
    }
}

pub fn join_request(number: u128) -> JoinRequest {
    JoinRequest {
        version: "0.50.06".into(),
        details: campaign(number),
        password: None,
        protocol: PROTOCOL_MAJOR,
        features: Vec::new(),
        key: None,
    }
}

pub fn token(number: u8) -> Token {
    Token::new([number; 32])
}
