// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "link": pings, refusals, goodbyes (protocol.md sections 1 and 2).

use uuid::Uuid;

use super::count::{self, Shape};
use super::domain::{CampaignDetails, CampaignId, parse_uuid};
use super::limits::REASON_BYTES_MAX;
use super::message::Payload;
use super::proto;
use super::refusal::{ErrorCode, Invalid};
use super::settlement::{Cursor, Standing};

pub use super::proto::GoodbyeCode;

/// "Are you there? I am, and this is how I stand."
#[derive(Debug, Clone, PartialEq)]
pub struct Ping {
    /// The sender.
    pub campaign: CampaignDetails,
    /// The session the sender believes to be in; none from peers of the old contract.
    pub session: Option<Uuid>,
    /// How far the sender's save is; in the opening ping, and when it changed.
    pub position: Option<Box<Position>>,
    /// The roster revision the sender knows; 0 is none.
    pub roster_revision: u64,
}

/// How far a save has applied the settlements of a session, what it could not apply, and what it has heard of others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Position {
    /// The last settlement that was applied.
    pub cursor: Cursor,
    /// What could not be.
    pub standing: Standing,
    /// The last adjustment of another campaign that it has heard of, by its place among all adjustments.
    pub news: Cursor,
}

impl Position {
    fn check(proto: &proto::Ping) -> Result<Option<Self>, Invalid> {
        let Some(cursor) = &proto.cursor else { return Ok(None) };
        let (cursor, standing) =
            (Cursor::check("cursor", cursor)?, Standing::check("standing", proto.standing.as_ref())?);
        let news = proto.news.as_ref().map(|news| Cursor::check("news", news)).transpose()?;
        Ok(Some(Self { cursor, standing, news: news.unwrap_or_default() }))
    }
}

impl Payload for Ping {
    type Proto = proto::Ping;
    const SHAPE: &'static Shape = &count::PING;
    const LEGACY: bool = true;

    fn check(proto: proto::Ping) -> Result<Self, Invalid> {
        Ok(Self {
            campaign: CampaignDetails::check("campaign", proto.campaign.as_ref())?,
            session: check_session(&proto.session)?,
            position: Position::check(&proto)?.map(Box::new),
            roster_revision: proto.roster_revision,
        })
    }

    fn to_proto(&self) -> proto::Ping {
        proto::Ping {
            campaign: Some(self.campaign.to_proto()),
            session: self.session.map(|id| id.to_string()).unwrap_or_default(),
            cursor: self.position.as_ref().map(|position| position.cursor.to_proto()),
            standing: self.position.as_ref().and_then(|position| position.standing.to_proto()),
            roster_revision: self.roster_revision,
            news: self.position.as_ref().filter(|told| told.news.number != 0).map(|told| told.news.to_proto()),
        }
    }

    fn campaign(&self) -> Option<CampaignId> {
        Some(self.campaign.id)
    }
}

/// A session id that may be missing.
pub fn check_session(text: &str) -> Result<Option<Uuid>, Invalid> {
    if text.is_empty() { Ok(None) } else { parse_uuid("session", text).map(Some) }
}

/// The answer to a [`Ping`]; from the host with the roster.
#[derive(Debug, Clone, PartialEq)]
pub struct Pong {
    /// The sender.
    pub campaign: CampaignDetails,
    /// From the host: everyone but itself and the recipient, unless the recipient has this revision already.
    pub campaigns: Vec<CampaignDetails>,
    /// Campaigns that did not fit the contract and were left out: one bad record must not spoil the roster.
    pub malformed: usize,
    /// From the host: its roster's revision; 0 from peers of the old contract and from remote campaigns.
    pub roster_revision: u64,
    /// Not the answer to a Ping.
    pub unasked: bool,
}

impl Payload for Pong {
    type Proto = proto::Pong;
    const SHAPE: &'static Shape = &count::PONG;
    const LEGACY: bool = true;

    fn check(proto: proto::Pong) -> Result<Self, Invalid> {
        let (campaigns, malformed) = check_campaigns(&proto.campaigns);
        Ok(Self {
            campaign: CampaignDetails::check("campaign", proto.campaign.as_ref())?,
            campaigns,
            malformed,
            roster_revision: proto.roster_revision,
            unasked: proto.unasked,
        })
    }

    fn to_proto(&self) -> proto::Pong {
        proto::Pong {
            campaign: Some(self.campaign.to_proto()),
            campaigns: self.campaigns.iter().map(CampaignDetails::to_proto).collect(),
            roster_revision: self.roster_revision,
            unasked: self.unasked,
        }
    }

    fn campaign(&self) -> Option<CampaignId> {
        Some(self.campaign.id)
    }
}

/// Those of a roster that fit the contract, and how many did not.
pub fn check_campaigns(protos: &[proto::CampaignDetails]) -> (Vec<CampaignDetails>, usize) {
    let campaigns: Vec<_> =
        protos.iter().filter_map(|proto| CampaignDetails::check("campaigns", Some(proto)).ok()).collect();
    let malformed = protos.len() - campaigns.len();
    (campaigns, malformed)
}

/// A deliberate end of the bus (protocol.md section 2, point 10).
#[derive(Debug, Clone, PartialEq)]
pub struct Goodbye {
    /// What programs act on.
    pub code: GoodbyeCode,
    /// What people read; may be empty.
    pub reason: String,
}

impl Payload for Goodbye {
    type Proto = proto::Goodbye;
    const SHAPE: &'static Shape = &count::GOODBYE;
    const LEGACY: bool = false;

    fn check(proto: proto::Goodbye) -> Result<Self, Invalid> {
        Ok(Self { code: proto.code(), reason: cut_reason(proto.reason) })
    }

    fn to_proto(&self) -> proto::Goodbye {
        proto::Goodbye { code: self.code.into(), reason: self.reason.clone() }
    }

    fn campaign(&self) -> Option<CampaignId> {
        None
    }
}

/// The answer to a message that changed nothing (protocol.md section 1, "No silent refusal").
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// UUID of the request that the refused message named; may be empty.
    pub request: String,
    /// What programs act on.
    pub code: ErrorCode,
    /// What people read.
    pub reason: String,
    /// The revision that the refused message named, or 0.
    pub revision: u64,
    /// Name of the refused message; empty when even that could not be read.
    pub refused: String,
    /// The refused message took back what a message of the same name had promised.
    pub withdrawal: bool,
}

impl Payload for Refused {
    type Proto = proto::Refused;
    const SHAPE: &'static Shape = &count::REFUSED;
    const LEGACY: bool = false;

    fn check(proto: proto::Refused) -> Result<Self, Invalid> {
        Ok(Self {
            code: proto.code(),
            request: parse_uuid("request", &proto.request).map(|id| id.to_string()).unwrap_or_default(),
            reason: cut_reason(proto.reason),
            revision: proto.revision,
            refused: cut_reason(proto.refused),
            withdrawal: proto.withdrawal,
        })
    }

    fn to_proto(&self) -> proto::Refused {
        proto::Refused {
            request: self.request.clone(),
            code: self.code.into(),
            reason: self.reason.clone(),
            revision: self.revision,
            refused: self.refused.clone(),
            withdrawal: self.withdrawal,
        }
    }

    fn campaign(&self) -> Option<CampaignId> {
        None
    }
}

/// Text for people is cut rather than refused: it explains an end or a refusal that stands in any case.
pub fn cut_reason(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(REASON_BYTES_MAX));
    text.retain(|letter| !letter.is_control());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_record_does_not_spoil_the_roster() {
        let good = proto::CampaignDetails {
            id: CampaignId::from_u128(1).to_string(),
            name: "a".into(),
            date: "3025-01-01".into(),
            location: "b".into(),
            ..Default::default()
        };
        let bad = proto::CampaignDetails { date: "never".into(), ..good.clone() };
        let pong = proto::Pong { campaign: Some(good.clone()), campaigns: vec![bad, good], ..Default::default() };
        let pong = Pong::check(pong).expect("the sender's own details are good");
        assert_eq!((pong.campaigns.len(), pong.malformed), (1, 1));
    }

    #[test]
    fn a_long_reason_is_cut_at_a_character_and_loses_its_control_characters() {
        let reason = cut_reason(format!("\u{1b}[2J{}", "🦊".repeat(300)));
        assert!(reason.len() <= REASON_BYTES_MAX);
        assert!(reason.starts_with("[2J🦊"));
    }

    #[test]
    fn an_unknown_code_is_unspecified_and_not_an_error() {
        let goodbye = Goodbye::check(proto::Goodbye { code: 4711, reason: String::new() });
        assert_eq!(goodbye.map(|goodbye| goodbye.code), Ok(GoodbyeCode::Unspecified));
    }
}
