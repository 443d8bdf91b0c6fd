// SPDX-License-Identifier: GPL-3.0-or-later
//! What every message on the bus is wrapped in (protocol.md section 1).
//!
//! ClientMessage and ServerMessage are the same on the wire, so one pair of functions serves both directions.

use bytes::Bytes;
use prost::Message;

use super::count;
use super::domain::CampaignId;
use super::limits::{MESSAGE_BYTES_MAX, METADATA_BYTES_MAX};
use super::message::{BusMessage, message_name};
use super::proto;
use super::refusal::{ErrorCode, Invalid, Refusal};

/// A message as it came out of its envelope.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// The envelope's campaign.
    pub sender: CampaignId,
    /// The message, or `None` for a type that this library does not know.
    pub message: Option<BusMessage>,
}

/// A message that did not fit the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Name of the message; empty when even that could not be read.
    pub refused: String,
    /// Why.
    pub refusal: Refusal,
}

/// Opens an envelope and checks everything in it.
pub fn decode(bytes: Bytes) -> Result<Inbound, Malformed> {
    let envelope = open(bytes).map_err(|refusal| Malformed { refused: String::new(), refusal })?;
    let any = envelope.message.unwrap_or_default();
    let name = message_name(&any.type_url).unwrap_or_default();
    let malformed = |refusal| Malformed { refused: name.chars().take(64).collect(), refusal };
    let sender = check_header(&envelope.id, envelope.timestamp.as_ref(), &envelope.metadata)
        .map_err(|invalid| malformed(invalid.into()))?;
    if any.type_url.is_empty() {
        return Err(malformed(Invalid("message is missing".into()).into()));
    }
    let message = BusMessage::decode(&any.type_url, any.value, &envelope.metadata).transpose().map_err(malformed)?;
    Ok(Inbound { sender, message })
}

fn open(bytes: Bytes) -> Result<proto::ClientMessage, Refusal> {
    count::check(&bytes, &count::ENVELOPE)?;
    proto::ClientMessage::decode(bytes).map_err(|_| Invalid("the envelope cannot be decoded".into()).into())
}

fn check_header(
    id: &str,
    timestamp: Option<&proto::Timestamp>,
    metadata: &std::collections::HashMap<String, String>,
) -> Result<CampaignId, Invalid> {
    if let Some(timestamp) = timestamp {
        check_timestamp(timestamp)?;
    }
    let metadata_bytes: usize = metadata.iter().map(|(key, value)| key.len() + value.len()).sum();
    if metadata_bytes > METADATA_BYTES_MAX {
        return Err(Invalid::field("metadata", format_args!("has more than {METADATA_BYTES_MAX} bytes")));
    }
    CampaignId::parse("id", id)
}

/// The range that google.protobuf.Timestamp allows: the years 1 to 9999.
fn check_timestamp(timestamp: &proto::Timestamp) -> Result<(), Invalid> {
    let good = (-62_135_596_800..=253_402_300_799).contains(&timestamp.seconds)
        && (0..1_000_000_000).contains(&timestamp.nanos);
    if good { Ok(()) } else { Err(Invalid::field("timestamp", "is out of range")) }
}

/// Closes an envelope around a message. Fails when the result is larger than a message may be.
pub fn encode(sender: CampaignId, unix_ms: i64, message: &BusMessage) -> Result<Bytes, Refusal> {
    let envelope = proto::ClientMessage {
        timestamp: Some(proto::Timestamp {
            seconds: unix_ms.div_euclid(1_000),
            nanos: (unix_ms.rem_euclid(1_000) * 1_000_000) as i32,
        }),
        id: sender.to_string(),
        metadata: message.metadata(),
        message: Some(message.to_any()),
    };
    let bytes = envelope.encoded_len();
    if bytes > MESSAGE_BYTES_MAX {
        let reason = format!("{} would be {bytes} bytes on the wire; {MESSAGE_BYTES_MAX} are allowed", message.name());
        return Err(Refusal::new(ErrorCode::TooLarge, reason));
    }
    Ok(envelope.encode_to_vec().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::domain::CampaignDate;
    use crate::protocol::timeline::CampaignDateChanged;

    const SENDER: CampaignId = CampaignId::from_u128(1);

    fn date_changed() -> BusMessage {
        let date = CampaignDate::parse("date", "3025-01-31").expect("a date");
        CampaignDateChanged { campaign: SENDER, date, jump: true }.into()
    }

    fn altered(alter: impl FnOnce(&mut proto::ClientMessage)) -> Result<Inbound, Malformed> {
        let bytes = encode(SENDER, -1, &date_changed()).expect("small");
        let mut envelope = proto::ClientMessage::decode(bytes).expect("our own");
        alter(&mut envelope);
        decode(envelope.encode_to_vec().into())
    }

    #[test]
    fn a_message_survives_its_envelope() {
        let inbound = altered(|_| ()).expect("good");
        assert_eq!((inbound.sender, inbound.message), (SENDER, Some(date_changed())));
    }

    #[test]
    fn the_type_url_is_the_contracts() {
        assert_eq!(date_changed().to_any().type_url, "type.googleapis.com/mekhqonline.CampaignDateChanged");
    }

    #[test]
    fn an_unknown_type_is_no_error() {
        let inbound = altered(|envelope| {
            envelope.message.get_or_insert_default().type_url = "type.googleapis.com/mekhqonline.Later".into();
        });
        assert!(inbound.is_ok_and(|inbound| inbound.message.is_none()));
    }

    #[test]
    fn each_part_of_an_envelope_is_checked_and_the_refused_message_named() {
        let reason = |alter: fn(&mut proto::ClientMessage)| {
            let malformed = altered(alter).expect_err("malformed");
            (malformed.refused, malformed.refusal.reason)
        };
        let name = || "CampaignDateChanged".to_owned();
        assert_eq!(reason(|e| e.id = "me".into()), (name(), "id is not a UUID".into()));
        assert_eq!(
            reason(|e| e.timestamp.get_or_insert_default().nanos = -1),
            (name(), "timestamp is out of range".into())
        );
        assert_eq!(
            reason(|e| drop(e.metadata.insert("k".into(), "v".repeat(5_000)))),
            (name(), "metadata has more than 4096 bytes".into())
        );
        assert_eq!(reason(|e| e.message = None), (String::new(), "message is missing".into()));
        assert_eq!(
            reason(|e| e.message.get_or_insert_default().value = Bytes::from_static(b"\x0a\x02xx")),
            (name(), "id is not a UUID".into())
        );
    }

    #[test]
    fn bytes_that_are_no_envelope_are_malformed() {
        let malformed = decode(Bytes::from_static(&[0xff; 8])).expect_err("malformed");
        assert_eq!(malformed.refusal.code, ErrorCode::InvalidArgument);
    }
}
