// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "settlement": outcomes that a save must apply, and the talk about how far it has (protocol.md section 5).

use std::fmt;

use uuid::Uuid;

use super::count::{self, Shape};
use super::domain::{CampaignDate, CampaignId, Text, parse_uuid};
use super::message::{Metadata, Payload};
use super::money::Bundle;
use super::proto;
use super::refusal::Invalid;
pub use super::standing::Standing;
use super::transfer::WireTransferRequest;

/// A request's UUID, made by whoever asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(Uuid);

impl RequestId {
    /// Reads UUID text.
    pub fn parse(field: &str, text: &str) -> Result<Self, Invalid> {
        parse_uuid(field, text).map(Self)
    }

    /// From sixteen bytes, of which one at least is not 0.
    pub const fn from_u128(value: u128) -> Self {
        Self(Uuid::from_u128(value))
    }

    /// The sixteen bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// From the sixteen bytes; the nil UUID is refused.
    pub fn from_slice(field: &str, bytes: &[u8]) -> Result<Self, Invalid> {
        match Uuid::from_slice(bytes) {
            Ok(uuid) if !uuid.is_nil() => Ok(Self(uuid)),
            _ => Err(Invalid::field(field, "is not a UUID")),
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.hyphenated(), formatter)
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// A hash of the chain of a campaign's settlements.
pub type ChainHash = [u8; 32];

/// How far a save has applied its settlements: the number of the last one, and the hash of the chain up to it.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    /// Counted from 1; 0: none yet.
    pub number: u64,
    /// All 0 where the number is.
    pub hash: ChainHash,
}

impl fmt::Debug for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{} {:02x}{:02x}…", self.number, self.hash[0], self.hash[1])
    }
}

impl Cursor {
    /// Checks a cursor as it came.
    pub fn check(field: &str, proto: &proto::Cursor) -> Result<Self, Invalid> {
        if proto.number == 0 {
            return Ok(Self::default());
        }
        let hash = ChainHash::try_from(proto.hash.as_slice());
        let hash = hash.map_err(|_| Invalid::field(field, "has a hash that is not 32 bytes"))?;
        Ok(Self { number: proto.number, hash })
    }

    /// As it travels.
    pub fn to_proto(self) -> proto::Cursor {
        let hash = if self.number == 0 { Vec::new() } else { self.hash.to_vec() };
        proto::Cursor { number: self.number, hash }
    }
}

fn check_cursor(field: &str, proto: Option<&proto::Cursor>) -> Result<Cursor, Invalid> {
    Cursor::check(field, proto.ok_or_else(|| Invalid::field(field, "is missing"))?)
}

/// A settlement's own place in the chain: where the cursor of its recipient stands once it is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(pub Cursor);

/// Key of the metadata that holds a settlement's number.
const NUMBER: &str = "settlement";
/// Key of the metadata that holds the hash of the chain up to it.
const HASH: &str = "settlement-hash";

impl Place {
    /// What of a settlement travels in the envelope's metadata.
    pub fn metadata(place: Option<Self>) -> Metadata {
        let Some(Self(cursor)) = place else { return Metadata::new() };
        let hash = cursor.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Metadata::from([(NUMBER.into(), cursor.number.to_string()), (HASH.into(), hash)])
    }

    /// Reads it back; none where the message is no settlement.
    pub fn from_metadata(metadata: &Metadata) -> Result<Option<Self>, Invalid> {
        let (number, hash) = match (metadata.get(NUMBER), metadata.get(HASH)) {
            (None, None) => return Ok(None),
            (Some(number), Some(hash)) => (number, hash),
            _ => return Err(Invalid::field("metadata", "has one of settlement and settlement-hash without the other")),
        };
        let digits = number.bytes().all(|digit| digit.is_ascii_digit()) && !number.starts_with('0');
        let number = number.parse().ok().filter(|_| digits);
        let number = number.ok_or_else(|| Invalid::field("metadata.settlement", "is not a number from 1"))?;
        let hash = parse_hash(hash).ok_or_else(|| Invalid::field("metadata.settlement-hash", "is not 64 digits"))?;
        Ok(Some(Self(Cursor { number, hash })))
    }
}

fn parse_hash(text: &str) -> Option<ChainHash> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(hash)
}

/// What a settlement means for its recipient: all that applying it needs, whether or not the save remembers the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The request that it ends; none for an adjustment.
    pub request: Option<RequestId>,
    /// The revision that was agreed to.
    pub revision: u64,
    /// What the recipient gives, at once.
    pub outgoing: Bundle,
    /// What the recipient gets.
    pub incoming: Bundle,
    /// The day from which on it has it.
    pub due: Option<CampaignDate>,
    /// The quarantine exit whose damage this repairs; 0: none.
    pub exit: u64,
}

impl Outcome {
    /// Ends a request, and moves nothing yet.
    pub fn ending(request: RequestId, revision: u64) -> Self {
        let (outgoing, incoming) = (Bundle::default(), Bundle::default());
        Self { request: Some(request), revision, outgoing, incoming, due: None, exit: 0 }
    }
}

/// A request that is not yet resolved, as the host has it recorded, told to one who takes part in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRequest {
    /// Which; a request without revisions has revision 0.
    pub key: HoldKey,
    /// What the recipient of the listing has promised and must therefore hold; perhaps nothing.
    pub promised: Bundle,
    /// The recipient of the listing has accepted.
    pub accepted: bool,
    /// The request in full.
    pub content: OpenContent,
}

/// A request in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenContent {
    /// A wire transfer.
    Wire(WireTransferRequest),
    /// Of a kind that this version does not know.
    Unknown,
}

/// What a hold is known by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HoldKey {
    /// The request it was made for.
    pub request: RequestId,
    /// The revision of that request; 0 where it has none.
    pub revision: u64,
}

impl fmt::Debug for HoldKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} r{}", self.request, self.revision)
    }
}

impl OpenRequest {
    fn check(proto: proto::OpenRequest) -> Result<Self, Invalid> {
        let request = RequestId::parse("open.request", &proto.request)?;
        Ok(Self {
            key: HoldKey { request, revision: proto.revision },
            promised: Bundle::check("open.promised", proto.promised.as_ref())?,
            accepted: proto.accepted,
            content: match proto.content {
                Some(proto::open_request::Content::Wire(wire)) => {
                    OpenContent::Wire(WireTransferRequest::from_proto(wire)?)
                }
                None => OpenContent::Unknown,
            },
        })
    }

    fn to_proto(&self) -> proto::OpenRequest {
        proto::OpenRequest {
            request: self.key.request.to_string(),
            revision: self.key.revision,
            promised: self.promised.to_proto(),
            accepted: self.accepted,
            content: match &self.content {
                OpenContent::Wire(wire) => Some(proto::open_request::Content::Wire(wire.to_proto())),
                OpenContent::Unknown => None,
            },
        }
    }
}

/// One page of a campaign's open requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRequests {
    /// The requests.
    pub open: Vec<OpenRequest>,
    /// Counted from 1.
    pub page: u32,
    /// No page follows.
    pub last: bool,
}

impl Payload for OpenRequests {
    type Proto = proto::OpenRequests;
    const SHAPE: &'static Shape = &count::OPEN_REQUESTS;
    const LEGACY: bool = false;

    fn check(proto: proto::OpenRequests) -> Result<Self, Invalid> {
        let open = proto.open.into_iter().map(OpenRequest::check).collect::<Result<_, _>>()?;
        Ok(Self { open, page: proto.page, last: proto.last })
    }

    fn to_proto(&self) -> proto::OpenRequests {
        let open = self.open.iter().map(OpenRequest::to_proto).collect();
        proto::OpenRequests { open, page: self.page, last: self.last }
    }

    fn campaign(&self) -> Option<CampaignId> {
        None
    }
}

/// What a campaign holds after it has made its holds those of the listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmed {
    /// The holds.
    pub held: Vec<HoldKey>,
    /// Another Confirmed follows.
    pub more: bool,
}

impl Payload for Confirmed {
    type Proto = proto::Confirmed;
    const SHAPE: &'static Shape = &count::CONFIRMED;
    const LEGACY: bool = false;

    fn check(proto: proto::Confirmed) -> Result<Self, Invalid> {
        let key = |held: &proto::Held| {
            let request = RequestId::parse("held.request", &held.request)?;
            Ok(HoldKey { request, revision: held.revision })
        };
        Ok(Self { held: proto.held.iter().map(key).collect::<Result<_, Invalid>>()?, more: proto.more })
    }

    fn to_proto(&self) -> proto::Confirmed {
        let held = |key: &HoldKey| proto::Held { request: key.request.to_string(), revision: key.revision };
        proto::Confirmed { held: self.held.iter().map(held).collect(), more: self.more }
    }

    fn campaign(&self) -> Option<CampaignId> {
        None
    }
}

/// The ledger does not have what the campaign's save has applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The last settlement that the ledger has for the campaign.
    pub end: Cursor,
    /// What the ledger has under the number that the campaign named; none: it ends before that.
    pub known: Option<Cursor>,
}

impl Payload for Quarantined {
    type Proto = proto::Quarantined;
    const SHAPE: &'static Shape = &count::QUARANTINED;
    const LEGACY: bool = false;

    fn check(proto: proto::Quarantined) -> Result<Self, Invalid> {
        let known = proto.known.as_ref().map(|known| Cursor::check("known", known)).transpose()?;
        Ok(Self { end: check_cursor("end", proto.end.as_ref())?, known })
    }

    fn to_proto(&self) -> proto::Quarantined {
        proto::Quarantined { end: Some(self.end.to_proto()), known: self.known.map(Cursor::to_proto) }
    }

    fn campaign(&self) -> Option<CampaignId> {
        None
    }
}

/// The player's word to go on from the ledger's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineExitRequest;

impl Payload for QuarantineExitRequest {
    type Proto = proto::QuarantineExitRequest;
    const SHAPE: &'static Shape = &count::QUARANTINE_EXIT_REQUEST;
    const LEGACY: bool = false;

    fn check(_: proto::QuarantineExitRequest) -> Result<Self, Invalid> {
        Ok(Self)
    }

    fn to_proto(&self) -> proto::QuarantineExitRequest {
        proto::QuarantineExitRequest {}
    }

    fn campaign(&self) -> Option<CampaignId> {
        None
    }
}

/// The way out of quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineExited {
    /// Number of this exit among the campaign's, from 1.
    pub exit: u64,
    /// Where the campaign's cursor stands from now on.
    pub cursor: Cursor,
}

impl Payload for QuarantineExited {
    type Proto = proto::QuarantineExited;
    const SHAPE: &'static Shape = &count::QUARANTINE_EXITED;
    const LEGACY: bool = false;

    fn check(proto: proto::QuarantineExited) -> Result<Self, Invalid> {
        if proto.exit == 0 {
            return Err(Invalid::field("exit", "is 0"));
        }
        Ok(Self { exit: proto.exit, cursor: check_cursor("cursor", proto.cursor.as_ref())? })
    }

    fn to_proto(&self) -> proto::QuarantineExited {
        proto::QuarantineExited { exit: self.exit, cursor: Some(self.cursor.to_proto()) }
    }

    fn campaign(&self) -> Option<CampaignId> {
        None
    }
}

/// The host sets something right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// Whose save.
    pub campaign: CampaignId,
    /// Taken from it.
    pub outgoing: Bundle,
    /// Given to it.
    pub incoming: Bundle,
    /// For people.
    pub reason: Text,
    /// The exit whose damage it repairs; 0: none.
    pub exit: u64,
    /// The day from which on the incoming bundle is there.
    pub due: CampaignDate,
    /// To the campaign, its place among its settlements; to everyone else, its place among all adjustments of the session.
    pub place: Option<Place>,
}

impl Adjustment {
    /// Checks an adjustment, as a message or as a fact of the ledger.
    pub fn from_proto(proto: &proto::Adjustment) -> Result<Self, Invalid> {
        let adjustment = Self {
            campaign: CampaignId::parse("campaign", &proto.campaign)?,
            outgoing: Bundle::check("outgoing", proto.outgoing.as_ref())?,
            incoming: Bundle::check("incoming", proto.incoming.as_ref())?,
            reason: Text::parse("reason", &proto.reason)?,
            exit: proto.exit,
            due: CampaignDate::parse("due", &proto.due)?,
            place: None,
        };
        if adjustment.outgoing.is_empty() && adjustment.incoming.is_empty() {
            return Err(Invalid("an adjustment that moves nothing".into()));
        }
        Ok(adjustment)
    }

    /// What it means for the campaign that is adjusted.
    pub fn outcome(&self) -> Outcome {
        Outcome {
            request: None,
            revision: 0,
            outgoing: self.outgoing.clone(),
            incoming: self.incoming.clone(),
            due: (!self.incoming.is_empty()).then_some(self.due),
            exit: self.exit,
        }
    }
}

impl Payload for Adjustment {
    type Proto = proto::Adjustment;
    const SHAPE: &'static Shape = &count::ADJUSTMENT;
    const LEGACY: bool = false;

    fn check(proto: proto::Adjustment) -> Result<Self, Invalid> {
        Self::from_proto(&proto)
    }

    fn to_proto(&self) -> proto::Adjustment {
        proto::Adjustment {
            campaign: self.campaign.to_string(),
            outgoing: self.outgoing.to_proto(),
            incoming: self.incoming.to_proto(),
            reason: self.reason.as_str().to_owned(),
            exit: self.exit,
            due: self.due.to_string(),
        }
    }

    /// From the host only, about another campaign.
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

#[cfg(test)]
#[path = "settlement_tests.rs"]
mod tests;
