// SPDX-License-Identifier: GPL-3.0-or-later
//! The values all rooms speak of, checked once at the border (protocol.md section 2, point 8).

use std::fmt;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::limits::TEXT_CHARS_MAX;
use super::proto;
pub use super::proto::CampaignStatus;
use super::refusal::Invalid;
use super::settlement::Standing;

/// A campaign's UUID.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CampaignId(Uuid);

impl CampaignId {
    /// Reads UUID text with hyphens, in either letter case. The nil UUID is nobody's.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        parse_uuid(field, text).map(Self)
    }

    /// The UUID itself.
    pub const fn to_uuid(self) -> Uuid {
        self.0
    }

    /// From the sixteen bytes; the nil UUID is nobody's.
    pub fn from_slice(field: &str, bytes: &[u8]) -> Result<Self, Invalid> {
        match Uuid::from_slice(bytes) {
            Ok(uuid) if !uuid.is_nil() => Ok(Self(uuid)),
            _ => Err(Invalid::field(field, "is not a UUID")),
        }
    }

    /// The sixteen bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// Sixteen random bytes make a campaign id; for tests and samples.
    pub const fn from_u128(value: u128) -> Self {
        Self(Uuid::from_u128(value))
    }
}

impl fmt::Display for CampaignId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), formatter)
    }
}

impl fmt::Debug for CampaignId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Reads UUID text with hyphens; the nil UUID is refused.
pub fn parse_uuid(field: &str, text: &str) -> Result<Uuid, Invalid> {
    const HYPHENATED_CHARS: usize = 36;
    match Uuid::try_parse(text) {
        Ok(uuid) if text.len() == HYPHENATED_CHARS && !uuid.is_nil() => Ok(uuid),
        _ => Err(Invalid::field(field, "is not a UUID")),
    }
}

/// A day of the game's calendar, in the years 1 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CampaignDate(NaiveDate);

impl CampaignDate {
    /// Reads ISO-8601, exactly `YYYY-MM-DD`.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().ok();
        shaped
            .then(|| NaiveDate::from_ymd_opt(number(0..4)? as i32, number(5..7)?, number(8..10)?))
            .flatten()
            .and_then(Self::checked)
            .ok_or_else(|| Invalid::field(field, "is not a date such as 3025-01-31, in the years 1 to 9999"))
    }

    /// From days since 1970-01-01, as Java's `LocalDate.toEpochDay` counts them.
    pub fn from_epoch_day(field: &str, epoch_day: i64) -> Result<Self, Invalid> {
        i32::try_from(epoch_day)
            .ok()
            .and_then(NaiveDate::from_epoch_days)
            .and_then(Self::checked)
            .ok_or_else(|| Invalid::field(field, "is not in the years 1 to 9999"))
    }

    /// Days since 1970-01-01.
    pub fn to_epoch_day(self) -> i32 {
        self.0.to_epoch_days()
    }

    /// The day this many days later; none outside the calendar.
    pub fn plus_days(self, days: i64) -> Option<Self> {
        self.0.checked_add_signed(chrono::TimeDelta::try_days(days)?).and_then(Self::checked)
    }

    fn checked(date: NaiveDate) -> Option<Self> {
        (1..=9999).contains(&date.year()).then_some(Self(date))
    }
}

impl fmt::Display for CampaignDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.0.year(), self.0.month(), self.0.day())
    }
}

impl fmt::Debug for CampaignDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A one-line text from a player: 1 to 200 characters, no control characters. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(Arc<str>);

impl Text {
    /// Checks and keeps a text.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::field(field, "is empty"));
        }
        check_line(field, text)?;
        Ok(Self(text.into()))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Text {
    /// Player text stays out of logs, by whatever way it might get there.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Text({} bytes)", self.0.len())
    }
}

/// At most 200 characters, none of them a control character. May be empty.
pub fn check_line(field: &str, text: &str) -> Result<(), Invalid> {
    if text.chars().nth(TEXT_CHARS_MAX).is_some() {
        return Err(Invalid::field(field, format_args!("has more than {TEXT_CHARS_MAX} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(Invalid::field(field, "has control characters"));
    }
    Ok(())
}

/// What everyone may know of a campaign (protocol.md section 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignDetails {
    /// The campaign's UUID.
    pub id: CampaignId,
    /// The campaign's name.
    pub name: Text,
    /// The campaign's own date.
    pub date: CampaignDate,
    /// Set by the host; 0 until it was.
    pub team: i32,
    /// MekHQ's id of the planetary system.
    pub location: Text,
    /// Whether the campaign is in GM mode.
    pub gm_mode: bool,
    /// Set by the host: the campaign has a living bus.
    pub active: bool,
    /// Set by the host: how the campaign stands to the host date.
    pub status: CampaignStatus,
    /// Set by the host: the campaign announced that it is ready to advance.
    pub ready: bool,
    /// Set by the host: what the campaign last said that its save could not apply.
    pub standing: Arc<Standing>,
}

impl CampaignDetails {
    /// Checks details as they came; `field` names where they stood.
    pub fn check(field: &str, proto: Option<&proto::CampaignDetails>) -> Result<Self, Invalid> {
        let proto = proto.ok_or_else(|| Invalid::field(field, "is missing"))?;
        let path = |name: &str| format!("{field}.{name}");
        Ok(Self {
            id: CampaignId::parse(&path("id"), &proto.id)?,
            name: Text::parse(&path("name"), &proto.name)?,
            date: CampaignDate::parse(&path("date"), &proto.date)?,
            team: proto.team,
            location: Text::parse(&path("location"), &proto.location)?,
            gm_mode: proto.is_gm_mode,
            active: proto.is_active,
            status: proto.status(),
            ready: proto.ready,
            standing: Standing::check(&path("standing"), proto.standing.as_ref())?.into(),
        })
    }

    /// Without what only the host sets.
    pub fn as_told_by_a_remote(self) -> Self {
        let (status, standing) = (CampaignStatus::Unspecified, Arc::default());
        Self { team: 0, active: false, status, ready: false, standing, ..self }
    }

    /// As they travel.
    pub fn to_proto(&self) -> proto::CampaignDetails {
        proto::CampaignDetails {
            id: self.id.to_string(),
            name: self.name.as_str().to_owned(),
            date: self.date.to_string(),
            team: self.team,
            location: self.location.as_str().to_owned(),
            is_gm_mode: self.gm_mode,
            is_active: self.active,
            status: self.status.into(),
            ready: self.ready,
            standing: self.standing.to_proto(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_hyphenated_and_not_nil() {
        assert!(CampaignId::parse("id", "0D0C1E9A-33D5-4e50-9d0a-5f1f4a6c7b11").is_ok());
        for text in [
            "",
            "x",
            "00000000-0000-0000-0000-000000000000",
            "0d0c1e9a33d54e509d0a5f1f4a6c7b11",
            "{0d0c1e9a-33d5-4e50-9d0a-5f1f4a6c7b11}",
            "urn:uuid:0d0c1e9a-33d5-4e50-9d0a-5f1f4a6c7b11",
        ] {
            assert!(CampaignId::parse("id", text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_is_iso_and_real_and_in_the_years_1_to_9999() {
        for text in ["3025-01-31", "0001-01-01", "9999-12-31", "3024-02-29"] {
            assert_eq!(CampaignDate::parse("date", text).map(|date| date.to_string()), Ok(text.to_owned()));
        }
        for text in
            ["", "0000-01-01", "3025-02-29", "3025-2-01", "+025-02-01", "13025-02-01", "3025-02-01 ", "3025–2-1"]
        {
            assert!(CampaignDate::parse("date", text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_epoch_day_outside_the_calendar_is_refused() {
        let day = CampaignDate::from_epoch_day("date", 385_381);
        assert_eq!(day.map(|date| date.to_string()), Ok("3025-02-20".to_owned()));
        for epoch_day in [i64::MIN, -719_163, 2_932_897, i64::MAX] {
            assert!(CampaignDate::from_epoch_day("date", epoch_day).is_err(), "{epoch_day}");
        }
    }

    #[test]
    fn a_text_is_one_line_of_1_to_200_characters() {
        assert!(Text::parse("name", "Grüße 🦊 und mehr").is_ok());
        assert!(Text::parse("name", &"🦊".repeat(200)).is_ok());
        assert_eq!(Text::parse("name", &"🦊".repeat(201)), Err(Invalid("name has more than 200 characters".into())));
        assert_eq!(Text::parse("name", ""), Err(Invalid("name is empty".into())));
        assert_eq!(Text::parse("name", "a\nb"), Err(Invalid("name has control characters".into())));
        assert_eq!(Text::parse("name", "a\u{85}b"), Err(Invalid("name has control characters".into())));
    }

    #[test]
    fn details_name_the_field_that_is_wrong() {
        let mut proto = proto::CampaignDetails {
            id: CampaignId::from_u128(7).to_string(),
            name: "Eridani".into(),
            date: "3025-01-01".into(),
            location: "Outreach".into(),
            ..Default::default()
        };
        assert!(CampaignDetails::check("client", Some(&proto)).is_ok());
        proto.location.clear();
        assert_eq!(CampaignDetails::check("client", Some(&proto)), Err(Invalid("client.location is empty".into())));
        assert_eq!(CampaignDetails::check("client", None), Err(Invalid("client is missing".into())));
    }
}
