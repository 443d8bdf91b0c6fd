// SPDX-License-Identifier: GPL-3.0-or-later
//! Accepted connections: known by a number, and ended at once when the gate or the session's end says so.
//!
//! tonic serves each connection in a task of its own that nobody can abort; a connection that fails its own reads and
//! writes ends that task, black-holed peer or not.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::{Domain, Socket, Type};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval, sleep, timeout};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::transport::server::Connected;

use super::gate::{Gate, Pass, STRANGER_BYTES_MAX};
use super::transport::{BoxedStream, Listener};
use crate::session::host::ConnectionId;

/// Accepted connections that may wait for tonic.
const BACKLOG: usize = 16;

/// Pause after a failed accept: out of descriptors, accepting fails until some are freed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// The same where a stranger has just made way: its descriptor is free in a moment.
const EVICTION_PAUSE: Duration = Duration::from_millis(1);

/// How often it is said that connections cannot be accepted.
const COMPLAINT_INTERVAL: Duration = Duration::from_secs(60);

/// How often connections whose time is up are looked for.
const CLOSING_INTERVAL: Duration = Duration::from_millis(500);

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
    ended: Pin<Box<WaitForCancellationFutureOwned>>,
    /// Waits until the connection is no stranger's any more; none once it is.
    known: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
    /// Bytes that were read while it was a stranger's.
    stranger_bytes: usize,
    _pass: Pass,
}

impl HostConnection {
    fn new(stream: BoxedStream, caller: Caller, pass: Pass) -> Self {
        let ended = Box::pin(pass.ended.clone().cancelled_owned());
        let known = Some(Box::pin(pass.known.clone().cancelled_owned()));
        Self { stream, caller, ended, known, stranger_bytes: 0, _pass: pass }
    }

    fn check_ended(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.ended.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionAborted.into()),
            Poll::Pending => Ok(()),
        }
    }

    /// Whether more may be read. A stranger that has sent too much is read on when it is known, and not before: what was
    /// answered to it until then still reaches it.
    fn poll_readable(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(known) = &mut self.known else { return Poll::Ready(()) };
        if known.as_mut().poll(context).is_ready() {
            self.known = None;
        } else if self.stranger_bytes >= STRANGER_BYTES_MAX {
            return Poll::Pending;
        }
        Poll::Ready(())
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
        self.check_ended(context)?;
        ready!(self.poll_readable(context));
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if self.known.is_some() {
            self.stranger_bytes += buffer.filled().len() - before;
        }
        read
    }
}

impl AsyncWrite for HostConnection {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check_ended(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check_ended(context)?;
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

/// Accepts until `stop`; the port is free once the task has ended. Connections live on until the gate ends them.
pub fn accept(
    listener: Box<dyn Listener>,
    stop: CancellationToken,
    gate: Gate,
) -> (mpsc::Receiver<io::Result<HostConnection>>, JoinHandle<()>) {
    let (sender, receiver) = mpsc::channel(BACKLOG);
    let accepting = tokio::spawn(async move {
        let closing = close_overdue(gate.clone());
        let accepting = accept_all(listener, gate, sender);
        let _ = stop.run_until_cancelled(async { tokio::join!(accepting, closing) }).await;
    });
    (receiver, accepting)
}

async fn close_overdue(gate: Gate) {
    let mut ticks = interval(CLOSING_INTERVAL);
    loop {
        ticks.tick().await;
        gate.close_overdue();
    }
}

async fn accept_all(
    mut listener: Box<dyn Listener>,
    gate: Gate,
    connections: mpsc::Sender<io::Result<HostConnection>>,
) {
    let mut trouble = Trouble { reserve: Reserve::take(), complained: None };
    for number in 1.. {
        let (stream, address) = loop {
            match listener.accept().await {
                Ok(accepted) => break accepted,
                Err(error) if is_over(&error) => {}
                Err(error) => {
                    if let Some(accepted) = trouble.overcome(&error, &gate, listener.as_mut()).await {
                        break accepted;
                    }
                }
            }
        };
        let caller = Caller { connection: ConnectionId(number), address };
        // Without a place it is closed by being dropped.
        let Some(pass) = gate.admit(caller.connection, address.ip()) else { continue };
        if connections.send(Ok(HostConnection::new(stream, caller, pass))).await.is_err() {
            return;
        }
    }
}

/// What is done while connections cannot be accepted.
struct Trouble {
    reserve: Reserve,
    complained: Option<Instant>,
}

impl Trouble {
    /// Makes room if that is what is lacking and somebody comes, and otherwise waits a moment, so that a lasting failure
    /// costs no processor time. Who has come, if there is room now.
    async fn overcome(
        &mut self,
        error: &io::Error,
        gate: &Gate,
        listener: &mut dyn Listener,
    ) -> Option<(BoxedStream, SocketAddr)> {
        if self.complained.is_none_or(|at| at.elapsed() >= COMPLAINT_INTERVAL) {
            self.complained = Some(Instant::now());
            tracing::warn!(%error, "cannot accept a connection");
        }
        if !is_exhausted(error) {
            sleep(ACCEPT_PAUSE).await;
            return None;
        }
        if !self.reserve.is_back().await {
            gate.make_way();
            return None;
        }
        let accepted = self.reserve.accept(listener).await?;
        if gate.make_way() {
            self.reserve.is_back().await;
            return Some(accepted);
        }
        drop(accepted);
        sleep(ACCEPT_PAUSE).await;
        None
    }
}

/// Whether it was this one connection that ended before it was accepted: the next may be there already.
fn is_over(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted)
}

/// Whether there are no descriptors left, in this process or on the whole machine.
fn is_exhausted(error: &io::Error) -> bool {
    const EMFILE: i32 = 24;
    const ENFILE: i32 = 23;
    const WSAEMFILE: i32 = 10_024;
    matches!(error.raw_os_error(), Some(EMFILE | ENFILE | WSAEMFILE))
}

/// A descriptor that is given up when all others are taken, since the system does not tell without one whether anybody
/// waits to be let in. Whoever does takes the place of a stranger, or is turned away rather than to wait for nothing.
struct Reserve(Option<Socket>);

impl Reserve {
    fn take() -> Self {
        Self(Socket::new(Domain::IPV4, Type::DGRAM, None).ok())
    }

    /// Who waits to be let in, with the descriptor of the reserve; none: nobody does.
    async fn accept(&mut self, listener: &mut dyn Listener) -> Option<(BoxedStream, SocketAddr)> {
        self.0 = None;
        timeout(ACCEPT_PAUSE, listener.accept()).await.ok().and_then(Result::ok)
    }

    /// Waits until a descriptor is free again, as it is a moment after a connection was ended, and takes that; not for
    /// long.
    async fn is_back(&mut self) -> bool {
        let begin = Instant::now();
        while self.0.is_none() && begin.elapsed() < ACCEPT_PAUSE {
            *self = Self::take();
            if self.0.is_none() {
                sleep(EVICTION_PAUSE).await;
            }
        }
        self.0.is_some()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    /// Has so many connections that were over before they were accepted, then one that is not.
    struct Overrun(u32);

    #[tonic::async_trait]
    impl Listener for Overrun {
        fn local_address(&self) -> io::Result<SocketAddr> {
            Ok(SocketAddr::from(([127, 0, 0, 1], 9)))
        }

        async fn accept(&mut self) -> io::Result<(BoxedStream, SocketAddr)> {
            match self.0.checked_sub(1) {
                Some(left) => {
                    self.0 = left;
                    Err(ErrorKind::ConnectionReset.into())
                }
                None => Ok((Box::new(duplex(1).1), self.local_address()?)),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn connections_that_are_over_before_they_are_accepted_keep_nobody_waiting() {
        let stop = CancellationToken::new();
        let (mut accepted, _) = accept(Box::new(Overrun(10_000)), stop.clone(), Gate::new(stop.clone()));
        let begin = Instant::now();
        assert!(accepted.recv().await.is_some_and(|connection| connection.is_ok()));
        assert!(begin.elapsed() < ACCEPT_PAUSE);
        stop.cancel();
    }

    #[tokio::test]
    async fn of_a_stranger_48_kib_are_read_and_the_rest_once_it_is_none() {
        const SENT: usize = 4 * STRANGER_BYTES_MAX;
        let gate = Gate::new(CancellationToken::new());
        let (id, address) = (ConnectionId(1), SocketAddr::from(([127, 0, 0, 1], 9)));
        let pass = gate.admit(id, address.ip()).expect("a place");
        let (mut peer, stream) = duplex(SENT);
        let mut connection = HostConnection::new(Box::new(stream), Caller { connection: id, address }, pass);
        peer.write_all(&[7; SENT]).await.expect("there is room");
        drop(peer);
        let (mut read, mut buffer) = (0, [0; 1_024]);
        while let Ok(bytes) = timeout(Duration::ZERO, connection.read(&mut buffer)).await {
            read += bytes.expect("nothing has ended");
        }
        assert_eq!(read, STRANGER_BYTES_MAX);
        gate.connected(id);
        let mut rest = Vec::new();
        connection.read_to_end(&mut rest).await.expect("it is read on");
        assert_eq!(read + rest.len(), SENT);
    }
}
