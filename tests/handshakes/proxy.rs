// SPDX-License-Identifier: GPL-3.0-or-later
//! Stands in between and keeps every byte that a player's side sends.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// What was sent, by the port that it was sent to: what a player's side says on leaving one host may still be on its way
/// when the address leads to another.
type Sent = Arc<Mutex<BTreeMap<u16, Vec<u8>>>>;

pub struct Proxy {
    pub port: u16,
    target: Arc<AtomicU16>,
    sent: Sent,
}

impl Proxy {
    pub fn start(runtime: &Runtime, target: u16) -> Self {
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let proxy = Self { port, target: Arc::new(AtomicU16::new(target)), sent: Arc::default() };
        let (target, sent) = (Arc::clone(&proxy.target), Arc::clone(&proxy.sent));
        runtime.spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let target = target.load(Ordering::Relaxed);
                let Ok(far) = TcpStream::connect(("127.0.0.1", target)).await else { continue };
                let (near_read, near_write) = near.into_split();
                let (far_read, far_write) = far.into_split();
                tokio::spawn(forward(near_read, far_write, Some((target, Arc::clone(&sent)))));
                tokio::spawn(forward(far_read, near_write, None));
            }
        });
        proxy
    }

    /// Where connections lead from now on.
    pub fn lead_to(&self, target: u16) {
        self.target.store(target, Ordering::Relaxed);
    }

    /// All that the player's side has sent while connections led to this port.
    pub fn sent_to(&self, target: u16) -> Vec<u8> {
        self.sent.lock().expect("no panic").get(&target).cloned().unwrap_or_default()
    }
}

async fn forward(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, keep: Option<(u16, Sent)>) {
    let mut portion = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut portion).await {
        if let Some((target, sent)) = &keep {
            sent.lock().expect("no panic").entry(*target).or_default().extend_from_slice(&portion[..length]);
        }
        if to.write_all(&portion[..length]).await.is_err() {
            return;
        }
    }
}
