// SPDX-License-Identifier: GPL-3.0-or-later
//! The worst that can be said about requests and settlements.

use std::iter;

use bytes::Bytes;
use distributed_mekhq::protocol::proto::{self, ErrorCode};
use uuid::Uuid;

use super::PEERS;
use super::support::campaign;
use super::support::raw::payload;
use super::worst::{details, enveloped};

/// Requests that a campaign may have open, and elements of a list.
const COUNT: u128 = 256;

/// Of requests that are taken back.
const TAKEN_BACK: u128 = 1;

/// Of requests that stay open.
const OPEN: u128 = 2;

/// A campaign's request by its number.
fn request(number: u128, kind: u128, at: u128) -> String {
    Uuid::from_u128(number << 64 | kind << 32 | at).to_string()
}

fn money(currency: &str, hundredths: i64) -> proto::Money {
    proto::Money { currency: currency.into(), amount: hundredths }
}

/// A campaign asks the one after it.
fn wire(number: u128, kind: u128, at: u128) -> proto::WireTransferRequest {
    proto::WireTransferRequest {
        source: campaign(number).id.to_string(),
        target: campaign(number % PEERS + 1).id.to_string(),
        request: request(number, kind, at),
        amount: Some(money("CSB", 100)),
        memo: "🦊".repeat(200),
    }
}

/// A bus opens with the words of a save that has applied nothing.
fn greeting(number: u128, session: &str) -> Bytes {
    let cursor = Some(proto::Cursor::default());
    enveloped(
        number,
        &proto::Ping { campaign: Some(details(number)), session: session.into(), cursor, ..Default::default() },
    )
}

/// Takes part, has requests become settlements, and leaves as many open as it may.
pub fn transfers(number: u128, session: &str) -> Vec<Bytes> {
    let taken_back = (0..COUNT).flat_map(|at| {
        let cancel = proto::CancelWireTransferRequest { request: request(number, TAKEN_BACK, at) };
        [enveloped(number, &wire(number, TAKEN_BACK, at)), enveloped(number, &cancel)]
    });
    let open = (0..COUNT).map(|at| enveloped(number, &wire(number, OPEN, at)));
    [greeting(number, session), enveloped(number, &proto::Confirmed::default())]
        .into_iter()
        .chain(taken_back)
        .chain(open)
        .collect()
}

/// By a request itself, or by a listing if it came later than the request.
pub fn is_asked(number: u128, message: &proto::Any) -> bool {
    let target = campaign(number).id.to_string();
    let asked = payload::<proto::WireTransferRequest>(message).is_some_and(|wire| wire.target == target);
    asked || payload::<proto::OpenRequests>(message).is_some_and(|listing| !listing.open.is_empty())
}

/// Comes with an older save: everything is replayed to it and listed. It never says the last of what it holds.
pub fn returns(number: u128, session: &str) -> Vec<Bytes> {
    let held = (0..COUNT).map(|at| proto::Held { request: request(number, OPEN, at), revision: 0 });
    let confirmed = enveloped(number, &proto::Confirmed { held: held.collect(), more: true });
    iter::once(greeting(number, session)).chain(iter::repeat_n(confirmed, 100)).collect()
}

/// Of as many as it may have open at least: pages hold 64 each, and come after the replay.
pub fn is_listed(_: u128, message: &proto::Any) -> bool {
    payload::<proto::OpenRequests>(message).is_some_and(|listing| listing.page == 4 && listing.open.len() == 64)
}

/// Another one each time.
pub fn standings(number: u128, session: &str) -> Vec<Bytes> {
    let skips: Vec<_> = (1..=64).map(|number| proto::Cursor { number, hash: vec![7; 32] }).collect();
    let standing = |at: i64| {
        let debts = (0..16).map(|currency| money(&format!("CURREN{currency:02}"), at)).collect();
        let standing = Some(proto::Standing { debts, skips: skips.clone() });
        let (campaign, cursor) = (Some(details(number)), Some(proto::Cursor::default()));
        enveloped(number, &proto::Ping { campaign, session: session.into(), cursor, standing, ..Default::default() })
    };
    (1..=500).map(standing).collect()
}

/// Of another, on the roster.
pub fn sees_standing(_: u128, message: &proto::Any) -> bool {
    let shown =
        |details: &proto::CampaignDetails| details.standing.as_ref().is_some_and(|standing| !standing.debts.is_empty());
    payload::<proto::Pong>(message).is_some_and(|pong| pong.campaigns.iter().any(shown))
}

/// Listings and assignments.
pub fn presumptions(number: u128, _: &str) -> Vec<Bytes> {
    let open = |at| proto::OpenRequest {
        request: request(number, OPEN, at),
        content: Some(proto::open_request::Content::Wire(wire(number, OPEN, at))),
        ..Default::default()
    };
    let listing = proto::OpenRequests { open: (0..COUNT).map(open).collect(), page: 1, last: true };
    let teams = (0..COUNT).map(|at| proto::Team { id: request(number, OPEN, at), team: 1 });
    let assignment = proto::TeamAssignment { teams: teams.collect() };
    [vec![enveloped(number, &listing); 20], vec![enveloped(number, &assignment); 20]].concat()
}

pub fn is_forbidden(_: u128, message: &proto::Any) -> bool {
    payload::<proto::Refused>(message).is_some_and(|refused| refused.code() == ErrorCode::Forbidden)
}
