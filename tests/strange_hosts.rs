// SPDX-License-Identifier: GPL-3.0-or-later
//! Hosts that are none, or that answer in ways no host of ours would.

mod support;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::task::{Context, Poll};

use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::session::Event;
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::server::NamedService;
use tonic::transport::Server;

use support::Player;

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
