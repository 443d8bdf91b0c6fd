// SPDX-License-Identifier: GPL-3.0-or-later
//! A thousand connections that say nothing: a host holds a few of them, hardly notices, and lets a player in meanwhile;
//! also where it has no descriptors left. Other addresses are 127.0.0.2 and onward, which Linux alone has by itself.
//!
//! `IDLE_FLOOD_SECONDS` (1) says how long the flood goes on after it has come; with 10 or more of them the processor
//! time that it costs the host is judged as well.
#![cfg(target_os = "linux")]

#[path = "support/host_process.rs"]
mod host_process;
mod support;

use std::env;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddrV4, TcpStream};
use std::time::{Duration, Instant};

use distributed_mekhq::net::gate::{STRANGERS_MAX, STRANGERS_PER_ADDRESS_MAX};
use distributed_mekhq::protocol::proto;
use distributed_mekhq::protocol::service::mek_h_q_host_client::MekHQHostClient;
use socket2::{Domain, Socket, Type};
use support::campaign;
use support::raw::{RawPeer, channel_from, connect_over, connection_request};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;

use host_process::HostProcess;

const CONNECTIONS: u32 = 1_000;

/// Open at a time: more than a host holds, and fewer than wait at its door before the system itself turns others away.
const OPEN: usize = STRANGERS_MAX + STRANGERS_PER_ADDRESS_MAX;

/// Fewer than strangers may have connections, and more than the host needs for itself.
const DESCRIPTORS: u32 = 56;

/// Come while a player joins: fewer than a host holds, which has few descriptors too, so that whoever came before them is
/// not the next to make way.
const MEANWHILE: u32 = 8;

/// Far beyond anything that a healthy run needs.
const WATCHDOG: Duration = Duration::from_secs(60);

/// Players' addresses, below and above those of a flood: where all have equally many connections, neither may lose to it.
const LOWEST: Ipv4Addr = Ipv4Addr::LOCALHOST;
const HIGHEST: Ipv4Addr = Ipv4Addr::new(127, 0, 2, 1);

/// In hundredths of a second, as Linux counts it.
fn processor_ticks(process: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("the host lives");
    let (_, fields) = stat.rsplit_once(") ").expect("a name in brackets");
    let fields: Vec<_> = fields.split(' ').collect();
    [11, 12].map(|field: usize| fields[field].parse::<u64>().expect("a number")).iter().sum()
}

fn connect(from: Ipv4Addr, port: u16) -> Option<TcpStream> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddrV4::new(from, 0).into()).expect("an address of this computer");
    socket.connect_timeout(&SocketAddrV4::new(Ipv4Addr::LOCALHOST, port).into(), WATCHDOG).ok()?;
    let stream = TcpStream::from(socket);
    stream.set_nonblocking(true).expect("a socket");
    Some(stream)
}

/// The host's first words come at once; after them a living connection has nothing to say, and one that was closed has
/// its end.
fn is_open(stream: &mut TcpStream) -> bool {
    let mut said = [0; 1_024];
    loop {
        match stream.read(&mut said) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) => return error.kind() == std::io::ErrorKind::WouldBlock,
        }
    }
}

/// A flood that goes on: whatever the host closes is opened anew.
struct Flood {
    from: fn(u32) -> Ipv4Addr,
    port: u16,
    /// Open ones at a time.
    count: usize,
    opened: u32,
    open: Vec<TcpStream>,
}

impl Flood {
    fn new(port: u16, count: usize, from: fn(u32) -> Ipv4Addr) -> Self {
        Self { from, port, count, opened: 0, open: Vec::new() }
    }

    fn reopen_until_opened(&mut self, count: u32, over: &CancellationToken) {
        while self.opened < count && !over.is_cancelled() {
            self.open.retain_mut(is_open);
            if self.open.len() < self.count {
                self.opened += 1;
                self.open.extend(connect((self.from)(self.opened), self.port));
            }
        }
    }

    /// So many more come, on a thread of its own, while something else happens.
    async fn during<T>(mut self, more: u32, meanwhile: impl Future<Output = T>) -> (Self, T) {
        let over = CancellationToken::new();
        let seen = over.clone();
        let flooding = tokio::task::spawn_blocking(move || {
            self.reopen_until_opened(self.opened.saturating_add(more), &seen);
            self
        });
        // Also when it fails: the thread would be waited for.
        let guard = over.drop_guard();
        let done = meanwhile.await;
        drop(guard);
        (flooding.await.expect("no panic"), done)
    }

    /// Until the host holds no more than as many.
    fn held(&mut self, cap: usize) -> usize {
        let begin = Instant::now();
        while self.open.len() > cap && begin.elapsed() < WATCHDOG {
            self.open.retain_mut(is_open);
            std::thread::yield_now();
        }
        self.open.len()
    }
}

/// Joins and hears an answer on its bus. None: the host has closed the connection before.
async fn tries_to_play(from: Ipv4Addr, port: u16, number: u128) -> Option<()> {
    let mut channel = channel_from(from, port).await?;
    let mut player = RawPeer::join_over(&mut channel, connection_request(number)).await.ok()?;
    player.send(&proto::Ping { campaign: Some(campaign(number).to_proto()), ..Default::default() }).await;
    player.next::<proto::Pong>().await.map(|_| ())
}

async fn plays(from: Ipv4Addr, port: u16, number: u128) {
    let played = timeout(WATCHDOG, tries_to_play(from, port, number)).await.expect("an answer");
    assert!(played.is_some(), "a player from {from} was closed");
}

fn seconds() -> u64 {
    env::var("IDLE_FLOOD_SECONDS").map_or(1, |text| text.parse().expect("a number"))
}

/// The claim is about what goes on: the host's own clock has to run for it.
fn check_processor_time(name: &str, host: &HostProcess) {
    let (ticks, begin) = (processor_ticks(host.id()), Instant::now());
    std::thread::sleep(Duration::from_secs(seconds()));
    let used = (processor_ticks(host.id()) - ticks) as f64 / 100.0 / begin.elapsed().as_secs_f64();
    println!("figure {name}, processor time of the host, percent of a core: {:.1}", used * 100.0);
    assert!(seconds() < 10 || used < 0.05, "the host is busy with connections that say nothing");
}

async fn withstands(name: &str, host: HostProcess, from: fn(u32) -> Ipv4Addr, cap: usize) {
    plays(LOWEST, host.port, 1).await;
    let mut flood = Flood::new(host.port, OPEN, from);
    let endless = CancellationToken::new();
    flood.reopen_until_opened(CONNECTIONS / 2, &endless);
    for number in 2..=11 {
        let address = if number % 2 == 0 { LOWEST } else { HIGHEST };
        (flood, ()) = flood.during(MEANWHILE, plays(address, host.port, number)).await;
    }
    flood.reopen_until_opened(CONNECTIONS, &endless);
    let held = flood.held(cap);
    println!("figure {name}, connections opened: {}", flood.opened);
    println!("figure {name}, connections held: {held}");
    println!("figure {name}, players from lower and from higher addresses who joined at once: 10");
    assert!(held <= cap, "{held} connections are held");
    check_processor_time(name, &host);
    plays(LOWEST, host.port, 12).await;
    host.stop();
}

#[tokio::test]
async fn a_thousand_silent_connections_from_one_address_cost_little_and_lock_nobody_out() {
    let from = |_| Ipv4Addr::new(127, 0, 0, 2);
    withstands("one address", HostProcess::start(), from, STRANGERS_PER_ADDRESS_MAX).await;
}

#[tokio::test]
async fn a_thousand_silent_connections_from_many_addresses_cost_little_and_lock_nobody_out() {
    let from = |number: u32| Ipv4Addr::new(127, 0, 1, (number % 250) as u8 + 1);
    withstands("many addresses", HostProcess::start(), from, STRANGERS_MAX).await;
}

#[tokio::test]
async fn a_host_without_descriptors_neither_spins_nor_locks_players_out() {
    let from = |number: u32| Ipv4Addr::new(127, 0, 1, (number % 250) as u8 + 1);
    let host = HostProcess::start_with_descriptors(DESCRIPTORS);
    withstands("no descriptors left", host, from, STRANGERS_MAX).await;
}

/// Admitted, and nothing else: each keeps a descriptor of the host for half a minute. Until none is left.
async fn fill(port: u16) -> Vec<MekHQHostClient<Channel>> {
    let mut members = Vec::new();
    for number in (1..=16).cycle() {
        let Some(mut channel) = channel_from(LOWEST, port).await else { break };
        if connect_over(&mut channel, connection_request(number)).await.is_err() {
            break;
        }
        members.push(channel);
    }
    members
}

#[tokio::test]
async fn a_host_whose_members_hold_all_descriptors_turns_others_away_without_spinning() {
    const NAME: &str = "members hold all descriptors";
    let host = HostProcess::start_with_descriptors(DESCRIPTORS);
    let mut members = fill(host.port).await;
    println!("figure {NAME}, connections of members: {}", members.len());
    let flood = Flood::new(host.port, 20, |number| Ipv4Addr::new(127, 0, 1, (number % 250) as u8 + 1));
    let (mut flood, ()) = flood.during(u32::MAX, async { check_processor_time(NAME, &host) }).await;
    println!("figure {NAME}, others turned away: {}", flood.opened as usize - flood.open.len());
    assert_eq!(flood.held(0), 0, "whoever waits is turned away");
    members.pop();
    let playing = async { while tries_to_play(HIGHEST, host.port, 1).await.is_none() {} };
    timeout(WATCHDOG, playing).await.expect("a member has left");
    host.stop();
}
