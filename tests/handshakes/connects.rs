// SPDX-License-Identifier: GPL-3.0-or-later
//! Calls that the host refuses.

use std::time::Duration;

use bytes::Bytes;
use distributed_mekhq::protocol::member::{Membership, MembershipChanged, Reason};
use distributed_mekhq::protocol::proto::connection_request::PasswordOption;
use distributed_mekhq::protocol::proto::{self, ErrorCode};
use distributed_mekhq::protocol::{CampaignId, PROTOCOL_MAJOR};
use distributed_mekhq::session::Event;
use prost::Message;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Request, Status, Streaming};
use tonic_types::pb;

use crate::support::Player;
use crate::support::raw::{channel, connect, connection_request};
use crate::{HOST_NUMBER, Outcome, PASSWORD, Row, Stage};

macro_rules! refused {
    ($($name:literal: $code:ident = $play:expr;)+) => {
        &[$(Row { name: $name, expected: Outcome::Refused(ErrorCode::$code), play: $play }),+]
    };
}

pub const ROWS: &[Row] = refused! {
    "wrong password": BadPassword = |stage| password(stage, Some("wrong".into()));
    "empty password": BadPassword = |stage| password(stage, Some(String::new()));
    "8 KiB of password": BadPassword = |stage| password(stage, Some("x".repeat(8 * 1024)));
    "password with a NUL": BadPassword = |stage| password(stage, Some(format!("{PASSWORD}\0")));
    "no password": BadPassword = |stage| password(stage, None);
    "1 MiB of password": TooLarge = |stage| password(stage, Some("x".repeat(1024 * 1024)));
    "older MekHQ": VersionMismatch = |stage| asked(stage, |request| request.version = "0.50.05".into());
    "newer MekHQ": VersionMismatch = |stage| asked(stage, |request| request.version = "0.51.00".into());
    "other protocol": VersionMismatch = |stage| asked(stage, |request| request.protocol = PROTOCOL_MAJOR + 1);
    "no UUID": InvalidArgument = |stage| asked(stage, |request| details(request).id.clear());
    "malformed UUID": InvalidArgument = |stage| asked(stage, |request| details(request).id = "0d0c1e9a".into());
    "the host's own UUID": InvalidArgument =
        |stage| asked(stage, |request| details(request).id = CampaignId::from_u128(HOST_NUMBER).to_string());
    "impossible date": InvalidArgument = |stage| asked(stage, |request| details(request).date = "3025-02-30".into());
    "no details": InvalidArgument = |stage| asked(stage, |request| request.client = None);
    "bus without a token": Unauthenticated = |stage| bus_with(stage, None);
    "bus with a made-up token": Unauthenticated = |stage| bus_with(stage, Some("0".repeat(64)));
    "token whose bus has ended": Unauthenticated = ended_bus;
    "another campaign's token": NotYours = another_campaigns_token;
    "UUID of a live bus": AlreadyConnected = live_bus;
    "known UUID without its key": IdentityMismatch = without_its_key;
    "known UUID with another key": IdentityMismatch = with_another_key;
    "key of 31 bytes": InvalidArgument = |stage| asked(stage, |request| request.key = vec![7; 31]);
    "banned campaign": Banned = |stage| shut_out(stage, 8, Membership::Banned);
    "retired campaign": Retired = |stage| shut_out(stage, 9, Membership::Retired);
};

/// What takes its time.
pub const SLOW: &[Row] = refused! {
    "token unused for 30 s": Unauthenticated = unused_token;
};

fn details(request: &mut proto::ConnectionRequest) -> &mut proto::CampaignDetails {
    request.client.as_mut().expect("details")
}

fn request(number: u128) -> proto::ConnectionRequest {
    let password_option = Some(PasswordOption::Password(PASSWORD.into()));
    proto::ConnectionRequest { password_option, ..connection_request(number) }
}

fn refusal(status: &Status) -> Outcome {
    // tonic itself refuses what is too large to be read.
    if status.code() == Code::OutOfRange {
        return Outcome::Refused(ErrorCode::TooLarge);
    }
    let details = pb::Status::decode(status.details()).expect("details");
    Outcome::Refused(proto::Refused::decode(details.details[0].value.as_slice()).expect("a Refused").code())
}

fn outcome<T>(answer: Result<T, Status>) -> Outcome {
    answer.map_or_else(|status| refusal(&status), |_| Outcome::Admitted)
}

/// Connect with something wrong.
fn asked(stage: &Stage, spoil: fn(&mut proto::ConnectionRequest)) -> Outcome {
    let mut request = request(1);
    spoil(&mut request);
    outcome(stage.runtime.block_on(connect(stage.plaintext.port(), request)))
}

fn password(stage: &Stage, password: Option<String>) -> Outcome {
    let request =
        proto::ConnectionRequest { password_option: password.map(PasswordOption::Password), ..connection_request(1) };
    outcome(stage.runtime.block_on(connect(stage.plaintext.port(), request)))
}

async fn token(port: u16, number: u128) -> String {
    connect(port, request(number)).await.expect("admitted").token
}

type Bus = (tokio::sync::mpsc::Sender<Bytes>, Streaming<Bytes>);

async fn open_bus(port: u16, token: Option<&str>) -> Result<Bus, Status> {
    let (frames, receiver) = tokio::sync::mpsc::channel(4);
    let mut request = Request::new(ReceiverStream::new(receiver));
    if let Some(token) = token {
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
    }
    let replies = channel(port).await.message_bus(request).await?.into_inner();
    Ok((frames, replies))
}

fn bus_with(stage: &Stage, token: Option<String>) -> Outcome {
    outcome(stage.runtime.block_on(open_bus(stage.plaintext.port(), token.as_deref())))
}

fn ended_bus(stage: &Stage) -> Outcome {
    const NUMBER: u128 = 1;
    let port = stage.plaintext.port();
    let token = stage.runtime.block_on(async {
        let token = token(port, NUMBER).await;
        drop(open_bus(port, Some(&token)).await.expect("a bus"));
        token
    });
    let left = |event: &Event| matches!(event, Event::CampaignLeft { campaign, .. } if campaign.id == CampaignId::from_u128(NUMBER));
    stage.plaintext.wait_for(left);
    bus_with(stage, Some(token))
}

fn unused_token(stage: &Stage) -> Outcome {
    let port = stage.plaintext.port();
    stage.runtime.block_on(async {
        let token = token(port, 2).await;
        tokio::time::sleep(Duration::from_secs(31)).await;
        outcome(open_bus(port, Some(&token)).await)
    })
}

/// A bus of one campaign's, and a message in the name of another.
fn another_campaigns_token(stage: &Stage) -> Outcome {
    let port = stage.plaintext.port();
    stage.runtime.block_on(async {
        let token = token(port, 3).await;
        let (frames, mut replies) = open_bus(port, Some(&token)).await.expect("a bus");
        let changed = proto::GmModeChanged { id: CampaignId::from_u128(4).to_string(), value: true };
        let envelope = proto::ClientMessage {
            id: CampaignId::from_u128(4).to_string(),
            message: Some(proto::Any {
                type_url: "type.googleapis.com/mekhqonline.GMModeChanged".into(),
                value: changed.encode_to_vec().into(),
            }),
            ..Default::default()
        };
        frames.send(envelope.encode_to_vec().into()).await.expect("the bus is open");
        loop {
            let frame = replies.message().await.expect("the bus lives on").expect("an answer");
            let any = proto::ServerMessage::decode(frame).expect("an envelope").message.expect("a message");
            if any.type_url.ends_with(".Refused") {
                return Outcome::Refused(proto::Refused::decode(any.value).expect("a Refused").code());
            }
        }
    })
}

fn live_bus(stage: &Stage) -> Outcome {
    let port = stage.plaintext.port();
    let computer = crate::folder();
    let mut options = crate::remote_options(5, port, computer.path());
    options.rules = crate::guarded();
    let standing = Player::join_with(&computer, options.clone(), crate::TcpConnector::new());
    standing.wait_for(|event| matches!(event, Event::Connected { .. }));
    let second = Player::join_with(&computer, options, crate::TcpConnector::new());
    let decided = second.wait_for(|event| matches!(event, Event::Connected { .. } | Event::ConnectFailed(_)));
    assert!(standing.session.snapshot().roster.connected(), "the standing bus was touched");
    match decided {
        Event::ConnectFailed(refusal) => Outcome::Refused(refusal.code),
        _ => Outcome::Admitted,
    }
}

/// From another computer of the same player, to which the key was not brought.
fn with_another_key(stage: &Stage) -> Outcome {
    let port = stage.plaintext.port();
    assert_eq!(crate::join(&crate::folder(), 14, port, crate::HostTrust::Plaintext), Outcome::Admitted);
    as_refused(crate::join(&crate::folder(), 14, port, crate::HostTrust::Plaintext))
}

/// Joins, is shut out, and comes back with its key.
fn shut_out(stage: &Stage, number: u128, change: Membership) -> Outcome {
    let (port, computer) = (stage.plaintext.port(), crate::folder());
    assert_eq!(crate::join(&computer, number, port, crate::HostTrust::Plaintext), Outcome::Admitted);
    let reason = Reason::parse("reason", "too loud").expect("a reason");
    let changed = MembershipChanged { campaign: CampaignId::from_u128(number), change, reason };
    stage.plaintext.session.change_membership(changed).expect("a campaign on the roster");
    stage.plaintext.wait_for(|event| matches!(event, Event::MembershipChanged(_)));
    as_refused(crate::join(&computer, number, port, crate::HostTrust::Plaintext))
}

/// A player of ours hears the host's refusal as the end of its attempt.
fn as_refused(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Distrusted(code) => Outcome::Refused(code),
        other => other,
    }
}

/// Joins with a key, leaves, and somebody comes under the same id without one.
fn without_its_key(stage: &Stage) -> Outcome {
    let port = stage.plaintext.port();
    let computer = crate::folder();
    assert_eq!(crate::join(&computer, 6, port, crate::HostTrust::Plaintext), Outcome::Admitted);
    outcome(stage.runtime.block_on(connect(port, request(6))))
}
