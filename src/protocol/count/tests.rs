// SPDX-License-Identifier: GPL-3.0-or-later

//! Each limit is kept, and no field that can grow goes uncounted.

use super::*;
use crate::protocol::proto;
use prost::Message;
use protox::prost_reflect::prost_types::field_descriptor_proto::{Label, Type};
use protox::prost_reflect::prost_types::{DescriptorProto, FieldDescriptorProto};
use std::collections::{BTreeMap, BTreeSet};

/// The messages in which something is counted, and those that are decoded by themselves.
static SHAPES: [(&str, &Shape); 33] = [
    ("Adjustment", &ADJUSTMENT),
    ("Bundle", &BUNDLE),
    ("CampaignDetails", &CAMPAIGN_DETAILS),
    ("CancelWireTransferRequest", &CANCEL_WIRE_TRANSFER_REQUEST),
    ("Confirmed", &CONFIRMED),
    ("OpenRequest", &OPEN_REQUEST),
    ("OpenRequests", &OPEN_REQUESTS),
    ("QuarantineExitRequest", &QUARANTINE_EXIT_REQUEST),
    ("QuarantineExited", &QUARANTINE_EXITED),
    ("Quarantined", &QUARANTINED),
    ("Standing", &STANDING),
    ("WireTransferCompleted", &WIRE_TRANSFER_COMPLETED),
    ("WireTransferRequest", &WIRE_TRANSFER_REQUEST),
    ("WireTransferResponse", &WIRE_TRANSFER_RESPONSE),
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
    ("TOEHidden", &TOE_HIDDEN),
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
            let max = field.max().try_into().unwrap();
            assert_eq!(check(&one.repeat(max), shape), Ok(()), "{name}");
            assert_eq!(check(&one.repeat(max + 1), shape), too_many(field.name, field.max()));
        }
    }
}

#[test]
fn the_limits_are_those_of_the_protocol() {
    let limits: BTreeSet<_> = SHAPES
        .iter()
        .flat_map(|(name, shape)| shape.fields.iter().map(move |field| (*name, field.name, field.max())))
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
        ("TOEHidden", "ids", 256),
        ("OpenRequests", "open", 256),
        ("Confirmed", "held", 256),
        ("Standing", "debts", 4_112),
        ("Standing", "skips", 16_448),
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
    let files = ["mekhqonline/service.proto", "mekhqonline/settlement.proto", "mekhqonline/bridge.proto"];
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
    for (name, shape) in SHAPES {
        assert_own_counters(name, shape);
    }
}

fn compare(message: &DescriptorProto, shape: &Shape, shapes: &BTreeMap<&str, &Shape>) {
    let mut found = 0;
    let grows = |field: &&FieldDescriptorProto| field.label() == Label::Repeated || field.r#type() == Type::Message;
    for field in message.field.iter().filter(grows) {
        let name = format!("{}.{}", message.name(), field.name());
        let counted = shape.fields.iter().find(|counted| counted.number == field.number().cast_unsigned());
        let counted = counted.unwrap_or_else(|| panic!("{name} is not counted"));
        assert_eq!(counted.name, field.name());
        assert_eq!(counted.max() == 1, field.label() == Label::Optional, "{name} has the limit of another label");
        found += 1;
        assert!(matches!(field.r#type(), Type::Message | Type::String | Type::Bytes), "{name} may be packed");
        let inner = shapes.get(field.type_name().trim_start_matches(".mekhqonline."));
        match (&counted.kind, inner) {
            (Kind::Message(shape), Some(inner)) => assert!(std::ptr::eq(*shape, *inner), "{name}"),
            (Kind::Leaf, None) => {}
            _ => panic!("{name} is looked into though it has no shape, or not though it has one"),
        }
    }
    assert_eq!(shape.fields.len(), found, "{} has fewer fields than its shape", message.name());
}

/// The shape and all below it, each once: what occurs in two places counts together, on purpose.
fn shapes_below(shape: &'static Shape, found: &mut Vec<&'static Shape>) {
    if found.iter().any(|one| std::ptr::eq(*one, shape)) {
        return;
    }
    found.push(shape);
    for field in shape.fields {
        if let Kind::Message(below) = field.kind {
            shapes_below(below, found);
        }
    }
}

/// No two repeated fields of a message and its sub-messages share a counter.
fn assert_own_counters(name: &str, shape: &'static Shape) {
    let (mut shapes, mut taken) = (Vec::new(), BTreeSet::new());
    shapes_below(shape, &mut shapes);
    for field in shapes.iter().flat_map(|shape| shape.fields) {
        if let Limit::Total { counter, .. } = field.limit {
            assert!(taken.insert(counter), "{name}: {} shares its counter", field.name);
        }
    }
}

#[test]
fn a_singular_field_occurs_once_in_each_message_that_has_it() {
    let standing = element(18, &[]);
    let campaigns = element(2, &standing).repeat(3);
    assert_eq!(check(&campaigns, &PONG), Ok(()));
    assert_eq!(check(&element(2, &standing.repeat(2)), &PONG), too_many("standing", 1));
}
