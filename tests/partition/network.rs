// SPDX-License-Identifier: GPL-3.0-or-later
//! The simulated network behind the seams of `net::transport`.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use distributed_mekhq::net::remote_bus::HostAddress;
use distributed_mekhq::net::transport::{BoxedStream, Connector, Listener, unreachable};
use distributed_mekhq::protocol::Refusal;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use turmoil::net::{TcpListener, TcpStream};

/// The host's name on the simulated network.
pub const HOST: &str = "host";

/// The port it listens on.
pub const PORT: u16 = 3_000;

/// Accepts on the simulated network, and counts the connections that are open.
pub struct SimulatedListener {
    listener: TcpListener,
    open: Arc<AtomicUsize>,
}

impl SimulatedListener {
    pub async fn bind(open: Arc<AtomicUsize>) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(("0.0.0.0", PORT)).await?, open })
    }
}

#[tonic::async_trait]
impl Listener for SimulatedListener {
    fn local_address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    async fn accept(&mut self) -> io::Result<(BoxedStream, SocketAddr)> {
        let (stream, peer) = self.listener.accept().await?;
        self.open.fetch_add(1, Ordering::Relaxed);
        Ok((Box::new(Counted { stream, open: Arc::clone(&self.open) }), peer))
    }
}

/// Connects on the simulated network.
pub struct SimulatedConnector;

#[tonic::async_trait]
impl Connector for SimulatedConnector {
    async fn connect(&self, host: &HostAddress) -> Result<BoxedStream, Refusal> {
        let stream = TcpStream::connect((HOST, PORT)).await.map_err(|error| unreachable(host, &error))?;
        Ok(Box::new(stream))
    }
}

struct Counted {
    stream: TcpStream,
    open: Arc<AtomicUsize>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
