// SPDX-License-Identifier: GPL-3.0-or-later
//! Connections below the sessions: made of anything that carries bytes, and given up when nobody answers on them.

mod support;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use distributed_mekhq::net::host;
use distributed_mekhq::net::transport::{BoxedStream, KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT, Listener};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout};

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
