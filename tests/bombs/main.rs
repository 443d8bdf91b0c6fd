// SPDX-License-Identifier: GPL-3.0-or-later
//! Eight campaigns that were let in send the worst that each limit lets through, as fast as they can, half of them
//! without reading a word of what comes back. The host, a process of its own, stays small, also one that takes all that
//! campaigns tell of themselves in turn. What one that takes requests and settlements as well grows by is told and not
//! judged: it keeps them, and what allocators keep of one kind is not always good for the next.
//!
//! The host is this same program, started anew for one of its tests; it says on its standard output how large it is.

#[path = "../support/mod.rs"]
mod support;

mod exchange;
#[path = "../support/host_process.rs"]
mod host_process;
mod worst;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use distributed_mekhq::protocol::proto;
use support::raw::{RawPeer, connection_request, payload};
use tokio::sync::{Barrier, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic::Code;

use host_process::HostProcess;
use worst::{Bomb, EXCHANGED, Limit, Listens, QUIET, TOLD, pong};

pub const PEERS: u128 = 8;

/// How much larger the host may be than it was with eight quiet campaigns.
const GROWTH_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How long a campaign that is not read any more goes on.
const GIVES_UP: Duration = Duration::from_secs(1);

/// Far beyond anything that a healthy run needs.
const WATCHDOG: Duration = Duration::from_secs(60);

async fn join(port: u16, number: u128) -> RawPeer {
    loop {
        // The host may still be busy with what the campaign's last bus had sent.
        match RawPeer::try_join(port, connection_request(number)).await {
            Ok(peer) => return peer,
            Err(refused) => assert_eq!(refused.code(), Code::AlreadyExists, "{refused}"),
        }
    }
}

/// Sends the frames until all are sent or the host hangs up.
async fn send(frames: Vec<Bytes>, bus: mpsc::Sender<Bytes>) {
    for frame in frames {
        // Whoever reads nothing is no longer read either once the host has had enough.
        if !matches!(timeout(GIVES_UP, bus.send(frame)).await, Ok(Ok(()))) {
            return;
        }
    }
}

/// Reads and answers pings, and says when what is listened for has come. Holds its end of the bus until it is dropped.
async fn read(mut peer: RawPeer, number: u128, listens: Listens, heard: &CancellationToken) {
    while let Some(message) = peer.next_of_any_type().await {
        if payload::<proto::Ping>(&message).is_some() {
            let _ = timeout(GIVES_UP, peer.frames.send(pong(number))).await;
        }
        if listens(number, &message) {
            heard.cancel();
        }
    }
    std::future::pending().await
}

/// Joins, throws, and stays until as many as have to have thrown, too, and somebody has heard of it.
async fn throw(port: u16, number: u128, bomb: &Bomb, heard: &CancellationToken, thrown: &Barrier) {
    let peer = join(port, number).await;
    let throwing = async |frames, bus| {
        send(frames, bus).await;
        let _ = timeout(WATCHDOG, heard.cancelled()).await;
        thrown.wait().await;
    };
    let throwing = throwing((bomb.frames)(number, &peer.session), peer.frames.clone());
    if number % 2 == 1 {
        return throwing.await;
    }
    let listens = bomb.listens.unwrap_or(|_, _| false);
    tokio::select! {
        () = throwing => {}
        () = read(peer, number, listens, heard) => {}
    }
}

/// When a peer leaves that has thrown.
#[derive(Clone, Copy, PartialEq)]
enum Leaves {
    /// Once all have thrown and somebody has heard of it: a host that refuses everything stays small, too.
    Together,
    /// At once.
    Alone,
}

async fn throw_all(port: u16, bomb: &'static Bomb, leaves: Leaves) {
    let together = if leaves == Leaves::Together { PEERS as usize } else { 1 };
    let (heard, thrown) = (CancellationToken::new(), Arc::new(Barrier::new(together)));
    if leaves == Leaves::Alone || bomb.listens.is_none() {
        heard.cancel();
    }
    let mut peers = JoinSet::new();
    for number in 1..=PEERS {
        let (heard, thrown) = (heard.clone(), Arc::clone(&thrown));
        peers.spawn(async move { throw(port, number, bomb, &heard, &thrown).await });
    }
    while let Some(thrown) = peers.join_next().await {
        thrown.expect("a peer that only sends");
    }
    assert!(heard.is_cancelled(), "nobody was told of {}", bomb.name);
}

/// By how many bytes a host with eight quiet campaigns grows by these. In the end all of them come once more, to a host
/// that tells them what it has kept.
async fn growth(bombs: impl IntoIterator<Item = &'static Bomb>, leaves: Leaves) -> u64 {
    let mut host = HostProcess::start();
    throw_all(host.port, &QUIET, leaves).await;
    let before = host.peak_bytes();
    for bomb in bombs {
        throw_all(host.port, bomb, leaves).await;
    }
    throw_all(host.port, &QUIET, leaves).await;
    let growth = host.peak_bytes().saturating_sub(before);
    host.stop();
    growth
}

#[tokio::test(flavor = "multi_thread")]
async fn worst_case_messages_of_eight_campaigns_do_not_let_the_host_grow_beyond_64_mib() {
    let shown = async |limit, bombs: &[&'static [Bomb]], leaves| {
        let growth = growth(bombs.iter().copied().flatten(), leaves).await;
        println!("figure growth by {limit}, KiB: {}", growth / 1_024);
        growth
    };
    let all_of = |limits: &[Limit]| limits.iter().map(|(_, bombs)| *bombs).collect::<Vec<_>>();
    for (limit, bombs) in EXCHANGED.iter().chain(TOLD) {
        let growth = shown(*limit, &[*bombs], Leaves::Together).await;
        assert!(growth < GROWTH_BYTES_MAX, "{limit} let the host grow by {growth} bytes");
    }
    let growth = shown("all that campaigns tell of themselves, in turn", &all_of(TOLD), Leaves::Alone).await;
    assert!(growth < GROWTH_BYTES_MAX, "the host grew by {growth} bytes");
    shown("everything in turn", &[all_of(EXCHANGED), all_of(TOLD)].concat(), Leaves::Together).await;
}
