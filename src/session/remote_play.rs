// SPDX-License-Identifier: GPL-3.0-or-later
//! What the tests of the remote's rules do all the time: a host answers, speaks, and is listened to.

use uuid::Uuid;

use super::fixture::{campaign, rules, token};
use super::memento::Memento;
use super::remote::{Attempt, Remote, RemoteEffect, RemoteInput};
use super::{Event, Now, Rules};
use crate::protocol::envelope::Inbound;
use crate::protocol::handshake::JoinResponse;
use crate::protocol::link::Pong;
use crate::protocol::refusal::ErrorCode;
use crate::protocol::{BusMessage, CampaignDetails, CampaignId, PROTOCOL_MAJOR};

pub const OWN: u128 = 1;
pub const HOST: u128 = 100;

pub fn response() -> JoinResponse {
    JoinResponse {
        version: "0.50.06".into(),
        host: CampaignDetails { active: true, ..campaign(HOST) },
        campaigns: vec![CampaignDetails { active: true, ..campaign(2) }],
        malformed: 0,
        protocol: PROTOCOL_MAJOR,
        features: Vec::new(),
        session: Some(Uuid::from_u128(5)),
        token: Some(token(1)),
    }
}

pub fn legacy_response() -> JoinResponse {
    JoinResponse { protocol: 0, session: None, token: None, ..response() }
}

pub fn answered(rules: Rules, response: JoinResponse) -> (Remote, Vec<RemoteEffect>) {
    let mut remote = Remote::new(rules, campaign(OWN), Memento::default(), 1);
    remote.handle(Now(0), RemoteInput::Start);
    let effects = remote.handle(Now(0), RemoteInput::ConnectAnswered(Attempt(1), Ok(Box::new(response))));
    (remote, effects)
}

pub fn open() -> Remote {
    let (mut remote, _) = answered(rules(), response());
    remote.handle(Now(0), RemoteInput::BusAnswered(Attempt(1), Ok(())));
    remote
}

pub fn open_legacy() -> Remote {
    let (mut remote, _) = answered(Rules { allow_legacy_peers: true, ..rules() }, legacy_response());
    remote.handle(Now(0), RemoteInput::BusAnswered(Attempt(1), Ok(())));
    remote
}

pub fn from_host(remote: &mut Remote, message: impl Into<BusMessage>) -> Vec<RemoteEffect> {
    let inbound = Ok(Inbound { sender: CampaignId::from_u128(HOST), message: Some(message.into()) });
    remote.handle(Now(5), RemoteInput::FromHost(Attempt(1), inbound))
}

pub fn pong(campaigns: Vec<CampaignDetails>, roster_revision: u64, unasked: bool) -> Pong {
    Pong { campaign: response().host, campaigns, malformed: 0, roster_revision, unasked }
}

/// What the player's side is told; what is for the books goes another way.
pub fn emitted(effects: &[RemoteEffect]) -> Vec<&Event> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            RemoteEffect::Emit(Event::Books(_)) => None,
            RemoteEffect::Emit(event) => Some(event),
            _ => None,
        })
        .collect()
}

pub fn sent(effects: &[RemoteEffect]) -> Vec<&'static str> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            RemoteEffect::Send(message) => Some(message.name()),
            _ => None,
        })
        .collect()
}

pub fn failure(effects: &[RemoteEffect]) -> Option<ErrorCode> {
    emitted(effects).into_iter().find_map(|event| match event {
        Event::ConnectFailed(refusal) => Some(refusal.code),
        _ => None,
    })
}
