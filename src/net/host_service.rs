// SPDX-License-Identifier: GPL-3.0-or-later
//! The host's gRPC service: turns calls into input for the session's task, and its answers into replies.

use std::convert::Infallible;
use std::io;
use std::task::{Context, Poll};

use bytes::Bytes;
use prost::Message;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service};
use tonic::metadata::MetadataMap;
use tonic::transport::Server;
use tonic::{Code, Request, Response, Status, Streaming};

use super::connection::{Caller, HostConnection};
use super::drive::ReadingRoom;
use super::gate::Gate;
use super::host::{Mail, OpenedBus, Reply};
use super::host_calls::HostCalls;
use super::outgoing::Replies;
use super::status::from_refusal;
use super::transport::{KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT};
use crate::protocol::handshake::{JoinRequest, Token, check_disconnection, decode_unary};
use crate::protocol::limits::{MESSAGE_BYTES_MAX, STREAMS_PER_CONNECTION_MAX, UNAUTHENTICATED_BYTES_MAX};
use crate::protocol::refusal::ErrorCode;
use crate::protocol::service::mek_h_q_host_server::{MekHQHost, MekHQHostServer};
use crate::protocol::{Refusal, count, envelope, proto};
use crate::session::BusEnd;
use crate::session::host::{Answer, BusId, CallId, HostInput};

const BUS_PATH: &str = "/mekhqonline.MekHQHost/MessageBus";

/// Bytes that a peer may send before they are read: half of the largest message, so that even at 100 ms a link carries
/// 2.5 MB a second, and a thousand peers that send more than is read cost what a few hundred of tonic's default would.
const WINDOW_BYTES: u32 = 256 * 1024;

/// Serves until `stop`, then until the last connection is gone.
pub async fn serve(
    connections: mpsc::Receiver<io::Result<HostConnection>>,
    session: HostCalls,
    stop: CancellationToken,
    gate: Gate,
) {
    let service = HostService { session, reading: ReadingRoom::default(), gate };
    let routed = ByPath {
        unary: MekHQHostServer::new(service.clone()).max_decoding_message_size(UNAUTHENTICATED_BYTES_MAX),
        bus: MekHQHostServer::new(service).max_decoding_message_size(MESSAGE_BYTES_MAX),
    };
    let served = Server::builder()
        .max_concurrent_streams(STREAMS_PER_CONNECTION_MAX)
        .initial_stream_window_size(WINDOW_BYTES)
        .initial_connection_window_size(WINDOW_BYTES)
        .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
        .serve_with_incoming_shutdown(routed, ReceiverStream::new(connections), stop.cancelled_owned())
        .await;
    if let Err(error) = served {
        tracing::warn!(%error, "the host's server ended");
    }
}

/// tonic's message limit belongs to a service, not to a method: what strangers may call has a service of its own.
#[derive(Clone)]
struct ByPath {
    unary: MekHQHostServer<HostService>,
    bus: MekHQHostServer<HostService>,
}

impl Service<http::Request<Body>> for ByPath {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<http::Response<Body>, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        if request.uri().path() == BUS_PATH { self.bus.call(request) } else { self.unary.call(request) }
    }
}

#[derive(Clone)]
struct HostService {
    session: HostCalls,
    reading: ReadingRoom,
    gate: Gate,
}

impl HostService {
    /// Hands input to the session's task and waits for its answer.
    async fn ask(&self, input: impl FnOnce(CallId) -> HostInput) -> Result<Reply, Status> {
        self.session.ask(input).await.map_err(from_refusal)
    }

    async fn answer(&self, input: impl FnOnce(CallId) -> HostInput) -> Result<Answer, Status> {
        match self.ask(input).await? {
            Reply::Answer(answer) => Ok(answer),
            Reply::Bus(_) => Err(Status::internal("a bus was granted that nobody asked for")),
        }
    }
}

#[tonic::async_trait]
impl MekHQHost for HostService {
    async fn connect(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        let Caller { connection, address } = caller_of(&request)?;
        let frame = request.into_inner();
        let proto: proto::ConnectionRequest = decode_unary(frame, &count::CONNECTION_REQUEST).map_err(from_refusal)?;
        let request = JoinRequest::check(proto).map(Box::new).map_err(|invalid| from_refusal(invalid.into()))?;
        let (token, address) = (fresh_token()?, address.ip());
        let answer = self.answer(|call| HostInput::Connect { call, connection, address, request, token }).await;
        match answer.inspect_err(|_| self.gate.refused(connection))? {
            Answer::Admitted(response) => {
                self.gate.connected(connection);
                Ok(Response::new(response.encode_to_vec().into()))
            }
            _ => Err(Status::internal("the answer belongs to another call")),
        }
    }

    async fn disconnect(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Status> {
        let Caller { connection, .. } = caller_of(&request)?;
        let token = bearer_token(request.metadata())?;
        let frame = request.into_inner();
        let proto: proto::DisconnectionRequest =
            decode_unary(frame, &count::DISCONNECTION_REQUEST).map_err(from_refusal)?;
        let campaign = check_disconnection(&proto).map_err(|invalid| from_refusal(invalid.into()))?;
        match self.answer(|call| HostInput::Disconnect { call, connection, campaign, token }).await? {
            Answer::Disconnected(id) => {
                let response = proto::DisconnectionResponse { id: id.to_string() };
                Ok(Response::new(response.encode_to_vec().into()))
            }
            _ => Err(Status::internal("the answer belongs to another call")),
        }
    }

    type MessageBusStream = Replies;

    async fn message_bus(&self, request: Request<Streaming<Bytes>>) -> Result<Response<Replies>, Status> {
        let Caller { connection, .. } = caller_of(&request)?;
        let token = bearer_token(request.metadata())?;
        match self.ask(|call| HostInput::OpenBus { call, connection, token }).await? {
            Reply::Bus(OpenedBus { bus, frames, ended }) => {
                let reader = read_bus(bus, request.into_inner(), self.session.mail(), self.reading.clone());
                let open = self.gate.bus_opened(connection);
                tokio::spawn(async move {
                    let _open = open;
                    ended.run_until_cancelled(reader).await
                });
                Ok(Response::new(Replies(frames)))
            }
            Reply::Answer(_) => Err(Status::internal("the answer belongs to another call")),
        }
    }
}

/// Reads a bus to its end. Waits when the session's task does not keep up, which slows the peer down in turn.
async fn read_bus(bus: BusId, mut stream: Streaming<Bytes>, mail: mpsc::Sender<Mail>, reading: ReadingRoom) {
    loop {
        let received = match stream.message().await {
            Ok(Some(frame)) => {
                let place = reading.place(frame.len()).await;
                let input = HostInput::FromBus { bus, inbound: envelope::decode(frame) };
                Mail { input, reply: None, place }
            }
            end => HostInput::BusEnded { bus, end: bus_end(&end) }.into(),
        };
        let ended = matches!(received.input, HostInput::BusEnded { .. });
        if mail.send(received).await.is_err() || ended {
            return;
        }
    }
}

/// How a stream ended. tonic speaks of a message over the limit as out of range.
pub(super) fn bus_end(end: &Result<Option<Bytes>, Status>) -> BusEnd {
    match end {
        Err(status) if status.code() == Code::OutOfRange => BusEnd::TooLarge,
        _ => BusEnd::Reset,
    }
}

fn caller_of<T>(request: &Request<T>) -> Result<Caller, Status> {
    let caller = request.extensions().get::<Caller>().copied();
    caller.ok_or_else(|| Status::internal("the connection has no number"))
}

/// The token of `authorization: Bearer …`; none if there is no such header, an error if it is damaged.
fn bearer_token(metadata: &MetadataMap) -> Result<Option<Token>, Status> {
    let Some(value) = metadata.get("authorization") else { return Ok(None) };
    let token = value.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).and_then(Token::parse);
    let refusal = || Refusal::new(ErrorCode::Unauthenticated, "the authorization header holds no token of this host");
    token.map(Some).ok_or_else(|| from_refusal(refusal()))
}

fn fresh_token() -> Result<Token, Status> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| Status::internal(format!("no randomness: {error}")))?;
    Ok(Token::new(random))
}
