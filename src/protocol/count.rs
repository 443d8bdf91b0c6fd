// SPDX-License-Identifier: GPL-3.0-or-later

//! Counts a message's elements on the wire, before it is decoded (protocol.md section 1).
//!
//! An empty sub-message takes two bytes on the wire and some two hundred once decoded, so a limit on bytes alone is no
//! limit on memory. [`check`] walks the encoded fields and refuses what holds too many elements, or nests them too
//! deep; only what passes is worth decoding.
//!
//! The walk reads keys and numbers with the decoder's own functions, so the two cannot take the same bytes for
//! different fields. It is stricter than the decoder in three points: groups, which proto3 does not have, are refused
//! instead of skipped; a counted field must be length-delimited, where the decoder does not look in the case of map
//! entries; and a singular sub-message may not occur twice, where the decoder would merge.

use prost::encoding::{WireType, decode_key, decode_varint};

/// Entries of an envelope's metadata.
pub const METADATA_ENTRIES_MAX: u32 = 32;
/// Features of a `ConnectionRequest` or `ConnectionResponse`.
pub const FEATURES_MAX: u32 = 64;
/// Campaigns in one message.
pub const CAMPAIGNS_PER_MESSAGE_MAX: u32 = 256;

/// Entries of a `DailyLog`.
pub const LOG_ENTRIES_MAX: u32 = 256;
/// Requests in a page of `OpenRequests`.
pub const OPEN_REQUESTS_PER_PAGE_MAX: u32 = 256;
/// Holds in a `Confirmed`.
pub const HELD_PER_MESSAGE_MAX: u32 = 256;
/// Debts in the standings of one message.
const DEBTS_MAX: u32 = 16 * 257;
/// Skips in the standings of one message.
const SKIPS_MAX: u32 = 64 * 257;
/// Forces from the root of a TOE down to the lowest, both included.
pub const FORCE_DEPTH_MAX: u32 = 16;
/// Forces of a TOE on all levels together, the root included.
pub const FORCES_MAX: u32 = 1_024;
/// Units of a TOE on all levels together.
pub const FORCE_UNITS_MAX: u32 = 2_048;

/// Why a message must not be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountError {
    /// The bytes are no proto3 message: cut short, a group, an unknown wire type, field number 0, or an element that
    /// is not length-delimited.
    #[error("the message is malformed")]
    Malformed,
    /// A field occurs too often, counted over the whole message.
    #[error("more than {max} elements in {field}")]
    TooMany {
        /// The field's name in the contract, for example `campaigns`.
        field: &'static str,
        /// How many are allowed.
        max: u32,
    },
    /// Forces are nested too deep.
    #[error("nested more than {max} deep")]
    TooDeep {
        /// How deep they may be nested.
        max: u32,
    },
}

/// What is counted in a message. There is one for each message that is decoded by itself.
pub struct Shape {
    fields: &'static [Field],
    /// The message may hold itself; how often, [`FORCE_DEPTH_MAX`] says.
    recursive: bool,
}

/// A field that is counted: every repeated one, and every sub-message, because it may hold repeated ones.
struct Field {
    number: u32,
    name: &'static str,
    limit: Limit,
    kind: Kind,
}

/// How often a field may occur.
enum Limit {
    /// Once in each message that has it: a singular field.
    Once,
    /// So often in the whole message, whichever sub-messages it occurs in: a repeated field.
    Total {
        max: u32,
        /// The field's own place among the counts of a message.
        counter: usize,
    },
}

enum Kind {
    /// Text, or a sub-message in which nothing is counted.
    Leaf,
    Message(&'static Shape),
}

/// How many fields of a message itself may be counted.
const FIELDS_MAX: usize = 4;

/// How many repeated fields may be counted in a message, its sub-messages included.
const COUNTERS: usize = 5;

impl Shape {
    const fn new(fields: &'static [Field]) -> Self {
        assert!(fields.len() <= FIELDS_MAX);
        Self { fields, recursive: false }
    }
}

impl Field {
    const fn once(number: u32, name: &'static str, kind: Kind) -> Self {
        Self { number, name, limit: Limit::Once, kind }
    }

    const fn many(counter: usize, number: u32, name: &'static str, max: u32, kind: Kind) -> Self {
        assert!(counter < COUNTERS);
        Self { number, name, limit: Limit::Total { max, counter }, kind }
    }

    const fn max(&self) -> u32 {
        match self.limit {
            Limit::Once => 1,
            Limit::Total { max, .. } => max,
        }
    }
}

const NOTHING_COUNTED: Shape = Shape::new(&[]);

/// `CampaignDetails`.
static CAMPAIGN_DETAILS: Shape = Shape::new(&[Field::once(18, "standing", Kind::Message(&STANDING))]);

/// `Standing`.
static STANDING: Shape =
    Shape::new(&[Field::many(3, 1, "debts", DEBTS_MAX, Kind::Leaf), Field::many(4, 3, "skips", SKIPS_MAX, Kind::Leaf)]);

/// `Bundle`.
static BUNDLE: Shape = Shape::new(&[Field::once(1, "money", Kind::Leaf)]);

/// `ClientMessage` and `ServerMessage`, which are the same on the wire. The payload has a shape of its own.
pub static ENVELOPE: Shape = Shape::new(&[
    Field::once(1, "timestamp", Kind::Leaf),
    Field::many(1, 3, "metadata", METADATA_ENTRIES_MAX, Kind::Leaf),
    Field::once(4, "message", Kind::Leaf),
]);

/// `ConnectionRequest`.
pub static CONNECTION_REQUEST: Shape = Shape::new(&[
    Field::once(2, "client", Kind::Message(&CAMPAIGN_DETAILS)),
    Field::many(1, 17, "features", FEATURES_MAX, Kind::Leaf),
]);

/// `ConnectionResponse`.
pub static CONNECTION_RESPONSE: Shape = Shape::new(&[
    Field::once(2, "host", Kind::Message(&CAMPAIGN_DETAILS)),
    Field::many(1, 3, "campaigns", CAMPAIGNS_PER_MESSAGE_MAX, Kind::Message(&CAMPAIGN_DETAILS)),
    Field::many(2, 17, "features", FEATURES_MAX, Kind::Leaf),
]);

/// `DisconnectionRequest`.
pub static DISCONNECTION_REQUEST: Shape = NOTHING_COUNTED;

/// `DisconnectionResponse`.
pub static DISCONNECTION_RESPONSE: Shape = NOTHING_COUNTED;

/// `Ping`.
pub static PING: Shape = Shape::new(&[
    Field::once(1, "campaign", Kind::Message(&CAMPAIGN_DETAILS)),
    Field::once(17, "cursor", Kind::Leaf),
    Field::once(18, "standing", Kind::Message(&STANDING)),
    Field::once(20, "news", Kind::Leaf),
]);

/// `Pong`.
pub static PONG: Shape = Shape::new(&[
    Field::once(1, "campaign", Kind::Message(&CAMPAIGN_DETAILS)),
    Field::many(1, 2, "campaigns", CAMPAIGNS_PER_MESSAGE_MAX, Kind::Message(&CAMPAIGN_DETAILS)),
]);

/// `Goodbye`.
pub static GOODBYE: Shape = NOTHING_COUNTED;

/// `Refused`.
pub static REFUSED: Shape = NOTHING_COUNTED;

/// `CampaignDateChanged`.
pub static CAMPAIGN_DATE_CHANGED: Shape = NOTHING_COUNTED;

/// `ReadyToAdvance`.
pub static READY_TO_ADVANCE: Shape = NOTHING_COUNTED;

/// `TeamAssignment`.
pub static TEAM_ASSIGNMENT: Shape = Shape::new(&[Field::many(0, 16, "teams", CAMPAIGNS_PER_MESSAGE_MAX, Kind::Leaf)]);

/// `DailyLog`.
pub static DAILY_LOG: Shape = Shape::new(&[Field::many(0, 3, "entries", LOG_ENTRIES_MAX, Kind::Leaf)]);

/// `OpenRequests`.
pub static OPEN_REQUESTS: Shape =
    Shape::new(&[Field::many(0, 1, "open", OPEN_REQUESTS_PER_PAGE_MAX, Kind::Message(&OPEN_REQUEST))]);

/// `OpenRequest`.
static OPEN_REQUEST: Shape = Shape::new(&[
    Field::once(3, "promised", Kind::Message(&BUNDLE)),
    Field::once(16, "wire", Kind::Message(&WIRE_TRANSFER_REQUEST)),
]);

/// `Confirmed`.
pub static CONFIRMED: Shape = Shape::new(&[Field::many(0, 1, "held", HELD_PER_MESSAGE_MAX, Kind::Leaf)]);

/// `Quarantined`.
pub static QUARANTINED: Shape = Shape::new(&[Field::once(1, "end", Kind::Leaf), Field::once(2, "known", Kind::Leaf)]);

/// `QuarantineExitRequest`.
pub static QUARANTINE_EXIT_REQUEST: Shape = NOTHING_COUNTED;

/// `QuarantineExited`.
pub static QUARANTINE_EXITED: Shape = Shape::new(&[Field::once(2, "cursor", Kind::Leaf)]);

/// `Adjustment`.
pub static ADJUSTMENT: Shape = Shape::new(&[
    Field::once(2, "outgoing", Kind::Message(&BUNDLE)),
    Field::once(3, "incoming", Kind::Message(&BUNDLE)),
]);

/// `WireTransferRequest`.
pub static WIRE_TRANSFER_REQUEST: Shape = Shape::new(&[Field::once(4, "amount", Kind::Leaf)]);

/// `WireTransferResponse`.
pub static WIRE_TRANSFER_RESPONSE: Shape = NOTHING_COUNTED;

/// `WireTransferCompleted`.
pub static WIRE_TRANSFER_COMPLETED: Shape = Shape::new(&[Field::once(17, "amount", Kind::Leaf)]);

/// `CancelWireTransferRequest`.
pub static CANCEL_WIRE_TRANSFER_REQUEST: Shape = NOTHING_COUNTED;

/// `GMModeChanged`.
pub static GM_MODE_CHANGED: Shape = NOTHING_COUNTED;

/// `LocationChanged`.
pub static LOCATION_CHANGED: Shape = NOTHING_COUNTED;

/// `TOEUpdated`.
pub static TOE_UPDATED: Shape = Shape::new(&[Field::once(2, "force", Kind::Message(&FORCE))]);

/// `TOEHidden`.
pub static TOE_HIDDEN: Shape = Shape::new(&[Field::many(0, 1, "ids", CAMPAIGNS_PER_MESSAGE_MAX, Kind::Leaf)]);

/// `Force`, the root of a TOE.
pub static FORCE: Shape = Shape {
    fields: &[
        // The root is no sub-force of anything.
        Field::many(1, 3, "sub_forces", FORCES_MAX - 1, Kind::Message(&FORCE)),
        Field::many(2, 4, "units", FORCE_UNITS_MAX, Kind::Leaf),
    ],
    recursive: true,
};

/// Says whether an encoded message of this shape may be decoded.
///
/// `bytes` is exactly one message, without a length before it. Takes time in proportion to `bytes`, and no memory.
/// Fields that the shape does not name are skipped; whether they decode is left to the decoder.
///
/// # Errors
///
/// The first reason found not to decode `bytes`, in the order of the wire.
pub fn check(bytes: &[u8], shape: &'static Shape) -> Result<(), CountError> {
    count(bytes, shape, 0, &mut [0; COUNTERS])
}

/// `depth` is the number of recursive messages around this one. It bounds the recursion of this function.
fn count(mut rest: &[u8], shape: &'static Shape, depth: u32, counts: &mut [u32; COUNTERS]) -> Result<(), CountError> {
    let depth = depth + u32::from(shape.recursive);
    if depth > FORCE_DEPTH_MAX {
        return Err(CountError::TooDeep { max: FORCE_DEPTH_MAX });
    }
    let mut once = [0; FIELDS_MAX];
    while !rest.is_empty() {
        let (number, wire_type) = decode_key(&mut rest).map_err(|_| CountError::Malformed)?;
        let content = take(&mut rest, wire_type)?;
        let Some(index) = shape.fields.iter().position(|field| field.number == number) else {
            continue;
        };
        let field = &shape.fields[index];
        if wire_type != WireType::LengthDelimited {
            return Err(CountError::Malformed);
        }
        let occurrences = match field.limit {
            Limit::Once => &mut once[index],
            Limit::Total { counter, .. } => &mut counts[counter],
        };
        *occurrences += 1;
        if *occurrences > field.max() {
            return Err(CountError::TooMany { field: field.name, max: field.max() });
        }
        if let Kind::Message(inner) = field.kind {
            count(content, inner, depth, counts)?;
        }
    }
    Ok(())
}

/// Takes a field's value off the front and returns its content, which is empty for a varint.
fn take<'a>(rest: &mut &'a [u8], wire_type: WireType) -> Result<&'a [u8], CountError> {
    let length = match wire_type {
        WireType::Varint => decode_varint(rest).map(|_| 0),
        WireType::SixtyFourBit => Ok(8),
        WireType::LengthDelimited => decode_varint(rest),
        WireType::ThirtyTwoBit => Ok(4),
        WireType::StartGroup | WireType::EndGroup => return Err(CountError::Malformed),
    };
    let length = length.ok().and_then(|length| usize::try_from(length).ok()).ok_or(CountError::Malformed)?;
    rest.split_off(..length).ok_or(CountError::Malformed)
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests;
