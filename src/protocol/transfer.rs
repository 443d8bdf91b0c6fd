// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "transfer": wire transfers of money (protocol.md section 6).

use std::fmt;

use super::count::{self, Shape};
use super::domain::{CampaignDate, CampaignId, check_line};
use super::message::{Metadata, Payload};
use super::money::{Bundle, Money};
use super::proto;
use super::refusal::{ErrorCode, Invalid};
use super::settlement::{Outcome, Place, RequestId};

/// A wire transfer that its source asks for.
#[derive(Clone, PartialEq, Eq)]
pub struct WireTransferRequest {
    /// The campaign that asks.
    pub source: CampaignId,
    /// The campaign that is asked; another one.
    pub target: CampaignId,
    /// Made by the source.
    pub request: RequestId,
    /// More than 0: the source pays. Less: the target does.
    pub amount: Money,
    /// For people: at most 200 characters, no control characters. May be empty.
    pub memo: String,
}

impl fmt::Debug for WireTransferRequest {
    /// Player text stays out of logs.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "WireTransferRequest({} {} -> {})", self.request, self.source, self.target)
    }
}

impl WireTransferRequest {
    /// The side that pays.
    pub fn payer(&self) -> CampaignId {
        if self.amount.is_positive() { self.source } else { self.target }
    }

    /// The side that is paid.
    pub fn payee(&self) -> CampaignId {
        if self.amount.is_positive() { self.target } else { self.source }
    }

    /// What the side that pays gives.
    pub fn bundle(&self) -> Bundle {
        Bundle::of_money(self.amount.abs()).expect("an amount without its sign is above 0")
    }

    /// Checks a request, as a message or as a fact of the ledger.
    pub fn from_proto(proto: proto::WireTransferRequest) -> Result<Self, Invalid> {
        check_line("memo", &proto.memo)?;
        let request = Self {
            source: CampaignId::parse("source", &proto.source)?,
            target: CampaignId::parse("target", &proto.target)?,
            request: RequestId::parse("request", &proto.request)?,
            amount: Money::check("amount", proto.amount.as_ref())?,
            memo: proto.memo,
        };
        if request.source == request.target {
            return Err(Invalid::field("target", "is the source itself"));
        }
        Ok(request)
    }
}

impl Payload for WireTransferRequest {
    type Proto = proto::WireTransferRequest;
    const SHAPE: &'static Shape = &count::WIRE_TRANSFER_REQUEST;
    const LEGACY: bool = false;

    fn check(proto: proto::WireTransferRequest) -> Result<Self, Invalid> {
        Self::from_proto(proto)
    }

    fn to_proto(&self) -> proto::WireTransferRequest {
        proto::WireTransferRequest {
            source: self.source.to_string(),
            target: self.target.to_string(),
            request: self.request.to_string(),
            amount: Some(self.amount.to_proto()),
            memo: self.memo.clone(),
        }
    }

    fn campaign(&self) -> Option<CampaignId> {
        Some(self.source)
    }
}

/// What the target says to a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireTransferResponse {
    /// The campaign that asked.
    pub source: CampaignId,
    /// The campaign that answers.
    pub target: CampaignId,
    /// Which request.
    pub request: RequestId,
    /// Yes; or no, which also takes an earlier yes back.
    pub accepted: bool,
    /// Why not; `Unspecified` is the player's plain no.
    pub reason: ErrorCode,
}

impl Payload for WireTransferResponse {
    type Proto = proto::WireTransferResponse;
    const SHAPE: &'static Shape = &count::WIRE_TRANSFER_RESPONSE;
    const LEGACY: bool = false;

    fn check(proto: proto::WireTransferResponse) -> Result<Self, Invalid> {
        Ok(Self {
            reason: proto.reason(),
            source: CampaignId::parse("source", &proto.source)?,
            target: CampaignId::parse("target", &proto.target)?,
            request: RequestId::parse("request", &proto.request)?,
            accepted: proto.accepted,
        })
    }

    fn to_proto(&self) -> proto::WireTransferResponse {
        proto::WireTransferResponse {
            source: self.source.to_string(),
            target: self.target.to_string(),
            request: self.request.to_string(),
            accepted: self.accepted,
            reason: self.reason.into(),
        }
    }

    fn campaign(&self) -> Option<CampaignId> {
        Some(self.target)
    }
}

/// How a transfer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireTransferCompleted {
    /// The campaign that asked.
    pub source: CampaignId,
    /// The campaign that was asked.
    pub target: CampaignId,
    /// Which request.
    pub request: RequestId,
    /// How it ended.
    pub end: TransferEnd,
    /// As requested; none where the host does not know the request.
    pub amount: Option<Money>,
    /// Its place among the recipient's settlements; none where it is no settlement.
    pub place: Option<Place>,
}

/// How a transfer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferEnd {
    /// The money moves.
    Accepted {
        /// The day from which on the receiving side has it.
        due: CampaignDate,
    },
    /// It does not.
    Rejected {
        /// Why; `Unspecified` is the target's plain no.
        reason: ErrorCode,
    },
}

impl TransferEnd {
    /// Checks the parts of an end, as a message or as a fact of the ledger has them.
    pub fn check(accepted: bool, reason: ErrorCode, due: &str) -> Result<Self, Invalid> {
        if accepted {
            Ok(Self::Accepted { due: CampaignDate::parse("due", due)? })
        } else {
            Ok(Self::Rejected { reason })
        }
    }

    /// Whether the money moves.
    pub fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted { .. })
    }

    /// Why it does not, where it does not.
    pub fn reason(self) -> ErrorCode {
        match self {
            Self::Accepted { .. } => ErrorCode::Unspecified,
            Self::Rejected { reason } => reason,
        }
    }

    /// The day from which on the receiving side has the money, as it travels.
    pub fn due_text(self) -> String {
        match self {
            Self::Accepted { due } => due.to_string(),
            Self::Rejected { .. } => String::new(),
        }
    }
}

impl WireTransferCompleted {
    /// How a request that the host knows ended.
    pub fn of(request: &WireTransferRequest, end: TransferEnd) -> Self {
        let &WireTransferRequest { source, target, request: id, amount, .. } = request;
        Self { source, target, request: id, end, amount: Some(amount), place: None }
    }

    /// What it means for one of its two sides.
    pub fn outcome(&self, recipient: CampaignId) -> Outcome {
        let mut outcome = Outcome::ending(self.request, 0);
        if let (TransferEnd::Accepted { due }, Some(amount)) = (self.end, self.amount) {
            let bundle = Bundle::of_money(amount.abs()).expect("an amount without its sign is above 0");
            if amount.is_positive() == (recipient == self.source) {
                outcome.outgoing = bundle;
            } else {
                outcome.incoming = bundle;
                outcome.due = Some(due);
            }
        }
        outcome
    }
}

impl Payload for WireTransferCompleted {
    type Proto = proto::WireTransferCompleted;
    const SHAPE: &'static Shape = &count::WIRE_TRANSFER_COMPLETED;
    const LEGACY: bool = false;

    fn check(proto: proto::WireTransferCompleted) -> Result<Self, Invalid> {
        let amount = proto.amount.as_ref().map(|amount| Money::check("amount", Some(amount))).transpose()?;
        if proto.accepted && amount.is_none() {
            return Err(Invalid::field("amount", "is missing"));
        }
        Ok(Self {
            end: TransferEnd::check(proto.accepted, proto.reason(), &proto.due)?,
            source: CampaignId::parse("source", &proto.source)?,
            target: CampaignId::parse("target", &proto.target)?,
            request: RequestId::parse("request", &proto.request)?,
            amount,
            place: None,
        })
    }

    fn to_proto(&self) -> proto::WireTransferCompleted {
        proto::WireTransferCompleted {
            source: self.source.to_string(),
            target: self.target.to_string(),
            request: self.request.to_string(),
            accepted: self.end.is_accepted(),
            reason: self.end.reason().into(),
            amount: self.amount.map(Money::to_proto),
            due: self.end.due_text(),
        }
    }

    fn campaign(&self) -> Option<CampaignId> {
        None
    }

    fn metadata(&self) -> Metadata {
        Place::metadata(self.place)
    }

    fn with_metadata(self, metadata: &Metadata) -> Result<Self, Invalid> {
        Ok(Self { place: Place::from_metadata(metadata)?, ..self })
    }
}

/// The source takes its request back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelWireTransferRequest {
    /// Which request.
    pub request: RequestId,
}

impl Payload for CancelWireTransferRequest {
    type Proto = proto::CancelWireTransferRequest;
    const SHAPE: &'static Shape = &count::CANCEL_WIRE_TRANSFER_REQUEST;
    const LEGACY: bool = false;

    fn check(proto: proto::CancelWireTransferRequest) -> Result<Self, Invalid> {
        Ok(Self { request: RequestId::parse("request", &proto.request)? })
    }

    fn to_proto(&self) -> proto::CancelWireTransferRequest {
        proto::CancelWireTransferRequest { request: self.request.to_string() }
    }

    fn campaign(&self) -> Option<CampaignId> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::money::Currency;
    use crate::protocol::settlement::Cursor;

    const SOURCE: CampaignId = CampaignId::from_u128(1);
    const TARGET: CampaignId = CampaignId::from_u128(2);

    fn request(hundredths: i64) -> WireTransferRequest {
        let currency = Currency::parse("currency", "CSB").expect("a currency");
        WireTransferRequest {
            source: SOURCE,
            target: TARGET,
            request: RequestId::from_u128(3),
            amount: Money::new(currency, hundredths).expect("an amount"),
            memo: "Grüße".into(),
        }
    }

    fn due() -> CampaignDate {
        CampaignDate::parse("due", "3025-01-31").expect("a date")
    }

    #[test]
    fn a_request_names_two_campaigns_and_no_player_text_when_printed() {
        let good = request(100);
        assert_eq!(WireTransferRequest::check(good.to_proto()), Ok(good.clone()));
        let own = proto::WireTransferRequest { target: SOURCE.to_string(), ..good.to_proto() };
        assert_eq!(WireTransferRequest::check(own), Err(Invalid("target is the source itself".into())));
        assert!(!format!("{good:?}").contains("Grüße"));
    }

    #[test]
    fn the_sign_says_who_pays() {
        for (hundredths, payer, payee) in [(100, SOURCE, TARGET), (-100, TARGET, SOURCE)] {
            let completed = WireTransferCompleted::of(&request(hundredths), TransferEnd::Accepted { due: due() });
            let (gives, gets) = (completed.outcome(payer), completed.outcome(payee));
            assert!(gives.outgoing == request(100).bundle() && gives.incoming.is_empty() && gives.due.is_none());
            assert!(gets.incoming == request(100).bundle() && gets.outgoing.is_empty());
            assert_eq!(gets.due, Some(due()));
        }
    }

    #[test]
    fn a_rejection_moves_nothing() {
        let end = TransferEnd::Rejected { reason: ErrorCode::Withdrawn };
        for recipient in [SOURCE, TARGET] {
            let outcome = WireTransferCompleted::of(&request(100), end).outcome(recipient);
            assert!(outcome.outgoing.is_empty() && outcome.incoming.is_empty());
        }
    }

    #[test]
    fn a_completion_keeps_its_place_in_the_metadata() {
        let place = Some(Place(Cursor { number: 7, hash: [0xa5; 32] }));
        let end = TransferEnd::Accepted { due: due() };
        let completed = WireTransferCompleted { place, ..WireTransferCompleted::of(&request(100), end) };
        let back = WireTransferCompleted::check(completed.to_proto()).expect("our own");
        assert_eq!(back.with_metadata(&completed.metadata()), Ok(completed));
    }

    #[test]
    fn an_acceptance_without_amount_or_date_is_malformed() {
        let good = WireTransferCompleted::of(&request(100), TransferEnd::Accepted { due: due() }).to_proto();
        let no_amount = proto::WireTransferCompleted { amount: None, ..good.clone() };
        assert_eq!(WireTransferCompleted::check(no_amount), Err(Invalid("amount is missing".into())));
        assert!(WireTransferCompleted::check(proto::WireTransferCompleted { due: String::new(), ..good }).is_err());
    }
}
