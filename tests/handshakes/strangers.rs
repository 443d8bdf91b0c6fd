// SPDX-License-Identifier: GPL-3.0-or-later
//! Peers that speak something else, or nothing that leads anywhere.
//!
//! A host also ends what it has taken for good, once nothing has come of it for ten seconds. So that this is not taken for
//! a refusal, each of them has an elder: a connection that was there before it and says nothing. It is still served when
//! the stranger's is over, which it would not be if both had been ended for their age.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::impostor::trusting_client;
use crate::{Outcome, Row, Stage};

pub const ROWS: &[Row] = &[
    Row { name: "HTTP/1.1", expected: Outcome::Closed, play: |stage| says(stage, Host::Plaintext, HTTP_1) },
    Row { name: "HTTP/1.1 to TLS", expected: Outcome::Closed, play: |stage| says(stage, Host::Encrypted, HTTP_1) },
    Row {
        name: "TLS to plaintext",
        expected: Outcome::Closed,
        play: |stage| says(stage, Host::Plaintext, &client_hello(TLS_1_2)),
    },
    Row { name: "plaintext to TLS", expected: Outcome::Closed, play: |stage| says(stage, Host::Encrypted, HTTP_2) },
    Row {
        name: "TLS 1.1",
        expected: Outcome::Closed,
        play: |stage| says(stage, Host::Encrypted, &client_hello(TLS_1_1)),
    },
    Row {
        name: "TLS 1.2",
        expected: Outcome::Closed,
        play: |stage| says(stage, Host::Encrypted, &client_hello(TLS_1_2)),
    },
    Row { name: "no ALPN", expected: Outcome::Closed, play: |stage| asks_for(stage, &[]) },
    Row { name: "ALPN of something else", expected: Outcome::Closed, play: |stage| asks_for(stage, &[b"imap"]) },
    Row { name: "noise", expected: Outcome::Closed, play: |stage| says(stage, Host::Encrypted, &[0xa5; 4_096]) },
];

const HTTP_1: &[u8] = b"GET / HTTP/1.1\r\nHost: mekhq\r\n\r\n";

/// HTTP/2's preface and an empty SETTINGS frame.
pub const HTTP_2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

/// HTTP/2's PING frame.
const HTTP_2_PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0strange?";

/// What it is answered with.
const HTTP_2_PONG: &[u8] = b"\0\0\x08\x06\x01\0\0\0\0strange?";

const TLS_1_1: u8 = 2;

pub const TLS_1_2: u8 = 3;

/// Far beyond any deadline of a host.
const WATCHDOG: Duration = Duration::from_secs(100);

/// A ClientHello of a client that has never heard of TLS 1.3: no extensions at all.
pub fn client_hello(minor_version: u8) -> Vec<u8> {
    const SUITES: [u8; 4] = [0xc0, 0x2f, 0x00, 0x2f];
    let mut hello = vec![3, minor_version];
    hello.extend([7; 32]);
    // No session.
    hello.push(0);
    hello.extend((SUITES.len() as u16).to_be_bytes());
    hello.extend(SUITES);
    // One compression method: none.
    hello.extend([1, 0]);
    let mut handshake = vec![1, 0];
    handshake.extend((hello.len() as u16).to_be_bytes());
    handshake.extend(hello);
    let mut record = vec![22, 3, 1];
    record.extend((handshake.len() as u16).to_be_bytes());
    record.extend(handshake);
    record
}

/// Which of the stage's hosts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Host {
    Plaintext,
    Encrypted,
}

async fn open(stage: &Stage, host: Host) -> TcpStream {
    let player = if host == Host::Plaintext { &stage.plaintext } else { &stage.encrypted };
    TcpStream::connect(("127.0.0.1", player.port())).await.expect("the host listens")
}

/// Makes a TLS handshake with a host, whoever it is, and asks for these protocols.
async fn encrypt(stream: TcpStream, protocols: &[&[u8]]) -> std::io::Result<TlsStream<TcpStream>> {
    let mut config = trusting_client();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let name = ServerName::try_from("127.0.0.1").expect("an address");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// Whether a host answers to what a connection says first.
async fn is_served(host: Host, mut stream: TcpStream) -> bool {
    if host == Host::Encrypted {
        return encrypt(stream, &[b"h2"]).await.is_ok();
    }
    let mut heard = Vec::new();
    // A host that has closed may not even take it.
    let _ = stream.write_all(&[HTTP_2, HTTP_2_PING].concat()).await;
    while let Ok(1..) = stream.read_buf(&mut heard).await {
        if heard.windows(HTTP_2_PONG.len()).any(|frame| frame == HTTP_2_PONG) {
            return true;
        }
    }
    false
}

/// How a stranger's connection ends, whose elder is given. How the end comes makes no difference.
async fn outcome(mut stranger: impl AsyncRead + Unpin, host: Host, elder: TcpStream) -> Outcome {
    match timeout(WATCHDOG, stranger.read_to_end(&mut Vec::new())).await {
        Err(_) => Outcome::Admitted,
        Ok(_) => closed(host, elder).await,
    }
}

async fn closed(host: Host, elder: TcpStream) -> Outcome {
    if is_served(host, elder).await { Outcome::Closed } else { Outcome::TimedOut }
}

/// Says something and waits for the end of the connection.
fn says(stage: &Stage, host: Host, bytes: &[u8]) -> Outcome {
    stage.runtime.block_on(async {
        let elder = open(stage, host).await;
        let mut stranger = open(stage, host).await;
        // The host may have closed already.
        let _ = stranger.write_all(bytes).await;
        outcome(stranger, host, elder).await
    })
}

/// A client that trusts anybody and asks for these protocols, or for none.
fn asks_for(stage: &Stage, protocols: &[&[u8]]) -> Outcome {
    stage.runtime.block_on(async {
        let elder = open(stage, Host::Encrypted).await;
        match encrypt(open(stage, Host::Encrypted).await, protocols).await {
            Ok(stranger) => outcome(stranger, Host::Encrypted, elder).await,
            Err(_) => closed(Host::Encrypted, elder).await,
        }
    })
}
