// SPDX-License-Identifier: GPL-3.0-or-later
//! The targets: each takes any bytes at all and must neither panic nor hang.
//!
//! A message that is taken must also survive its way back onto the wire: otherwise the host would pass on something
//! else than it was told.

use arbitrary::Result;
use distributed_mekhq::jni::options;
use distributed_mekhq::protocol::entry::Entry;
use distributed_mekhq::protocol::handshake::{JoinRequest, JoinResponse, check_disconnection, decode_unary};
use distributed_mekhq::protocol::{BusMessage, count, envelope, proto};
use prost::bytes::Bytes;

use super::build::Builder;
use super::contract::{CONTRACT, ENTRY, ENVELOPES, OPTIONS, UNARY};
use super::coverage;
use super::texts::{invitation, keys, known_hosts, memento, text};

/// What a target does with an input.
pub type Run = fn(&[u8]);

/// The targets by name.
pub const TARGETS: [(&str, Run); 10] = [
    ("envelope", envelope),
    ("payload", payload),
    ("entry", entry),
    ("unary", unary),
    ("options", options),
    ("text", text),
    ("memento", memento),
    ("keys", keys),
    ("invitation", invitation),
    ("known_hosts", known_hosts),
];

/// First byte of an input that is an encoded message itself, for targets that otherwise build one from choices.
pub const RAW: u8 = 0xff;

/// Whether a message may stand in an envelope.
pub fn is_payload(full_name: &str) -> bool {
    BusMessage::decode(&format!("/{full_name}"), Bytes::new(), &Default::default()).is_some()
}

fn envelope(data: &[u8]) {
    received(Bytes::copy_from_slice(data));
}

/// A frame as it comes off a bus, on either side. Whether it was taken and is of a type that is known.
fn received(frame: Bytes) -> bool {
    let Ok(inbound) = envelope::decode(frame) else { return false };
    let Some(message) = inbound.message else { return false };
    if let Ok(sent_on) = envelope::encode(inbound.sender, 0, &message) {
        let again = envelope::decode(sent_on).expect("what was taken fits the contract");
        assert_eq!(again.sender, inbound.sender);
        let again = again.message.expect("of a known type");
        let unchanged = (again.to_any(), again.metadata()) == (message.to_any(), message.metadata());
        assert!(unchanged, "a message changes on its way: {message:?} became {again:?}");
    }
    true
}

fn payload(data: &[u8]) {
    let built = |data| -> Result<_> {
        let mut builder = Builder::new(data)?;
        let envelope = CONTRACT.message(builder.choose(&ENVELOPES)?);
        let payload = builder.choose(&CONTRACT.payloads)?;
        Ok((builder.envelope(envelope, payload)?, builder.placed))
    };
    if let Ok((frame, placed)) = built(data)
        && received(frame.into())
    {
        coverage::taken(&placed);
    }
}

/// Either the message of one of these types that the input is, or the one that its choices lead to.
fn either(data: &[u8], names: &[&'static str]) -> Option<(&'static str, Vec<u8>, Vec<usize>)> {
    if let [RAW, pick, encoded @ ..] = data {
        return Some((names[usize::from(*pick) % names.len()], encoded.to_vec(), Vec::new()));
    }
    let built = || -> Result<_> {
        let mut builder = Builder::new(data)?;
        let name = builder.choose(names)?;
        Ok((name, builder.message(CONTRACT.message(name))?, builder.placed))
    };
    built().ok()
}

fn entry(data: &[u8]) {
    let Some((_, body, placed)) = either(data, &[ENTRY]) else { return };
    if let Ok(entry) = Entry::decode(&body) {
        assert_eq!(Entry::decode(&entry.encode()).as_ref(), Ok(&entry), "an entry changes in the ledger");
        coverage::taken(&placed);
    }
}

fn unary(data: &[u8]) {
    let Some((name, encoded, placed)) = either(data, &UNARY) else { return };
    if takes_unary(name, encoded.into()) {
        coverage::taken(&placed);
    }
}

fn takes_unary(name: &str, frame: Bytes) -> bool {
    if name == UNARY[0] {
        let request = decode_unary::<proto::ConnectionRequest>(frame, &count::CONNECTION_REQUEST);
        request.is_ok_and(|request| JoinRequest::check(request).is_ok())
    } else if name == UNARY[1] {
        let response = decode_unary::<proto::ConnectionResponse>(frame, &count::CONNECTION_RESPONSE);
        response.is_ok_and(|response| JoinResponse::check(response).is_ok())
    } else if name == UNARY[2] {
        let request = decode_unary::<proto::DisconnectionRequest>(frame, &count::DISCONNECTION_REQUEST);
        request.is_ok_and(|request| check_disconnection(&request).is_ok())
    } else {
        decode_unary::<proto::DisconnectionResponse>(frame, &count::DISCONNECTION_RESPONSE).is_ok()
    }
}

fn options(data: &[u8]) {
    let Some((name, encoded, placed)) = either(data, &OPTIONS) else { return };
    let taken = if name == OPTIONS[0] { options::host(&encoded).is_ok() } else { options::remote(&encoded).is_ok() };
    if taken {
        coverage::taken(&placed);
    }
}
