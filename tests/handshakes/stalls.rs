// SPDX-License-Identifier: GPL-3.0-or-later
//! Peers that begin a handshake and leave it at that. All of them at the same time, since each is given its ten seconds.

use std::sync::Arc;
use std::time::{Duration, Instant};

use distributed_mekhq::net::gate::STRANGER_LIFETIME;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::Stage;
use crate::impostor::trusting_client;
use crate::strangers::{HTTP_2, TLS_1_2, client_hello};

/// How long a host may keep such a peer: its ten seconds, and what a busy machine takes to notice.
const KEPT_MAX: Duration = STRANGER_LIFETIME.saturating_add(Duration::from_secs(5));

/// Below what a peer says.
#[derive(Clone, Copy)]
enum Below {
    /// TCP, to the host that does not encrypt.
    Plaintext,
    /// TCP, to the host that encrypts.
    Tcp,
    /// A finished TLS handshake.
    Tls,
}

fn all() -> Vec<(&'static str, Below, Vec<u8>)> {
    let hello = client_hello(TLS_1_2);
    let half_a_hello = hello[..hello.len() / 2].to_vec();
    let half_a_preface = HTTP_2[..12].to_vec();
    vec![
        ("silent TCP", Below::Plaintext, Vec::new()),
        ("silent TCP to TLS", Below::Tcp, Vec::new()),
        ("half a ClientHello", Below::Tcp, half_a_hello),
        ("half a preface", Below::Plaintext, half_a_preface.clone()),
        ("half a preface in TLS", Below::Tls, half_a_preface),
        ("SETTINGS then idle", Below::Plaintext, HTTP_2.to_vec()),
        ("SETTINGS then idle in TLS", Below::Tls, HTTP_2.to_vec()),
    ]
}

/// Plays all of them; answers with how many there were and how long the slowest was kept.
pub fn play(stage: &Stage) -> (usize, Duration) {
    let ports = (stage.plaintext.port(), stage.encrypted.port());
    let stalls = all();
    let count = stalls.len();
    let playing: Vec<_> = stalls
        .into_iter()
        .map(|(name, below, bytes)| (name, stage.runtime.spawn(stall(ports, below, bytes))))
        .collect();
    let kept = playing.into_iter().map(|(name, stalled)| {
        let kept = stage.runtime.block_on(stalled).expect("no panic");
        let kept = kept.unwrap_or_else(|| panic!("{name} was not closed"));
        assert!(kept <= KEPT_MAX, "{name} was kept for {kept:?}");
        kept
    });
    (count, kept.max().unwrap_or_default())
}

/// How long the host kept the connection; none if far too long.
async fn stall((plaintext, encrypted): (u16, u16), below: Below, bytes: Vec<u8>) -> Option<Duration> {
    let port = if matches!(below, Below::Plaintext) { plaintext } else { encrypted };
    let begin = Instant::now();
    let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("the host listens");
    if !matches!(below, Below::Tls) {
        return closed(stream, &bytes).await.then(|| begin.elapsed());
    }
    let mut config = trusting_client();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let name = ServerName::try_from("127.0.0.1").expect("an address");
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("a TLS handshake");
    closed(stream, &bytes).await.then(|| begin.elapsed())
}

/// Says something and waits for the end. How it comes makes no difference.
async fn closed(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) -> bool {
    stream.write_all(bytes).await.expect("the host reads");
    stream.flush().await.expect("the host reads");
    let mut heard = Vec::new();
    timeout(10 * STRANGER_LIFETIME, stream.read_to_end(&mut heard)).await.is_ok()
}
