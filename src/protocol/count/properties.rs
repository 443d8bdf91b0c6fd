// SPDX-License-Identifier: GPL-3.0-or-later

//! What [`check`] promises about any bytes, held against the decoder.

use super::*;
use crate::protocol::proto;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::Index;
use prost::Message;

/// The messages made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Envelope,
    Request,
    Pong,
    Toe,
}

impl Kind {
    fn shape(self) -> &'static Shape {
        match self {
            Self::Envelope => &ENVELOPE,
            Self::Request => &CONNECTION_REQUEST,
            Self::Pong => &PONG,
            Self::Toe => &TOE_UPDATED,
        }
    }

    /// How many elements the decoder makes of the bytes and how many it may, or `None` where it refuses them.
    fn decode(self, bytes: &[u8]) -> Option<Vec<(usize, u32)>> {
        Some(match self {
            Self::Envelope => vec![(proto::ClientMessage::decode(bytes).ok()?.metadata.len(), METADATA_ENTRIES_MAX)],
            Self::Request => vec![(proto::ConnectionRequest::decode(bytes).ok()?.features.len(), FEATURES_MAX)],
            Self::Pong => vec![(proto::Pong::decode(bytes).ok()?.campaigns.len(), CAMPAIGNS_PER_MESSAGE_MAX)],
            Self::Toe => toe_elements(proto::ToeUpdated::decode(bytes).ok()?),
        })
    }
}

fn toe_elements(toe: proto::ToeUpdated) -> Vec<(usize, u32)> {
    let (mut forces, mut units, mut depth) = (0, 0, 0);
    let mut level: Vec<_> = toe.force.into_iter().collect();
    while !level.is_empty() {
        depth += 1;
        forces += level.len();
        units += level.iter().map(|force| force.units.len()).sum::<usize>();
        level = level.into_iter().flat_map(|force| force.sub_forces).collect();
    }
    vec![(forces, FORCES_MAX), (units, FORCE_UNITS_MAX), (depth, FORCE_DEPTH_MAX)]
}

fn campaign() -> impl Strategy<Value = proto::CampaignDetails> {
    (any::<i32>(), any::<bool>()).prop_map(|(team, is_active)| proto::CampaignDetails {
        team,
        is_active,
        ..Default::default()
    })
}

/// Forces of at most `depth` levels.
fn force(depth: u32) -> impl Strategy<Value = proto::Force> {
    let units = || vec(any::<String>().prop_map(|id| proto::ForceUnit { id, ..Default::default() }), 0..4);
    let lowest = units().prop_map(|units| proto::Force { units, ..Default::default() });
    lowest.prop_recursive(depth - 1, 64, 2, move |below| {
        (any::<i32>(), any::<String>(), vec(below, 0..3), units())
            .prop_map(|(id, name, sub_forces, units)| proto::Force { id, name, sub_forces, units })
    })
}

/// The bytes of a message that holds up to `times` what the limits allow.
fn message(times: usize) -> impl Strategy<Value = (Vec<u8>, Kind)> {
    let envelope = vec((any::<String>(), any::<String>()), 0..=32 * times).prop_map(|metadata| {
        let message = proto::ClientMessage { metadata: metadata.into_iter().collect(), ..Default::default() };
        (message.encode_to_vec(), Kind::Envelope)
    });
    let client = proptest::option::of(campaign());
    let request = (client, vec(any::<String>(), 0..=64 * times)).prop_map(|(client, features)| {
        let message = proto::ConnectionRequest { client, features, protocol: 1, ..Default::default() };
        (message.encode_to_vec(), Kind::Request)
    });
    let pong = (vec(campaign(), 0..=256 * times), any::<u64>()).prop_map(|(campaigns, roster_revision)| {
        let message = proto::Pong { campaigns, roster_revision, ..Default::default() };
        (message.encode_to_vec(), Kind::Pong)
    });
    let toe = force(16 * u32::try_from(times).unwrap()).prop_map(|force| {
        let message = proto::ToeUpdated { force: Some(force), ..Default::default() };
        (message.encode_to_vec(), Kind::Toe)
    });
    prop_oneof![envelope, request, pong, toe]
}

/// Bytes of which much is a message: one with some bytes changed or put in, and perhaps cut short.
fn damaged() -> impl Strategy<Value = (Vec<u8>, Kind)> {
    let edit = (any::<Index>(), prop_oneof![any::<u8>(), 0u8..0x28], any::<bool>());
    let end = proptest::option::of(any::<Index>());
    (message(2), vec(edit, 0..4), end).prop_map(|((mut bytes, kind), edits, end)| {
        for (at, byte, replace) in edits {
            let at = at.index(bytes.len() + 1);
            bytes.splice(at..(at + usize::from(replace)).min(bytes.len()), [byte]);
        }
        bytes.truncate(end.map_or(bytes.len(), |end| end.index(bytes.len() + 1)));
        (bytes, kind)
    })
}

/// Whether the bytes hold what the decoder bears and `check` does not: a group, or a map entry of a wrong wire type.
fn stricter_than_the_decoder(mut bytes: &[u8], kind: Kind) -> bool {
    while let (false, Ok((number, wire_type))) = (bytes.is_empty(), decode_key(&mut bytes)) {
        let group = matches!(wire_type, WireType::StartGroup | WireType::EndGroup);
        let entry = kind == Kind::Envelope && number == 3 && wire_type != WireType::LengthDelimited;
        let Ok(content) = take(&mut bytes, wire_type) else {
            return group || entry;
        };
        if entry || (kind == Kind::Toe && stricter_than_the_decoder(content, kind)) {
            return true;
        }
    }
    false
}

proptest! {
    #[test]
    fn every_message_within_the_limits_passes_and_decodes((bytes, kind) in message(1)) {
        prop_assert_eq!(check(&bytes, kind.shape()), Ok(()));
        prop_assert!(kind.decode(&bytes).is_some());
    }

    #[test]
    fn what_passes_decodes_to_no_more_than_the_limits((bytes, kind) in damaged()) {
        if check(&bytes, kind.shape()).is_ok() {
            for (count, max) in kind.decode(&bytes).unwrap_or_default() {
                prop_assert!(count <= max as usize);
            }
        }
    }

    #[test]
    fn what_is_malformed_does_not_decode((bytes, kind) in damaged()) {
        if check(&bytes, kind.shape()) == Err(CountError::Malformed) && !stricter_than_the_decoder(&bytes, kind) {
            prop_assert!(kind.decode(&bytes).is_none());
        }
    }

    #[test]
    fn no_bytes_panic(bytes in vec(any::<u8>(), 0..64), times in 1usize..100) {
        for shape in [&ENVELOPE, &CONNECTION_RESPONSE, &PONG, &TOE_UPDATED, &REFUSED] {
            let _ = check(&bytes.repeat(times), shape);
        }
    }
}
