// SPDX-License-Identifier: GPL-3.0-or-later
//! Peers that speak something else, or nothing that leads anywhere.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::impostor::trusting_client;
use crate::{Outcome, Row, Stage};

pub const ROWS: &[Row] = &[
    Row { name: "HTTP/1.1", expected: Outcome::Closed, play: |stage| says(stage.plaintext.port(), HTTP_1) },
    Row { name: "HTTP/1.1 to TLS", expected: Outcome::Closed, play: |stage| says(stage.encrypted.port(), HTTP_1) },
    Row {
        name: "TLS to plaintext",
        expected: Outcome::Closed,
        play: |stage| says(stage.plaintext.port(), &client_hello(TLS_1_2)),
    },
    Row { name: "plaintext to TLS", expected: Outcome::Closed, play: |stage| says(stage.encrypted.port(), HTTP_2) },
    Row {
        name: "TLS 1.1",
        expected: Outcome::Closed,
        play: |stage| says(stage.encrypted.port(), &client_hello(TLS_1_1)),
    },
    Row {
        name: "TLS 1.2",
        expected: Outcome::Closed,
        play: |stage| says(stage.encrypted.port(), &client_hello(TLS_1_2)),
    },
    Row { name: "no ALPN", expected: Outcome::Closed, play: |stage| encrypted_hello(stage, &[]) },
    Row { name: "ALPN of something else", expected: Outcome::Closed, play: |stage| encrypted_hello(stage, &[b"imap"]) },
    Row { name: "noise", expected: Outcome::Closed, play: |stage| says(stage.encrypted.port(), &[0xa5; 4_096]) },
];

const HTTP_1: &[u8] = b"GET / HTTP/1.1\r\nHost: mekhq\r\n\r\n";

/// HTTP/2's preface and an empty SETTINGS frame.
pub const HTTP_2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";

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

/// Says something and waits for the end of the connection.
fn says(port: u16, bytes: &[u8]) -> Outcome {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the host listens");
    stream.set_read_timeout(Some(WATCHDOG)).expect("a timeout");
    // The host may have closed already.
    let _ = stream.write_all(bytes);
    let mut heard = Vec::new();
    match stream.read_to_end(&mut heard) {
        Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
            Outcome::Admitted
        }
        // How it was closed makes no difference.
        _ => Outcome::Closed,
    }
}

/// A client that trusts anybody and asks for these protocols, or for none.
fn encrypted_hello(stage: &Stage, protocols: &[&[u8]]) -> Outcome {
    let mut config = trusting_client();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let port = stage.encrypted.port();
    stage.runtime.block_on(async move {
        let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.expect("the host listens");
        let name = ServerName::try_from("127.0.0.1").expect("an address");
        let Ok(mut stream) = TlsConnector::from(Arc::new(config)).connect(name, stream).await else {
            return Outcome::Closed;
        };
        let mut heard = Vec::new();
        match tokio::time::timeout(WATCHDOG, stream.read_to_end(&mut heard)).await {
            Ok(_) => Outcome::Closed,
            Err(_) => Outcome::Admitted,
        }
    })
}
