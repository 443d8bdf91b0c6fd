// SPDX-License-Identifier: GPL-3.0-or-later
//! What a session's bytes travel on: a host's [`Listener`], a remote's [`Connector`], and the streams they give.
//!
//! Sessions know these seams only, so TCP, encryption on top of it and a simulated network take each other's place.

use std::error::Error;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncRead, AsyncWrite};
use tower_service::Service;

use crate::protocol::refusal::ErrorCode;
use crate::protocol::trust::Fingerprint;
use crate::protocol::{HostAddress, Refusal};

/// Time between two HTTP/2 pings of a connection, on both sides. tonic sends none unless told to, and the pings of a
/// bus end the bus, not the socket below it: a half-open connection would stay for as long as the system lets it.
pub const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(20);

/// How long the answer to an HTTP/2 ping may take. Together with the interval it is longer than the four pings after
/// which a bus ends (protocol.md section 2, point 11, with the default interval): what the player is told comes from
/// there, and a short outage that TCP gets over costs no connection.
pub const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(60);

/// Bytes both ways.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Any stream.
pub type BoxedStream = Box<dyn Stream>;

/// Where a host's connections come from.
#[tonic::async_trait]
pub trait Listener: Send {
    /// Where it listens.
    fn local_address(&self) -> io::Result<SocketAddr>;

    /// What it shows to peers so that they know it; none without encryption.
    fn fingerprint(&self) -> Option<Fingerprint> {
        None
    }

    /// The next connection, and who makes it. Must not wait for what a peer sends: while it waits, nobody else is let
    /// in. Cancel safe.
    async fn accept(&mut self) -> io::Result<(BoxedStream, SocketAddr)>;
}

/// What makes a remote's connections.
#[tonic::async_trait]
pub trait Connector: Send + Sync {
    /// Reaches a host. The caller sets the deadline.
    async fn connect(&self, host: &HostAddress) -> Result<BoxedStream, Refusal>;
}

/// Listens by TCP on one address, or on all. Must be called within the runtime.
pub fn listen(address: Option<IpAddr>, port: u16) -> Result<TcpListener, Refusal> {
    if let Some(address) = address {
        let address = SocketAddr::new(address, port);
        return try_listen(address).map_err(|error| cannot_listen(address, &error));
    }
    // One IPv6 socket takes IPv4 as well, where the machine has IPv6 at all.
    let everywhere = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
    let everywhere_ipv4 = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    match try_listen(everywhere) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(cannot_listen(everywhere, &error)),
        Err(_) => try_listen(everywhere_ipv4).map_err(|error| cannot_listen(everywhere_ipv4, &error)),
        Ok(listener) => Ok(listener),
    }
}

fn try_listen(address: SocketAddr) -> io::Result<TcpListener> {
    const PENDING_CONNECTIONS: i32 = 128;
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        // Windows keeps IPv4 out of an IPv6 socket unless told otherwise.
        socket.set_only_v6(!address.ip().is_unspecified())?;
    }
    // On Unix a port rests for a while after its last connection; on Windows the same flag would let two programs
    // listen on one port.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(PENDING_CONNECTIONS)?;
    tokio::net::TcpListener::from_std(socket.into()).map(TcpListener)
}

/// Why a host cannot listen.
pub fn cannot_listen(address: SocketAddr, error: &io::Error) -> Refusal {
    if error.kind() == io::ErrorKind::AddrInUse {
        let reason = format!("port {} is in use by another program (address {address})", address.port());
        return Refusal::new(ErrorCode::AddressInUse, reason);
    }
    Refusal::new(ErrorCode::AddressUnavailable, format!("cannot listen on {address}: {error}"))
}

/// A TCP socket that listens.
#[derive(Debug)]
pub struct TcpListener(tokio::net::TcpListener);

#[tonic::async_trait]
impl Listener for TcpListener {
    fn local_address(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    async fn accept(&mut self) -> io::Result<(BoxedStream, SocketAddr)> {
        let (stream, peer) = self.0.accept().await?;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection ended before it began");
        }
        Ok((Box::new(stream), peer))
    }
}

/// Connects by TCP. Of a name's addresses it tries those of both families side by side.
#[derive(Debug, Clone)]
pub struct TcpConnector(HttpConnector);

impl TcpConnector {
    /// Without any settings.
    pub fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self(connector)
    }
}

impl Default for TcpConnector {
    fn default() -> Self {
        Self::new()
    }
}

#[tonic::async_trait]
impl Connector for TcpConnector {
    async fn connect(&self, host: &HostAddress) -> Result<BoxedStream, Refusal> {
        let connecting = self.0.clone().call(uri(host)?);
        let stream = connecting.await.map_err(|error| unreachable(host, &error))?;
        Ok(Box::new(stream.into_inner()))
    }
}

/// A host as the address of a request.
pub fn uri(host: &HostAddress) -> Result<Uri, Refusal> {
    let uri = Uri::builder().scheme("http").authority(host.to_string()).path_and_query("/").build();
    uri.map_err(|error| unreachable(host, &error))
}

/// Why a host cannot be reached. Libraries wrap what went wrong several times; people want the last cause.
pub fn unreachable(host: &HostAddress, error: &dyn Error) -> Refusal {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    Refusal::new(ErrorCode::HostUnreachable, format!("cannot reach {host}: {cause}"))
}

/// Hands tonic a stream that stands already. tonic would connect anew by itself when the stream has ended, past the
/// rules that decide when that may be; it cannot, since there is no second stream.
pub(super) struct Standing(Option<BoxedStream>);

impl Standing {
    pub(super) fn new(stream: BoxedStream) -> Self {
        Self(Some(stream))
    }
}

impl Service<Uri> for Standing {
    type Response = TokioIo<BoxedStream>;
    type Error = io::Error;
    type Future = std::future::Ready<io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        std::future::ready(self.0.take().map(TokioIo::new).ok_or_else(|| io::ErrorKind::ConnectionAborted.into()))
    }
}
