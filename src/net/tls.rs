// SPDX-License-Identifier: GPL-3.0-or-later
//! Encryption on both sides: TLS 1.3 on top of any listener, and of any stream to a host whose certificate is judged
//! before anything is sent to it (protocol.md section 2, point 1).
//!
//! Older versions of TLS are left out: both sides are this library, and a peer of the old contract knows them no better
//! than plaintext.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::rustls::client::danger::ServerCertVerifier;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, version};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor, TlsConnector};

use super::certificate::{ALPN, Identity, provider};
use super::transport::{BoxedStream, Listener};
use crate::protocol::HostAddress;
use crate::protocol::trust::Fingerprint;

/// Encrypts what another listener accepts.
pub struct TlsListener {
    listener: Box<dyn Listener>,
    acceptor: TlsAcceptor,
    fingerprint: Fingerprint,
}

impl TlsListener {
    /// Shows this identity to everyone.
    pub fn new(listener: Box<dyn Listener>, identity: Identity) -> Self {
        let Identity { config, fingerprint } = identity;
        Self { listener, acceptor: TlsAcceptor::from(config), fingerprint }
    }
}

#[tonic::async_trait]
impl Listener for TlsListener {
    fn local_address(&self) -> io::Result<SocketAddr> {
        self.listener.local_address()
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        Some(self.fingerprint)
    }

    async fn accept(&mut self) -> io::Result<(BoxedStream, SocketAddr)> {
        let (stream, peer) = self.listener.accept().await?;
        Ok((Box::new(Accepted::Handshake(Box::new(self.acceptor.accept(stream)))), peer))
    }
}

/// A connection whose handshake is made by whoever first reads from it or writes to it, and so in that connection's own
/// task: a peer that stalls there keeps nobody else waiting.
enum Accepted {
    Handshake(Box<Accept<BoxedStream>>),
    Open(Box<TlsStream<BoxedStream>>),
    Failed,
}

impl Accepted {
    fn poll_open(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Pin<&mut TlsStream<BoxedStream>>>> {
        if let Self::Handshake(accept) = self {
            let accepted = ready!(Pin::new(accept).poll(context)).and_then(speaks_http2);
            *self = match accepted {
                Ok(stream) => Self::Open(Box::new(stream)),
                Err(error) => {
                    tracing::debug!(%error, "a TLS handshake failed");
                    *self = Self::Failed;
                    return Poll::Ready(Err(error));
                }
            };
        }
        match self {
            Self::Open(stream) => Poll::Ready(Ok(Pin::new(stream.as_mut()))),
            Self::Handshake(_) | Self::Failed => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
        }
    }
}

/// rustls refuses a client that offers other protocols, but not one that offers none.
fn speaks_http2(stream: TlsStream<BoxedStream>) -> io::Result<TlsStream<BoxedStream>> {
    match stream.get_ref().1.alpn_protocol() {
        Some(ALPN) => Ok(stream),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "the peer did not ask for HTTP/2 (ALPN)")),
    }
}

impl AsyncRead for Accepted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.poll_open(context))?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Accepted {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_open(context))?.poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_open(context))?.poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_open(context))?.poll_flush(context)
    }

    /// Without a finished handshake there is nothing to say goodbye to.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Self::Open(stream) => Pin::new(stream.as_mut()).poll_shutdown(context),
            Self::Handshake(_) | Self::Failed => Poll::Ready(Ok(())),
        }
    }
}

/// Makes a stream to a host an encrypted one. The verifier has accepted the host's certificate, and the host has proved
/// that it has the key, before this returns.
pub async fn encrypt(
    stream: BoxedStream,
    host: &HostAddress,
    verifier: Arc<dyn ServerCertVerifier>,
) -> io::Result<BoxedStream> {
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&version::TLS13])
        .map_err(io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![ALPN.to_vec()];
    let name = ServerName::try_from(host.host().to_owned()).map_err(io::Error::other)?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await?;
    match stream.get_ref().1.alpn_protocol() {
        Some(ALPN) => Ok(Box::new(stream)),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "the host does not speak HTTP/2 (ALPN)")),
    }
}
