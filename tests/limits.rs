// SPDX-License-Identifier: GPL-3.0-or-later
//! What a host answers to messages that break the contract, over a real socket with a hand-made client.

mod support;

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use distributed_mekhq::protocol::proto::{self, ErrorCode, GoodbyeCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tonic::{Code, Request};

use support::raw::{RawPeer, channel, connect, connect_over, connection_request};
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

#[tokio::test]
async fn a_connection_has_four_streams_and_whoever_wants_more_waits_for_one_and_holds_up_nobody_else() {
    let host = tokio::task::spawn_blocking(|| Player::host(100)).await.expect("a host");
    let mut one_connection = channel(host.port()).await;
    let mut peers = Vec::new();
    for number in 1..=4 {
        let request = connection_request(number);
        peers.push(RawPeer::join_over(&mut one_connection, request).await.expect("admitted"));
    }
    let mut fifth = pin!(connect_over(&mut one_connection, connection_request(5)));
    assert!(timeout(Duration::ZERO, &mut fifth).await.is_err(), "it has been sent as far as it may be");
    let mut elsewhere = RawPeer::join(host.port(), 6).await;
    elsewhere.send(&proto::Ping { campaign: Some(campaign(6).to_proto()), ..Default::default() }).await;
    assert!(elsewhere.next::<proto::Pong>().await.is_some());
    assert!(timeout(Duration::ZERO, &mut fifth).await.is_err(), "there is no stream for it");
    drop(peers.pop());
    fifth.await.expect("admitted as soon as one of the four has ended");
}

/// HTTP/2 as bytes: the preface with empty SETTINGS, and the beginning of a call of `Connect` whose body never comes.
const HTTP_2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
const CALL: &[u8] =
    b"\x83\x86\x04\x1e/mekhqonline.MekHQHost/Connect\x01\x01h\x0f\x10\x10application/grpc\0\x02te\x08trailers";

fn begin_call(stream: u32) -> Vec<u8> {
    const HEADERS: u8 = 1;
    const END_HEADERS: u8 = 4;
    let mut frame = u32::try_from(CALL.len()).expect("short").to_be_bytes()[1..].to_vec();
    frame.extend([HEADERS, END_HEADERS]);
    frame.extend(stream.to_be_bytes());
    frame.extend(CALL);
    frame
}

/// The stream of the next frame that resets one, and why.
async fn next_reset(connection: &mut TcpStream) -> (u32, u32) {
    const RST_STREAM: u8 = 3;
    loop {
        let mut head = [0; 9];
        connection.read_exact(&mut head).await.expect("the connection lives");
        let mut body = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        connection.read_exact(&mut body).await.expect("a whole frame");
        if head[3] == RST_STREAM {
            let number = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().expect("four bytes"));
            return (number(&head[5..]), number(&body));
        }
    }
}

#[tokio::test]
async fn a_peer_that_opens_more_than_four_streams_all_the_same_is_refused_each_of_them() {
    const REFUSED_STREAM: u32 = 7;
    let host = tokio::task::spawn_blocking(|| Player::host(100)).await.expect("a host");
    let mut connection = TcpStream::connect(("127.0.0.1", host.port())).await.expect("the host listens");
    let calls: Vec<_> = (0..6).flat_map(|call| begin_call(2 * call + 1)).collect();
    connection.write_all(&[HTTP_2, &calls].concat()).await.expect("the host reads");
    assert_eq!(next_reset(&mut connection).await, (9, REFUSED_STREAM));
    assert_eq!(next_reset(&mut connection).await, (11, REFUSED_STREAM));
    connect(host.port(), connection_request(1)).await.expect("others are served");
}
