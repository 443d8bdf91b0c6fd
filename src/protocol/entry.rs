// SPDX-License-Identifier: GPL-3.0-or-later
//! The facts that a host campaign's ledger holds (protocol.md section 5, "Ledger and session").
//!
//! State is rebuilt by applying them in order, and live operation changes state by the same facts. Each has a number,
//! its place in the ledger counted from 1; whoever applies all of them knows it by counting.

use prost::Message;
use prost::bytes::Bytes;

use super::Payload;
use super::domain::{CampaignDate, CampaignDetails, CampaignId};
use super::key::CampaignKeyDigest;
use super::member::MembershipChanged;
use super::proto::ledger as proto;
use super::refusal::Invalid;
use super::settlement::{Adjustment, Cursor, RequestId};
use super::team::{DailyLog, check_team};
use super::transfer::{TransferEnd, WireTransferRequest};

/// One fact and when it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Milliseconds since 1970-01-01 UTC by the host's clock. For people: no rule looks at it.
    pub unix_ms: i64,
    /// The fact.
    pub record: Record,
}

/// A fact. Each room has its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A campaign as last known, the host's own included; `team` and `active` say nothing here.
    CampaignRecorded(CampaignDetails),
    /// The host put a campaign into a team.
    TeamAssigned {
        /// Which campaign.
        campaign: CampaignId,
        /// From 1.
        team: i32,
    },
    /// The host set who may see whose TOE.
    VisibilitySet(ToeVisibility),
    /// A daily log waits for teammates who are away.
    LogKept(KeptLog),
    /// A teammate has what was kept for it.
    LogDelivered {
        /// Who.
        recipient: CampaignId,
        /// How many of the oldest logs kept for it have arrived.
        count: u64,
    },
    /// The host campaign stands on another day.
    HostDate(CampaignDate),
    /// From now on a campaign joins with this key only.
    CampaignKeyBound {
        /// Which campaign.
        campaign: CampaignId,
        /// What is kept of its key.
        key: CampaignKeyDigest,
    },
    /// The host's player decided about a campaign.
    MembershipChanged(MembershipChanged),
    /// A campaign asks for a transfer.
    TransferRequested {
        /// What it asks for.
        transfer: WireTransferRequest,
        /// When it expires, in milliseconds since 1970-01-01 UTC.
        expires_unix_ms: Option<i64>,
    },
    /// The target of a transfer accepts, and waits for the side that pays.
    TransferAccepted(RequestId),
    /// How a transfer ended: a settlement for both sides, the source's first.
    TransferClosed {
        /// Which.
        request: RequestId,
        /// How.
        end: TransferEnd,
    },
    /// A campaign left quarantine: a settlement for it, where its cursor stands from then on.
    QuarantineExited {
        /// Which.
        campaign: CampaignId,
        /// Counted from 1 for each campaign.
        exit: u64,
        /// Where its save had stood.
        left: Cursor,
    },
    /// The host sets something right: a settlement for the campaign that it names.
    AdjustmentMade(Adjustment),
}

/// Who may see a campaign's TOE (protocol.md section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ToeVisibility {
    /// Campaigns of the same team.
    #[default]
    Team,
    /// Every campaign.
    Everyone,
}

/// A daily log that is kept for teammates (protocol.md section 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLog {
    /// The log.
    pub log: DailyLog,
    /// For whom it is kept; at least one.
    pub recipients: Vec<CampaignId>,
}

/// Why an entry cannot be taken for a fact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Not an entry at all.
    #[error("is not an entry")]
    Malformed,
    /// A fact that this library does not know, so a newer one must have written it.
    #[error("was written by a newer version")]
    Unknown,
    /// A fact with a value that does not fit.
    #[error("does not fit: {0}")]
    Invalid(#[from] Invalid),
}

impl Entry {
    /// As the ledger holds it.
    pub fn encode(&self) -> Bytes {
        proto::Entry { unix_ms: self.unix_ms, record: Some(self.record.to_proto()) }.encode_to_vec().into()
    }

    /// Reads an entry as the ledger holds it.
    pub fn decode(body: &[u8]) -> Result<Self, EntryError> {
        let entry = proto::Entry::decode(body).map_err(|_| EntryError::Malformed)?;
        let record = Record::check(entry.record.ok_or(EntryError::Unknown)?)?;
        Ok(Self { unix_ms: entry.unix_ms, record })
    }
}

impl Record {
    fn check(record: proto::entry::Record) -> Result<Self, EntryError> {
        use proto::entry::Record as Proto;
        Ok(match record {
            Proto::CampaignRecorded(recorded) => {
                Self::CampaignRecorded(CampaignDetails::check("campaign", recorded.campaign.as_ref())?)
            }
            Proto::TeamAssigned(assigned) => Self::TeamAssigned {
                campaign: CampaignId::parse("campaign", &assigned.campaign)?,
                team: check_team(assigned.team)?,
            },
            Proto::VisibilitySet(set) => Self::VisibilitySet(ToeVisibility::check(set.visibility)?),
            Proto::LogKept(kept) => Self::LogKept(KeptLog::check(kept)?),
            Proto::LogDelivered(delivered) => Self::LogDelivered {
                recipient: CampaignId::parse("recipient", &delivered.recipient)?,
                count: delivered.count,
            },
            Proto::HostDate(host) => Self::HostDate(CampaignDate::parse("date", &host.date)?),
            Proto::CampaignKeyBound(bound) => Self::CampaignKeyBound {
                campaign: CampaignId::parse("campaign", &bound.campaign)?,
                key: CampaignKeyDigest::from_bytes("key_sha256", &bound.key_sha256)?,
            },
            Proto::MembershipChanged(changed) => Self::MembershipChanged(MembershipChanged::check(&changed)?),
            Proto::TransferRequested(requested) => Self::check_requested(requested)?,
            Proto::TransferAccepted(accepted) => {
                Self::TransferAccepted(RequestId::parse("request", &accepted.request)?)
            }
            Proto::TransferClosed(closed) => Self::TransferClosed {
                request: RequestId::parse("request", &closed.request)?,
                end: TransferEnd::check(closed.accepted, closed.reason(), &closed.due)?,
            },
            Proto::QuarantineExited(exited) => Self::QuarantineExited {
                campaign: CampaignId::parse("campaign", &exited.campaign)?,
                exit: exited.exit,
                left: Cursor::check("left", &exited.left.unwrap_or_default())?,
            },
            Proto::AdjustmentMade(made) => {
                Self::AdjustmentMade(Adjustment::from_proto(&made.adjustment.unwrap_or_default())?)
            }
        })
    }

    fn check_requested(requested: proto::TransferRequested) -> Result<Self, Invalid> {
        let transfer = WireTransferRequest::from_proto(requested.transfer.unwrap_or_default())?;
        let expires_unix_ms = Some(requested.expires_unix_ms).filter(|&expires| expires != 0);
        Ok(Self::TransferRequested { transfer, expires_unix_ms })
    }

    fn to_proto(&self) -> proto::entry::Record {
        use proto::entry::Record as Proto;
        match self {
            Self::CampaignRecorded(details) => {
                Proto::CampaignRecorded(proto::CampaignRecorded { campaign: Some(details.to_proto()) })
            }
            Self::TeamAssigned { campaign, team } => {
                Proto::TeamAssigned(proto::TeamAssigned { campaign: campaign.to_string(), team: *team })
            }
            Self::VisibilitySet(visibility) => {
                Proto::VisibilitySet(proto::VisibilitySet { visibility: visibility.to_proto().into() })
            }
            Self::LogKept(kept) => Proto::LogKept(kept.to_proto()),
            Self::LogDelivered { recipient, count } => {
                Proto::LogDelivered(proto::LogDelivered { recipient: recipient.to_string(), count: *count })
            }
            Self::HostDate(date) => Proto::HostDate(proto::HostDate { date: date.to_string() }),
            Self::CampaignKeyBound { campaign, key } => Proto::CampaignKeyBound(proto::CampaignKeyBound {
                campaign: campaign.to_string(),
                key_sha256: key.as_bytes().to_vec(),
            }),
            Self::MembershipChanged(changed) => Proto::MembershipChanged(changed.to_proto()),
            Self::TransferRequested { transfer, expires_unix_ms } => {
                Proto::TransferRequested(proto::TransferRequested {
                    transfer: Some(transfer.to_proto()),
                    expires_unix_ms: expires_unix_ms.unwrap_or_default(),
                })
            }
            Self::TransferAccepted(request) => {
                Proto::TransferAccepted(proto::TransferAccepted { request: request.to_string() })
            }
            Self::TransferClosed { request, end } => Proto::TransferClosed(proto::TransferClosed {
                request: request.to_string(),
                accepted: end.is_accepted(),
                reason: end.reason().into(),
                due: end.due_text(),
            }),
            Self::QuarantineExited { campaign, exit, left } => Proto::QuarantineExited(proto::QuarantineExited {
                campaign: campaign.to_string(),
                exit: *exit,
                left: Some(left.to_proto()),
            }),
            Self::AdjustmentMade(adjustment) => {
                Proto::AdjustmentMade(proto::AdjustmentMade { adjustment: Some(adjustment.to_proto()) })
            }
        }
    }
}

impl ToeVisibility {
    /// A visibility that this library does not know would show a TOE to the wrong people, so it is not guessed.
    fn check(visibility: i32) -> Result<Self, EntryError> {
        match proto::ToeVisibility::try_from(visibility) {
            Ok(proto::ToeVisibility::Team) => Ok(Self::Team),
            Ok(proto::ToeVisibility::Everyone) => Ok(Self::Everyone),
            Ok(proto::ToeVisibility::Unspecified) => Err(Invalid::field("visibility", "is missing").into()),
            Err(_) => Err(EntryError::Unknown),
        }
    }

    fn to_proto(self) -> proto::ToeVisibility {
        match self {
            Self::Team => proto::ToeVisibility::Team,
            Self::Everyone => proto::ToeVisibility::Everyone,
        }
    }
}

impl KeptLog {
    fn check(kept: proto::LogKept) -> Result<Self, Invalid> {
        let recipients = kept.recipients.iter().map(|recipient| CampaignId::parse("recipients", recipient));
        let recipients = recipients.collect::<Result<Vec<_>, _>>()?;
        if recipients.is_empty() {
            return Err(Invalid::field("recipients", "is empty"));
        }
        let author = CampaignId::parse("author", &kept.author)?;
        let log = DailyLog::new(author, CampaignDate::parse("date", &kept.date)?, kept.entries)?;
        Ok(Self { log, recipients })
    }

    fn to_proto(&self) -> proto::LogKept {
        proto::LogKept {
            author: self.log.campaign.to_string(),
            date: self.log.date.to_string(),
            entries: self.log.entries.to_vec(),
            recipients: self.recipients.iter().map(CampaignId::to_string).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Text;
    use crate::protocol::key::CampaignKey;
    use crate::protocol::member::{Membership, Reason};
    use crate::protocol::money::{Currency, Money};
    use crate::protocol::refusal::ErrorCode;

    fn date() -> CampaignDate {
        CampaignDate::parse("date", "3025-01-31").expect("a date")
    }

    fn decisions(campaign: CampaignId) -> impl Iterator<Item = Record> {
        let changes = [
            Membership::Kicked,
            Membership::Banned,
            Membership::Unbanned,
            Membership::Retired,
            Membership::Readmitted,
            Membership::KeyReset,
        ];
        let reason = Reason::parse("reason", "Payday was late").expect("a reason");
        changes.into_iter().map(move |change| {
            Record::MembershipChanged(MembershipChanged { campaign, change, reason: reason.clone() })
        })
    }

    fn one_of_each() -> Vec<Record> {
        let [first, second] = [1, 2].map(CampaignId::from_u128);
        let text = Text::parse("text", "Grüße 🦊").expect("a text");
        let rejected = TransferEnd::Rejected { reason: ErrorCode::NotHeld };
        [
            Record::CampaignRecorded(CampaignDetails {
                id: first,
                name: text.clone(),
                date: date(),
                team: 0,
                location: text,
                gm_mode: true,
                active: false,
                status: Default::default(),
                ready: false,
                standing: Default::default(),
            }),
            Record::TeamAssigned { campaign: first, team: 2 },
            Record::VisibilitySet(ToeVisibility::Team),
            Record::VisibilitySet(ToeVisibility::Everyone),
            Record::LogKept(KeptLog {
                log: DailyLog::new(first, date(), vec!["<b>Payday</b>".to_owned()]).expect("a good log"),
                recipients: vec![second, first],
            }),
            Record::LogDelivered { recipient: second, count: u64::MAX },
            Record::HostDate(date()),
            Record::CampaignKeyBound { campaign: first, key: CampaignKey::new([7; 32]).digest() },
            Record::TransferRequested { transfer: transfer(first, second), expires_unix_ms: None },
            Record::TransferRequested { transfer: transfer(second, first), expires_unix_ms: Some(-1) },
            Record::TransferAccepted(RequestId::from_u128(3)),
            Record::TransferClosed { request: RequestId::from_u128(3), end: TransferEnd::Accepted { due: date() } },
            Record::TransferClosed { request: RequestId::from_u128(3), end: rejected },
            Record::QuarantineExited { campaign: first, exit: 2, left: Cursor { number: 7, hash: [5; 32] } },
            Record::AdjustmentMade(Adjustment {
                campaign: first,
                outgoing: transfer(first, second).bundle(),
                incoming: Default::default(),
                reason: Text::parse("reason", "Grüße").expect("a text"),
                exit: 1,
                due: date(),
                place: None,
            }),
        ]
        .into_iter()
        .chain(decisions(second))
        .collect()
    }

    fn transfer(source: CampaignId, target: CampaignId) -> WireTransferRequest {
        let currency = Currency::parse("currency", "CSB").expect("a currency");
        WireTransferRequest {
            source,
            target,
            request: RequestId::from_u128(3),
            amount: Money::new(currency, -600).expect("an amount"),
            memo: "Grüße".into(),
        }
    }

    #[test]
    fn every_fact_comes_back_as_it_was_recorded() {
        for record in one_of_each() {
            let entry = Entry { unix_ms: -1, record };
            assert_eq!(Entry::decode(&entry.encode()), Ok(entry));
        }
    }

    #[test]
    fn a_fact_of_a_newer_version_is_not_passed_over() {
        const FIELD_99_EMPTY: &[u8] = &[0x9a, 0x06, 0x00];
        assert_eq!(Entry::decode(FIELD_99_EMPTY), Err(EntryError::Unknown));
        assert_eq!(Entry::decode(&[]), Err(EntryError::Unknown));
        let unknown = proto::entry::Record::VisibilitySet(proto::VisibilitySet { visibility: 3 });
        assert_eq!(Record::check(unknown), Err(EntryError::Unknown));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        use proto::entry::Record as Proto;
        let team = Proto::TeamAssigned(proto::TeamAssigned { campaign: CampaignId::from_u128(1).to_string(), team: 0 });
        assert_eq!(Record::check(team), Err(EntryError::Invalid(Invalid("team is 0, not 1 or more".into()))));
        let host = Proto::HostDate(proto::HostDate { date: "3025-02-30".into() });
        assert!(matches!(Record::check(host), Err(EntryError::Invalid(_))));
        assert_eq!(Entry::decode(&[0xff]), Err(EntryError::Malformed));
    }

    #[test]
    fn a_log_shows_no_player_text_when_printed() {
        let printed = format!("{:?}", one_of_each());
        assert!(!printed.contains("Payday") && !printed.contains("Grüße"), "{printed}");
    }
}
