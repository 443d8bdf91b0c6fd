// SPDX-License-Identifier: GPL-3.0-or-later
//! What a host answers to messages that break the contract, over a real socket with a hand-made client.

mod support;

use bytes::Bytes;
use distributed_mekhq::protocol::proto::{self, ErrorCode, GoodbyeCode};
use tonic::{Code, Request};

use support::raw::{RawPeer, channel, connect, connection_request};
use support::{Player, campaign};

#[tokio::test]
async fn a_malformed_field_is_refused_by_name_and_the_bus_lives_on() {
    let host = tokio::task::spawn_blocking(|| Player::host(100)).await.expect("a host");
    let mut peer = RawPeer::join(host.port(), 1).await;
    let id = peer.id.to_string();
    peer.send(&proto::CampaignDateChanged { id: id.clone(), date: "3025-02-30".into() }).await;
    let refused: proto::Refused = peer.next().await.expect("an answer");
    assert_eq!((refused.code(), refused.refused.as_str()), (ErrorCode::InvalidArgument, "CampaignDateChanged"));
    peer.send(&proto::LocationChanged { id: id.clone(), location: "x".repeat(201), ..Default::default() }).await;
    let refused: proto::Refused = peer.next().await.expect("an answer");
    assert_eq!(refused.reason, "location has more than 200 characters");
    peer.send(&proto::Ping { campaign: Some(campaign(1).to_proto()), ..Default::default() }).await;
    assert!(peer.next::<proto::Pong>().await.is_some());
    assert_eq!(host.session.snapshot().roster.statistics.malformed, 2);
}

#[tokio::test]
async fn too_many_elements_are_refused_before_they_are_decoded() {
    let host = tokio::task::spawn_blocking(|| Player::host(100)).await.expect("a host");
    let mut peer = RawPeer::join(host.port(), 1).await;
    let force = proto::Force {
        name: "Regiment".into(),
        units: vec![proto::ForceUnit { id: "u".into(), name: "n".into(), ..Default::default() }; 2_049],
        ..Default::default()
    };
    peer.send(&proto::ToeUpdated { id: peer.id.to_string(), force: Some(force) }).await;
    let refused: proto::Refused = peer.next().await.expect("an answer");
    assert_eq!((refused.code(), refused.refused.as_str()), (ErrorCode::TooMany, "TOEUpdated"));
}

#[tokio::test]
async fn a_message_over_512_kib_is_refused_and_ends_the_bus_with_a_goodbye() {
    let host = tokio::task::spawn_blocking(|| Player::host(100)).await.expect("a host");
    let mut peer = RawPeer::join(host.port(), 1).await;
    peer.frames.send(vec![0; 512 * 1024 + 1].into()).await.expect("the bus is open");
    let refused: proto::Refused = peer.next().await.expect("an answer");
    assert_eq!(refused.code(), ErrorCode::TooLarge);
    let goodbye: proto::Goodbye = peer.next().await.expect("a goodbye");
    assert_eq!(goodbye.code(), GoodbyeCode::ProtocolError);
    assert!(peer.next::<proto::Goodbye>().await.is_none());
}

#[tokio::test]
async fn a_stranger_may_send_16_kib_and_no_more() {
    let host = tokio::task::spawn_blocking(|| Player::host(100)).await.expect("a host");
    let features = vec!["x".repeat(64); 60];
    connect(host.port(), proto::ConnectionRequest { features, ..connection_request(1) }).await.expect("admitted");
    let version = "0".repeat(16 * 1024);
    let large = proto::ConnectionRequest { version, ..connection_request(2) };
    let status = connect(host.port(), large).await.expect_err("too large");
    assert_eq!(status.code(), Code::OutOfRange);
}

#[tokio::test]
async fn a_bus_without_its_token_is_unauthenticated() {
    let host = tokio::task::spawn_blocking(|| Player::host(100)).await.expect("a host");
    connect(host.port(), connection_request(1)).await.expect("admitted");
    for header in [None, Some("Bearer 00"), Some("Basic x")] {
        let mut request = Request::new(tokio_stream::empty::<Bytes>());
        if let Some(header) = header {
            request.metadata_mut().insert("authorization", header.parse().expect("a header"));
        }
        let status = channel(host.port()).await.message_bus(request).await.expect_err("refused");
        assert_eq!(status.code(), Code::Unauthenticated, "{header:?}");
    }
}
