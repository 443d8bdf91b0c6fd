// SPDX-License-Identifier: GPL-3.0-or-later
//! Hosts that are none, or that answer in ways no host of ours would.

mod support;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use distributed_mekhq::net::transport::TcpConnector;
use distributed_mekhq::protocol::proto;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::service::mek_h_q_host_server::{MekHQHost, MekHQHostServer};
use distributed_mekhq::protocol::settlement::RequestId;
use distributed_mekhq::session::Event;
use prost::Message;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_stream::{Pending, pending};
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::server::NamedService;
use tonic::transport::Server;
use tonic::{Request, Response, Status, Streaming};

use support::books::Trader;
use support::{Player, campaign, remote_options};

/// Answers every call with the same trailers-only response.
#[derive(Clone)]
struct SameAnswer(&'static [(&'static str, &'static str)]);

impl NamedService for SameAnswer {
    const NAME: &'static str = "mekhqonline.MekHQHost";
}

impl Service<http::Request<Body>> for SameAnswer {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<Body>) -> Self::Future {
        let mut response = http::Response::builder().header("content-type", "application/grpc");
        for (name, value) in self.0 {
            response = response.header(*name, *value);
        }
        std::future::ready(Ok(response.body(Body::empty()).expect("a response")))
    }
}

/// Of the old contract: it names no protocol, no session and no token, and has nothing to say.
struct OldHost;

#[tonic::async_trait]
impl MekHQHost for OldHost {
    async fn connect(&self, _: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        let host = Some(campaign(100).to_proto());
        let admitted = proto::ConnectionResponse { version: "0.50.06".into(), host, ..Default::default() };
        Ok(Response::new(admitted.encode_to_vec().into()))
    }

    async fn disconnect(&self, _: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        Ok(Response::new(proto::DisconnectionResponse::default().encode_to_vec().into()))
    }

    type MessageBusStream = Pending<Result<Bytes, Status>>;

    async fn message_bus(&self, _: Request<Streaming<Bytes>>) -> Result<Response<Self::MessageBusStream>, Status> {
        Ok(Response::new(pending()))
    }
}

/// What a player hears who tries to join a host that answers so.
async fn refused_by(answer: &'static [(&'static str, &'static str)]) -> (ErrorCode, String) {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let served =
        Server::builder().add_service(SameAnswer(answer)).serve_with_incoming(TcpListenerStream::new(listener));
    let server = tokio::spawn(served);
    let failed = tokio::task::spawn_blocking(move || {
        let remote = Player::join(1, port);
        match remote.wait_for(|event| matches!(event, Event::ConnectFailed(_))) {
            Event::ConnectFailed(refusal) => (refusal.code, refusal.reason),
            _ => unreachable!("waited for it"),
        }
    });
    let failed = failed.await.expect("no panic");
    server.abort();
    failed
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_cannot_be_read_is_a_host_that_cannot_be_reached() {
    let (code, _) = refused_by(&[("grpc-status", "2"), ("grpc-status-details-bin", "!!!")]).await;
    assert_eq!(code, ErrorCode::HostUnreachable);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_without_our_calls_is_no_mekhq_host() {
    let (code, reason) = refused_by(&[("grpc-status", "12"), ("grpc-message", "what?")]).await;
    assert_eq!(code, ErrorCode::HostUnreachable);
    assert!(reason.contains("what?"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_asked_of_a_host_of_the_old_contract_fails_at_once_as_unsupported() {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let service = MekHQHostServer::new(OldHost);
    let server =
        tokio::spawn(Server::builder().add_service(service).serve_with_incoming(TcpListenerStream::new(listener)));
    let refused = tokio::task::spawn_blocking(move || {
        let computer = Arc::new(tempfile::tempdir().expect("a folder"));
        let mut options = remote_options(1, port, computer.path());
        options.rules.allow_legacy_peers = true;
        let player = Player::join_with(&computer, options, TcpConnector::new());
        player.wait_for(|event| matches!(event, Event::Connected { legacy_host: true, .. }));
        let mut trader = Trader::new(player, 1, 100);
        (trader.request(100, RequestId::from_u128(1), 5).expect_err("refused").code, trader.purse.free)
    });
    assert_eq!(refused.await.expect("no panic"), (ErrorCode::UnsupportedByHost, 100));
    server.abort();
}
