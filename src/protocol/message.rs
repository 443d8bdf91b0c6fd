// SPDX-License-Identifier: GPL-3.0-or-later
//! The messages of the bus: one line each in the table below, their shape and checks in the file of their room.

use std::collections::HashMap;

use bytes::Bytes;
use prost::{Message, Name};

use super::count::{self, Shape};
use super::domain::CampaignId;
use super::proto;
use super::refusal::{ErrorCode, Invalid, Refusal};
use super::{force, link, roster, settlement, team, timeline, transfer};

/// A message of the bus after its checks.
pub trait Payload: Sized {
    /// The generated type that it travels as.
    type Proto: Message + Name + Default;

    /// What is counted before the message is decoded.
    const SHAPE: &'static Shape;

    /// Whether peers of the old contract know this message (protocol.md section 1, "Legacy peers").
    const LEGACY: bool;

    /// Checks every field.
    fn check(proto: Self::Proto) -> Result<Self, Invalid>;

    /// As it travels.
    fn to_proto(&self) -> Self::Proto;

    /// The campaign whose message the payload says it is, where it says so.
    fn campaign(&self) -> Option<CampaignId>;

    /// What of the message travels in the envelope's metadata.
    fn metadata(&self) -> Metadata {
        Metadata::new()
    }

    /// Takes over what came in the envelope's metadata.
    fn with_metadata(self, _metadata: &Metadata) -> Result<Self, Invalid> {
        Ok(self)
    }
}

/// An envelope's metadata.
pub type Metadata = HashMap<String, String>;

fn decode_payload<P: Payload>(bytes: Bytes, metadata: &Metadata) -> Result<P, Refusal> {
    count::check(&bytes, P::SHAPE).map_err(Refusal::from)?;
    let proto = P::Proto::decode(bytes).map_err(|_| Invalid("the payload is not of its type".into()))?;
    Ok(P::check(proto)?.with_metadata(metadata)?)
}

fn encode_payload<P: Payload>(payload: &P) -> proto::Any {
    proto::Any { type_url: P::Proto::type_url(), value: payload.to_proto().encode_to_vec().into() }
}

/// The name behind `type.googleapis.com/mekhqonline.`; only what follows the last slash counts, as for any `Any`.
pub(super) fn message_name(type_url: &str) -> Option<&str> {
    type_url.rsplit('/').next()?.strip_prefix("mekhqonline.")
}

macro_rules! bus_messages {
    ($($name:ident($room:ident::$payload:ident)),+ $(,)?) => {
        /// Any message that may stand in an envelope on the bus.
        #[derive(Debug, Clone, PartialEq)]
        pub enum BusMessage {
            $(#[doc = concat!("See [`", stringify!($room), "::", stringify!($payload), "`].")] $name($room::$payload)),+
        }

        impl BusMessage {
            /// Reads a payload of the named type. `None`: no type that this library knows.
            pub fn decode(type_url: &str, value: Bytes, metadata: &Metadata) -> Option<Result<Self, Refusal>> {
                match message_name(type_url)? {
                    $(<$room::$payload as Payload>::Proto::NAME => {
                        Some(decode_payload::<$room::$payload>(value, metadata).map(Self::$name))
                    })+
                    _ => None,
                }
            }

            /// The payload with its type, ready for an envelope.
            pub fn to_any(&self) -> proto::Any {
                match self { $(Self::$name(payload) => encode_payload(payload)),+ }
            }

            /// What of it travels in the envelope's metadata.
            pub fn metadata(&self) -> Metadata {
                match self { $(Self::$name(payload) => payload.metadata()),+ }
            }

            /// The message's name in the contract.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => <$room::$payload as Payload>::Proto::NAME),+ }
            }

            /// Whether peers of the old contract know this message.
            pub fn is_legacy(&self) -> bool {
                match self { $(Self::$name(_) => <$room::$payload as Payload>::LEGACY),+ }
            }

            /// The campaign whose message this says it is, where it says so.
            pub fn campaign(&self) -> Option<CampaignId> {
                match self { $(Self::$name(payload) => payload.campaign()),+ }
            }
        }

        $(impl From<$room::$payload> for BusMessage {
            fn from(payload: $room::$payload) -> Self {
                Self::$name(payload)
            }
        })+
    };
}

bus_messages! {
    Ping(link::Ping),
    Pong(link::Pong),
    Goodbye(link::Goodbye),
    Refused(link::Refused),
    GmModeChanged(roster::GmModeChanged),
    LocationChanged(roster::LocationChanged),
    CampaignDateChanged(timeline::CampaignDateChanged),
    ReadyToAdvance(timeline::ReadyToAdvance),
    TeamAssignment(team::TeamAssignment),
    DailyLog(team::DailyLog),
    ToeUpdated(force::ToeUpdated),
    ToeHidden(force::ToeHidden),
    OpenRequests(settlement::OpenRequests),
    Confirmed(settlement::Confirmed),
    Quarantined(settlement::Quarantined),
    QuarantineExitRequest(settlement::QuarantineExitRequest),
    QuarantineExited(settlement::QuarantineExited),
    Adjustment(settlement::Adjustment),
    WireTransferRequest(transfer::WireTransferRequest),
    WireTransferResponse(transfer::WireTransferResponse),
    WireTransferCompleted(transfer::WireTransferCompleted),
    CancelWireTransferRequest(transfer::CancelWireTransferRequest),
}

impl BusMessage {
    /// Messages of the same kind about the same campaign that replace one another: the last one tells where things
    /// stand. `None`: each one counts.
    pub fn state_key(&self) -> Option<(&'static str, Option<CampaignId>)> {
        match self {
            Self::CampaignDateChanged(_)
            | Self::GmModeChanged(_)
            | Self::LocationChanged(_)
            | Self::ToeUpdated(_)
            | Self::TeamAssignment(_) => Some((self.name(), self.campaign())),
            // A roster introduces those whose messages follow it, so nothing may overtake it.
            Self::Pong(_)
            | Self::Ping(_)
            | Self::Goodbye(_)
            | Self::Refused(_)
            | Self::ReadyToAdvance(_)
            | Self::DailyLog(_)
            // Nothing that shows a TOE again may be overtaken by it, and it replaces none of its kind.
            | Self::ToeHidden(_)
            | Self::OpenRequests(_)
            | Self::Confirmed(_)
            | Self::Quarantined(_)
            | Self::QuarantineExitRequest(_)
            | Self::QuarantineExited(_)
            | Self::Adjustment(_)
            | Self::WireTransferRequest(_)
            | Self::WireTransferResponse(_)
            | Self::WireTransferCompleted(_)
            | Self::CancelWireTransferRequest(_) => None,
        }
    }

    /// Whether it is about settlements, or about requests that end in one: it waits behind a settlement that is paused,
    /// and concerns the campaign's save.
    pub fn is_about_settlements(&self) -> bool {
        is_about_settlements(self.name())
    }
}

/// The same of a message that is known by its name.
pub fn is_about_settlements(name: &str) -> bool {
    matches!(
        name,
        "OpenRequests"
            | "Confirmed"
            | "Quarantined"
            | "QuarantineExitRequest"
            | "QuarantineExited"
            | "Adjustment"
            | "WireTransferRequest"
            | "WireTransferResponse"
            | "WireTransferCompleted"
            | "CancelWireTransferRequest"
    )
}

impl From<count::CountError> for Refusal {
    fn from(error: count::CountError) -> Self {
        let code = match error {
            count::CountError::Malformed => ErrorCode::InvalidArgument,
            _ => ErrorCode::TooMany,
        };
        Self::new(code, error.to_string())
    }
}
