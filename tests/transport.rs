// SPDX-License-Identifier: GPL-3.0-or-later
//! Connections below the sessions: made of anything that carries bytes, given up when nobody answers on them, and let go
//! of by whoever leaves.

mod support;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use distributed_mekhq::net::host;
use distributed_mekhq::net::remote;
use distributed_mekhq::net::transport::{BoxedStream, Connector, KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT, Listener};
use distributed_mekhq::protocol::service::mek_h_q_host_server::{MekHQHost, MekHQHostServer};
use distributed_mekhq::protocol::{HostAddress, PROTOCOL_MAJOR, Refusal, proto};
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Server;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;

/// HTTP/2's preface and an empty SETTINGS frame.
const OPENING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// Gives one stream, then none.
struct Once(Option<BoxedStream>);

#[tonic::async_trait]
impl Listener for Once {
    fn local_address(&self) -> io::Result<SocketAddr> {
        Ok(([127, 0, 0, 1], 3000).into())
    }

    async fn accept(&mut self) -> io::Result<(BoxedStream, SocketAddr)> {
        match self.0.take() {
            Some(stream) => Ok((stream, ([127, 0, 0, 2], 40_000).into())),
            None => std::future::pending().await,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_on_which_nobody_answers_is_given_up() {
    let (mut peer, accepted) = duplex(64 * 1024);
    let folder = tempfile::tempdir().expect("a folder");
    let options = support::host_options(100, 0, folder.path());
    let listener = Box::new(Once(Some(Box::new(accepted))));
    let ledger = support::simulated_ledger(100);
    let _host = host::start_on(&Handle::current(), options, listener, ledger).expect("started");
    peer.write_all(OPENING).await.expect("the host listens");
    let begin = Instant::now();
    let mut heard = Vec::new();
    let watchdog = 10 * (KEEPALIVE_INTERVAL + KEEPALIVE_TIMEOUT);
    // How it ends makes no difference.
    let _ = timeout(watchdog, peer.read_to_end(&mut heard)).await.expect("the host ends the connection");
    assert!(begin.elapsed() <= KEEPALIVE_INTERVAL + KEEPALIVE_TIMEOUT + Duration::from_secs(1));
}

/// Makes one connection.
struct TheOne {
    stream: Mutex<Option<DuplexStream>>,
    /// Dropped with the session's task, which holds this connector.
    _session: oneshot::Sender<()>,
}

#[tonic::async_trait]
impl Connector for TheOne {
    async fn connect(&self, _: &HostAddress) -> Result<BoxedStream, Refusal> {
        Ok(Box::new(self.stream.lock().expect("no panic").take().expect("one attempt")))
    }
}

/// A host that has much to say to a campaign that leaves.
struct Talkative {
    /// Hears that the campaign has opened its bus.
    opened: Mutex<Option<oneshot::Sender<()>>>,
}

/// More than a session takes in at a time.
const LAST_WORDS: usize = 1_000;

#[tonic::async_trait]
impl MekHQHost for Talkative {
    async fn connect(&self, _: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        let response = proto::ConnectionResponse {
            version: "0.50.06".into(),
            host: Some(support::campaign(100).to_proto()),
            protocol: PROTOCOL_MAJOR,
            session: Uuid::from_u128(7).to_string(),
            token: "07".repeat(32),
            ..Default::default()
        };
        Ok(Response::new(response.encode_to_vec().into()))
    }

    async fn disconnect(&self, _: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        Err(Status::unimplemented("it says Goodbye on its bus"))
    }

    type MessageBusStream = ReceiverStream<Result<Bytes, Status>>;

    async fn message_bus(
        &self,
        request: Request<Streaming<Bytes>>,
    ) -> Result<Response<Self::MessageBusStream>, Status> {
        let (words, stream) = mpsc::channel(1);
        let opened = self.opened.lock().expect("no panic").take().expect("one bus");
        tokio::spawn(async move {
            let mut bus = request.into_inner();
            bus.message().await.expect("open").expect("the first Ping");
            opened.send(()).expect("awaited");
            while bus.message().await.expect("left in order").is_some() {}
            for _ in 0..LAST_WORDS {
                words.send(Ok(Bytes::new())).await.expect("read to the end");
            }
        });
        Ok(Response::new(ReceiverStream::new(stream)))
    }
}

#[tokio::test(start_paused = true)]
async fn a_campaign_that_leaves_waits_for_nothing_else_whatever_its_host_still_says() {
    let (near, far) = duplex(64 * 1024);
    let (opened, told) = oneshot::channel();
    let talkative = MekHQHostServer::new(Talkative { opened: Mutex::new(Some(opened)) });
    let served = Server::builder().add_service(talkative).serve_with_incoming(tokio_stream::once(io::Result::Ok(far)));
    tokio::spawn(served);
    let folder = tempfile::tempdir().expect("a folder");
    let options = support::remote_options(1, 3000, folder.path());
    let (_session, ended) = oneshot::channel();
    let connector = Arc::new(TheOne { stream: Mutex::new(Some(near)), _session });
    let session = remote::start_on(&Handle::current(), options, connector, 7);
    told.await.expect("a bus");
    let begin = Instant::now();
    drop(session);
    ended.await.expect_err("nothing is ever sent");
    assert_eq!(begin.elapsed(), Duration::ZERO);
}
