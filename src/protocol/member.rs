// SPDX-License-Identifier: GPL-3.0-or-later
//! What a host's player decides about a campaign (protocol.md section 2, point 9), as the ledger holds it.

use std::fmt;

use super::domain::CampaignId;
use super::entry::EntryError;
use super::limits::REASON_BYTES_MAX;
use super::proto::ledger as proto;
use super::refusal::Invalid;

/// Why somebody was shut out or let back in, for people: 1 to 1,024 bytes, no control characters. Never in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// Checks and keeps a reason.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        if text.trim().is_empty() || text.len() > REASON_BYTES_MAX {
            return Err(Invalid::field(field, format_args!("has not 1 to {REASON_BYTES_MAX} bytes")));
        }
        if text.chars().any(char::is_control) {
            return Err(Invalid::field(field, "has control characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Reason")
    }
}

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// Its bus was ended; it may rejoin.
    Kicked,
    /// It may not rejoin until unbanned.
    Banned,
    /// It may rejoin again.
    Unbanned,
    /// It has left for good: off the roster, and back only when readmitted.
    Retired,
    /// It is back on the roster.
    Readmitted,
    /// Its key is forgotten; the next one that comes is bound.
    KeyReset,
}

/// A decision about a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembershipChanged {
    /// About whom.
    pub campaign: CampaignId,
    /// What was decided.
    pub change: Membership,
    /// Why.
    pub reason: Reason,
}

impl Membership {
    /// A decision that this library does not know may shut somebody out, so it is not passed over.
    fn check(change: i32) -> Result<Self, EntryError> {
        match proto::Membership::try_from(change) {
            Ok(proto::Membership::Kicked) => Ok(Self::Kicked),
            Ok(proto::Membership::Banned) => Ok(Self::Banned),
            Ok(proto::Membership::Unbanned) => Ok(Self::Unbanned),
            Ok(proto::Membership::Retired) => Ok(Self::Retired),
            Ok(proto::Membership::Readmitted) => Ok(Self::Readmitted),
            Ok(proto::Membership::KeyReset) => Ok(Self::KeyReset),
            Ok(proto::Membership::Unspecified) => Err(Invalid::field("change", "is missing").into()),
            Err(_) => Err(EntryError::Unknown),
        }
    }

    fn to_proto(self) -> proto::Membership {
        match self {
            Self::Kicked => proto::Membership::Kicked,
            Self::Banned => proto::Membership::Banned,
            Self::Unbanned => proto::Membership::Unbanned,
            Self::Retired => proto::Membership::Retired,
            Self::Readmitted => proto::Membership::Readmitted,
            Self::KeyReset => proto::Membership::KeyReset,
        }
    }
}

impl MembershipChanged {
    /// Checks what a ledger's entry holds.
    pub fn check(changed: &proto::MembershipChanged) -> Result<Self, EntryError> {
        Ok(Self {
            campaign: CampaignId::parse("campaign", &changed.campaign)?,
            change: Membership::check(changed.change)?,
            reason: Reason::parse("reason", &changed.reason)?,
        })
    }

    /// As the ledger holds it.
    pub fn to_proto(&self) -> proto::MembershipChanged {
        proto::MembershipChanged {
            campaign: self.campaign.to_string(),
            change: self.change.to_proto().into(),
            reason: self.reason.0.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_says_something_in_at_most_1024_bytes() {
        assert!(Reason::parse("reason", "see you next month 🦊").is_ok());
        assert!(Reason::parse("reason", &"x".repeat(1_024)).is_ok());
        for bad in ["", "  ", "a\nb", "\u{1b}[2J", &"x".repeat(1_025)] {
            assert!(Reason::parse("reason", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_decision_of_a_newer_version_is_not_passed_over() {
        let campaign = CampaignId::from_u128(1).to_string();
        let unknown = proto::MembershipChanged { campaign, change: 99, reason: "x".into() };
        assert_eq!(MembershipChanged::check(&unknown), Err(EntryError::Unknown));
    }
}
