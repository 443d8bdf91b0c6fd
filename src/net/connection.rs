// SPDX-License-Identifier: GPL-3.0-or-later
//! Accepted connections: known by a number, and ended at once when the session's time is up.
//!
//! tonic serves each connection in a task of its own that nobody can abort; a connection that fails its own reads and
//! writes ends that task, black-holed peer or not.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::transport::server::Connected;

use super::transport::{BoxedStream, Listener};
use crate::session::host::ConnectionId;

/// Accepted connections that may wait for tonic.
const BACKLOG: usize = 16;

/// Pause after a failed accept: out of descriptors, accepting fails until some are freed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Which connection a call came by.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// The connection's number.
    pub connection: ConnectionId,
    /// The other end.
    pub address: SocketAddr,
}

/// One accepted connection.
pub struct HostConnection {
    stream: BoxedStream,
    caller: Caller,
    killed: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl HostConnection {
    fn check_killed(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.killed.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionAborted.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl Connected for HostConnection {
    type ConnectInfo = Caller;

    fn connect_info(&self) -> Caller {
        self.caller
    }
}

impl AsyncRead for HostConnection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check_killed(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for HostConnection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check_killed(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check_killed(context)?;
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Accepts until `stop`; the port is free once the task has ended. Connections live on until `kill`.
pub fn accept(
    listener: Box<dyn Listener>,
    stop: CancellationToken,
    kill: CancellationToken,
) -> (mpsc::Receiver<io::Result<HostConnection>>, JoinHandle<()>) {
    let (sender, receiver) = mpsc::channel(BACKLOG);
    let accepting = tokio::spawn(async move {
        let accepting = accept_all(listener, kill, sender);
        let _ = stop.run_until_cancelled(accepting).await;
    });
    (receiver, accepting)
}

async fn accept_all(
    mut listener: Box<dyn Listener>,
    kill: CancellationToken,
    connections: mpsc::Sender<io::Result<HostConnection>>,
) {
    for number in 1.. {
        let (stream, address) = loop {
            match listener.accept().await {
                Ok(accepted) => break accepted,
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        };
        let killed = Box::pin(kill.clone().cancelled_owned());
        let caller = Caller { connection: ConnectionId(number), address };
        if connections.send(Ok(HostConnection { stream, caller, killed })).await.is_err() {
            return;
        }
    }
}
