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
    /// How often the field may occur in the whole message, whichever sub-messages it occurs in.
    max: u32,
    /// The field's own place among the counts of a message.
    counter: usize,
    kind: Kind,
}

enum Kind {
    /// Text, or a sub-message in which nothing is counted.
    Leaf,
    Message(&'static Shape),
}

/// How many fields may be counted in a message, its sub-messages included.
const COUNTERS: usize = 3;

impl Shape {
    const fn new(fields: &'static [Field]) -> Self {
        Self { fields, recursive: false }
    }
}

impl Field {
    const fn new(counter: usize, number: u32, name: &'static str, max: u32, kind: Kind) -> Self {
        assert!(counter < COUNTERS);
        Self { number, name, max, counter, kind }
    }
}

const NOTHING_COUNTED: Shape = Shape::new(&[]);

/// `ClientMessage` and `ServerMessage`, which are the same on the wire. The payload has a shape of its own.
pub static ENVELOPE: Shape = Shape::new(&[
    Field::new(0, 1, "timestamp", 1, Kind::Leaf),
    Field::new(1, 3, "metadata", METADATA_ENTRIES_MAX, Kind::Leaf),
    Field::new(2, 4, "message", 1, Kind::Leaf),
]);

/// `ConnectionRequest`.
pub static CONNECTION_REQUEST: Shape =
    Shape::new(&[Field::new(0, 2, "client", 1, Kind::Leaf), Field::new(1, 17, "features", FEATURES_MAX, Kind::Leaf)]);

/// `ConnectionResponse`.
pub static CONNECTION_RESPONSE: Shape = Shape::new(&[
    Field::new(0, 2, "host", 1, Kind::Leaf),
    Field::new(1, 3, "campaigns", CAMPAIGNS_PER_MESSAGE_MAX, Kind::Leaf),
    Field::new(2, 17, "features", FEATURES_MAX, Kind::Leaf),
]);

/// `DisconnectionRequest`.
pub static DISCONNECTION_REQUEST: Shape = NOTHING_COUNTED;

/// `DisconnectionResponse`.
pub static DISCONNECTION_RESPONSE: Shape = NOTHING_COUNTED;

/// `Ping`.
pub static PING: Shape = Shape::new(&[Field::new(0, 1, "campaign", 1, Kind::Leaf)]);

/// `Pong`.
pub static PONG: Shape = Shape::new(&[
    Field::new(0, 1, "campaign", 1, Kind::Leaf),
    Field::new(1, 2, "campaigns", CAMPAIGNS_PER_MESSAGE_MAX, Kind::Leaf),
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
pub static TEAM_ASSIGNMENT: Shape = Shape::new(&[Field::new(0, 16, "teams", CAMPAIGNS_PER_MESSAGE_MAX, Kind::Leaf)]);

/// `DailyLog`.
pub static DAILY_LOG: Shape = Shape::new(&[Field::new(0, 3, "entries", LOG_ENTRIES_MAX, Kind::Leaf)]);

/// `GMModeChanged`.
pub static GM_MODE_CHANGED: Shape = NOTHING_COUNTED;

/// `LocationChanged`.
pub static LOCATION_CHANGED: Shape = NOTHING_COUNTED;

/// `TOEUpdated`.
pub static TOE_UPDATED: Shape = Shape::new(&[Field::new(0, 2, "force", 1, Kind::Message(&FORCE))]);

/// `Force`, the root of a TOE.
pub static FORCE: Shape = Shape {
    fields: &[
        // The root is no sub-force of anything.
        Field::new(1, 3, "sub_forces", FORCES_MAX - 1, Kind::Message(&FORCE)),
        Field::new(2, 4, "units", FORCE_UNITS_MAX, Kind::Leaf),
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
    while !rest.is_empty() {
        let (number, wire_type) = decode_key(&mut rest).map_err(|_| CountError::Malformed)?;
        let content = take(&mut rest, wire_type)?;
        let Some(field) = shape.fields.iter().find(|field| field.number == number) else {
            continue;
        };
        if wire_type != WireType::LengthDelimited {
            return Err(CountError::Malformed);
        }
        counts[field.counter] += 1;
        if counts[field.counter] > field.max {
            return Err(CountError::TooMany { field: field.name, max: field.max });
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
mod tests {
    use super::*;
    use crate::protocol::proto;
    use prost::Message;
    use protox::prost_reflect::prost_types::field_descriptor_proto::{Label, Type};
    use protox::prost_reflect::prost_types::{DescriptorProto, FieldDescriptorProto};
    use std::collections::{BTreeMap, BTreeSet};

    /// The messages that are decoded by themselves; all others travel inside one of them.
    static SHAPES: [(&str, &Shape); 18] = [
        ("CampaignDateChanged", &CAMPAIGN_DATE_CHANGED),
        ("ClientMessage", &ENVELOPE),
        ("ConnectionRequest", &CONNECTION_REQUEST),
        ("ConnectionResponse", &CONNECTION_RESPONSE),
        ("DailyLog", &DAILY_LOG),
        ("DisconnectionRequest", &DISCONNECTION_REQUEST),
        ("DisconnectionResponse", &DISCONNECTION_RESPONSE),
        ("Force", &FORCE),
        ("GMModeChanged", &GM_MODE_CHANGED),
        ("Goodbye", &GOODBYE),
        ("LocationChanged", &LOCATION_CHANGED),
        ("Ping", &PING),
        ("Pong", &PONG),
        ("ReadyToAdvance", &READY_TO_ADVANCE),
        ("Refused", &REFUSED),
        ("ServerMessage", &ENVELOPE),
        ("TeamAssignment", &TEAM_ASSIGNMENT),
        ("TOEUpdated", &TOE_UPDATED),
    ];

    /// The field `number`, holding `content`, which must be shorter than 128 bytes.
    fn element(number: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        prost::encoding::encode_key(number.into(), WireType::LengthDelimited, &mut bytes);
        bytes.push(u8::try_from(content.len()).unwrap());
        bytes.extend_from_slice(content);
        bytes
    }

    fn too_many(field: &'static str, max: u32) -> Result<(), CountError> {
        Err(CountError::TooMany { field, max })
    }

    /// A force with as many forces below it, each the only one in the one above.
    fn chain(below: u32) -> proto::Force {
        let mut force = proto::Force::default();
        for _ in 0..below {
            force = proto::Force { sub_forces: vec![force], ..Default::default() };
        }
        force
    }

    fn toe(force: proto::Force) -> Vec<u8> {
        proto::ToeUpdated { force: Some(force), ..Default::default() }.encode_to_vec()
    }

    fn force(sub_forces: Vec<proto::Force>, units: u32) -> proto::Force {
        let units = (0..units).map(|_| proto::ForceUnit::default()).collect();
        proto::Force { sub_forces, units, ..Default::default() }
    }

    #[test]
    fn each_counted_field_passes_at_its_limit_and_fails_above_it() {
        for (name, shape) in SHAPES {
            for field in shape.fields {
                let one = element(field.number.try_into().unwrap(), &[]);
                let max = field.max.try_into().unwrap();
                assert_eq!(check(&one.repeat(max), shape), Ok(()), "{name}");
                assert_eq!(check(&one.repeat(max + 1), shape), too_many(field.name, field.max));
            }
        }
    }

    #[test]
    fn the_limits_are_those_of_the_protocol() {
        let limits: BTreeSet<_> = SHAPES
            .iter()
            .flat_map(|(name, shape)| shape.fields.iter().map(move |field| (*name, field.name, field.max)))
            .filter(|(_, _, max)| *max != 1)
            .collect();
        let expected = BTreeSet::from([
            ("ClientMessage", "metadata", 32),
            ("ServerMessage", "metadata", 32),
            ("ConnectionRequest", "features", 64),
            ("ConnectionResponse", "features", 64),
            ("ConnectionResponse", "campaigns", 256),
            ("DailyLog", "entries", 256),
            ("Pong", "campaigns", 256),
            ("TeamAssignment", "teams", 256),
            ("Force", "sub_forces", 1_023),
            ("Force", "units", 2_048),
        ]);
        assert_eq!(limits, expected);
    }

    #[test]
    fn forces_nest_sixteen_deep_and_no_deeper() {
        for (below, expected) in [(15, Ok(())), (16, Err(CountError::TooDeep { max: 16 }))] {
            assert_eq!(check(&toe(chain(below)), &TOE_UPDATED), expected);
            assert_eq!(check(&chain(below).encode_to_vec(), &FORCE), expected);
        }
    }

    #[test]
    fn forces_are_counted_over_all_levels() {
        let company = |lances| force(vec![force(vec![], 0); lances], 0);
        let at_limit = vec![company(340), company(340), company(340)];
        assert_eq!(check(&toe(force(at_limit, 0)), &TOE_UPDATED), Ok(()));
        let above = vec![company(340), company(340), company(341)];
        assert_eq!(check(&toe(force(above, 0)), &TOE_UPDATED), too_many("sub_forces", 1_023));
    }

    #[test]
    fn units_are_counted_over_all_levels() {
        let regiment = |units| force(vec![force(vec![force(vec![], 1_000)], 1_000)], units);
        assert_eq!(check(&toe(regiment(48)), &TOE_UPDATED), Ok(()));
        assert_eq!(check(&toe(regiment(49)), &TOE_UPDATED), too_many("units", 2_048));
    }

    #[test]
    fn the_largest_message_of_empty_elements_is_refused() {
        let bytes = element(2, &[]).repeat(256 * 1_024);
        assert_eq!(check(&bytes, &PONG), too_many("campaigns", 256));
    }

    #[test]
    fn unknown_fields_are_skipped() {
        let mut bytes = vec![0xa0, 0x06, 0xff, 0x01]; // 100: varint
        bytes.extend([0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8]); // 100: 64 bits
        bytes.extend([0xa5, 0x06, 1, 2, 3, 4]); // 100: 32 bits
        bytes.extend(element(100, &[0x0b]).repeat(1_000)); // content that is no message
        assert_eq!(check(&bytes, &PONG), Ok(()));
        bytes.extend(element(2, &[]).repeat(257));
        assert_eq!(check(&bytes, &PONG), too_many("campaigns", 256));
    }

    #[test]
    fn bytes_that_are_no_message_are_malformed() {
        let cases: [(&str, &[u8]); 12] = [
            ("key cut short", &[0x80]),
            ("key longer than a varint", &[0xff; 11]),
            ("key above the highest field number", &[0x80, 0x80, 0x80, 0x80, 0x10]),
            ("field number 0", &[0x02, 0x00]),
            ("varint cut short", &[0x98, 0x06, 0x80]),
            ("64 bits cut short", &[0xa1, 0x06, 1, 2, 3, 4, 5, 6, 7]),
            ("32 bits cut short", &[0xa5, 0x06, 1, 2, 3]),
            ("length beyond the end", &[0x12, 0x02, 0x00]),
            ("length beyond memory", &[0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
            ("group, though complete", &[0xa3, 0x06, 0xa4, 0x06]),
            ("wire type 6", &[0x16]),
            ("wire type 7", &[0x17]),
        ];
        for (case, bytes) in cases {
            assert_eq!(check(bytes, &PONG), Err(CountError::Malformed), "{case}");
        }
    }

    #[test]
    fn a_counted_field_that_is_not_length_delimited_is_malformed() {
        for (name, shape) in SHAPES {
            for field in shape.fields {
                let mut bytes = Vec::new();
                prost::encoding::uint64::encode(field.number, &0, &mut bytes);
                assert_eq!(check(&bytes, shape), Err(CountError::Malformed), "{name}");
            }
        }
    }

    #[test]
    fn a_sub_message_ends_where_its_length_says() {
        let sub_force_longer_than_force = [0x12, 0x02, 0x1a, 0x02, 0x00, 0x00];
        assert_eq!(check(&sub_force_longer_than_force, &TOE_UPDATED), Err(CountError::Malformed));
    }

    /// Fails for a message or field that was added to the contract and not here.
    #[test]
    fn every_field_that_can_grow_is_counted() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/proto");
        let files = ["mekhqonline/service.proto", "mekhqonline/bridge.proto"];
        let files = protox::compile(files, [folder]).unwrap().file;
        let messages: BTreeMap<_, _> = files
            .into_iter()
            .filter(|file| file.package() == "mekhqonline")
            .flat_map(|file| file.message_type)
            .map(|message| (message.name().to_owned(), message))
            .collect();
        let shapes = BTreeMap::from(SHAPES);
        // Messages without a shape of their own are leaves, so nothing in them may need counting.
        for (name, message) in &messages {
            compare(message, shapes.get(name.as_str()).unwrap_or(&&NOTHING_COUNTED), &shapes);
        }
        assert!(shapes.keys().all(|name| messages.contains_key(*name)));
        let counters = |shape: &Shape| -> Vec<_> { shape.fields.iter().map(|field| field.counter).collect() };
        assert_eq!([counters(&TOE_UPDATED), counters(&FORCE)].concat(), [0, 1, 2], "a counter is shared");
    }

    fn compare(message: &DescriptorProto, shape: &Shape, shapes: &BTreeMap<&str, &Shape>) {
        let mut counters = BTreeSet::new();
        let grows = |field: &&FieldDescriptorProto| field.label() == Label::Repeated || field.r#type() == Type::Message;
        for field in message.field.iter().filter(grows) {
            let name = format!("{}.{}", message.name(), field.name());
            let counted = shape.fields.iter().find(|counted| counted.number == field.number().cast_unsigned());
            let counted = counted.unwrap_or_else(|| panic!("{name} is not counted"));
            assert_eq!(counted.name, field.name());
            assert_eq!(counted.max == 1, field.label() == Label::Optional, "{name} has the limit of another label");
            assert!(counters.insert(counted.counter), "{name} shares its counter");
            assert!(matches!(field.r#type(), Type::Message | Type::String | Type::Bytes), "{name} may be packed");
            let inner = shapes.get(field.type_name().trim_start_matches(".mekhqonline."));
            match (&counted.kind, inner) {
                (Kind::Message(shape), Some(inner)) => assert!(std::ptr::eq(*shape, *inner), "{name}"),
                (Kind::Leaf, None) => {}
                _ => panic!("{name} is looked into though it has no shape, or not though it has one"),
            }
        }
        assert_eq!(shape.fields.len(), counters.len(), "{} has fewer fields than its shape", message.name());
    }
}
