// SPDX-License-Identifier: GPL-3.0-or-later
//! Eight campaigns that were let in send the worst that each limit lets through, as fast as they can, half of them
//! without reading a word of what comes back. The host, a process of its own, stays small.
//!
//! The host is this same program, started anew for one of its tests; it says on its standard output how large it is.

#[path = "../support/mod.rs"]
mod support;

#[path = "../support/host_process.rs"]
mod host_process;
mod worst;

use std::time::Duration;

use bytes::Bytes;
use distributed_mekhq::protocol::proto;
use support::raw::{RawPeer, connection_request};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tonic::Code;

use host_process::HostProcess;
use worst::{BOMBS, Bomb};

const PEERS: u128 = 8;

/// How much larger the host may be than it was with eight quiet campaigns.
const GROWTH_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How long a campaign that is not read any more goes on.
const GIVES_UP: Duration = Duration::from_millis(200);

/// Joins, sends the frames until all are sent or the host hangs up, and stays until the others are done as well.
async fn throw(port: u16, number: u128, frames: Vec<Bytes>) {
    let mut peer = loop {
        // The host may still be busy with what the campaign's last bus had sent.
        match RawPeer::try_join(port, connection_request(number)).await {
            Ok(peer) => break peer,
            Err(refused) => assert_eq!(refused.code(), Code::AlreadyExists, "{refused}"),
        }
    };
    let sending = peer.frames.clone();
    let reads = number.is_multiple_of(2);
    let reading = async {
        if reads {
            while peer.next::<proto::Goodbye>().await.is_some() {}
        }
    };
    let throwing = async {
        for frame in frames {
            // Whoever reads nothing is no longer read either once the host has had enough.
            if !matches!(timeout(GIVES_UP, sending.send(frame)).await, Ok(Ok(()))) {
                return;
            }
        }
    };
    tokio::select! {
        () = throwing => {}
        () = async { reading.await; std::future::pending().await } => {}
    }
}

async fn throw_all(port: u16, bomb: &Bomb) {
    let mut peers = JoinSet::new();
    for number in 1..=PEERS {
        peers.spawn(throw(port, number, (bomb.frames)(number)));
    }
    while let Some(thrown) = peers.join_next().await {
        thrown.expect("a peer that only sends");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn worst_case_messages_of_eight_campaigns_do_not_let_the_host_grow_beyond_64_mib() {
    let mut host = HostProcess::start();
    for bomb in BOMBS.iter().filter(|bomb| bomb.warms_up) {
        throw_all(host.port, bomb).await;
    }
    let before = host.peak_bytes();
    for bomb in BOMBS {
        throw_all(host.port, bomb).await;
        let growth = host.peak_bytes().saturating_sub(before);
        println!("figure growth after {}, KiB: {}", bomb.name, growth / 1_024);
    }
    let growth = host.peak_bytes().saturating_sub(before);
    println!("figure host before, KiB: {}", before / 1_024);
    println!("figure growth in all, KiB: {}", growth / 1_024);
    assert!(growth < GROWTH_BYTES_MAX, "the host grew by {growth} bytes");
    host.stop();
}
