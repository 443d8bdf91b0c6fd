// SPDX-License-Identifier: GPL-3.0-or-later
//! Handshakes that must not succeed, each over a real socket: how each of them ends, that the host serves a good player
//! after it, and that a player's side tells a wrong host no secret.
//!
//! `HANDSHAKES_FULL=1` adds what takes its time: a token that is left unused for 30 seconds.

mod connects;
mod impostor;
mod leaks;
mod proxy;
mod stalls;
mod strangers;
#[path = "../support/mod.rs"]
mod support;
mod tls;

use std::cell::Cell;
use std::sync::Arc;

use distributed_mekhq::net::certificate::Encryption;
use distributed_mekhq::net::host::HostOptions;
use distributed_mekhq::net::transport::TcpConnector;
use distributed_mekhq::net::trust::HostTrust;
use distributed_mekhq::protocol::handshake::Password;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::trust::Fingerprint;
use distributed_mekhq::session::{Event, Rules};
use tempfile::TempDir;

use support::{Player, host_options, remote_options, rules};

/// The session's password.
const PASSWORD: &str = "correct horse battery staple 🗝";

const HOST_NUMBER: u128 = 100;

/// Who join in turn, one after each row: a campaign alone would come too often.
const GOOD_PLAYERS: [u128; 4] = [10, 11, 12, 13];

/// How a row ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The host ends the connection for what it said.
    Closed,
    /// The host ends the connection for saying no more.
    TimedOut,
    /// The host refuses with this code.
    Refused(ErrorCode),
    /// The player's side refuses with this code.
    Distrusted(ErrorCode),
    /// What must not happen.
    Admitted,
}

/// One handshake.
pub struct Row {
    pub name: &'static str,
    pub expected: Outcome,
    pub play: fn(&Stage) -> Outcome,
}

/// Two hosts with the same password, of which one encrypts, and a player who may join both.
pub struct Stage {
    pub runtime: tokio::runtime::Runtime,
    pub encrypted: Player,
    pub plaintext: Player,
    good: Arc<TempDir>,
    served: Cell<usize>,
}

pub fn folder() -> Arc<TempDir> {
    Arc::new(tempfile::tempdir().expect("a folder"))
}

pub fn guarded() -> Rules {
    Rules { password: Password::new(PASSWORD.into()).ok(), ..rules() }
}

fn host(encryption: Encryption) -> Player {
    let computer = folder();
    let options = HostOptions { encryption, rules: guarded(), ..host_options(HOST_NUMBER, 0, computer.path()) };
    Player::host_with(&computer, options).expect("a free port")
}

impl Stage {
    fn new() -> Self {
        Self {
            runtime: tokio::runtime::Runtime::new().expect("threads"),
            encrypted: host(Encryption::OwnCertificate),
            plaintext: host(Encryption::Plaintext),
            good: folder(),
            served: Cell::new(0),
        }
    }

    pub fn fingerprint(&self) -> Fingerprint {
        self.encrypted.session.fingerprint().expect("a host").expect("encrypted")
    }

    fn serves_a_good_player(&self, row: &str) {
        let number = GOOD_PLAYERS[self.served.replace(self.served.get() + 1) % GOOD_PLAYERS.len()];
        for (host, trust) in
            [(&self.encrypted, HostTrust::Fingerprint(self.fingerprint())), (&self.plaintext, HostTrust::Plaintext)]
        {
            assert_eq!(join(&self.good, number, host.port(), trust), Outcome::Admitted, "after {row}");
        }
    }
}

/// A player with the right password, and how joining ended. Whoever was admitted has left again.
pub fn join(computer: &Arc<TempDir>, number: u128, port: u16, trust: HostTrust) -> Outcome {
    let mut options = remote_options(number, port, computer.path());
    options.trust = trust;
    options.rules = guarded();
    let player = Player::join_with(computer, options, TcpConnector::new());
    let decided = player.wait_for(|event| matches!(event, Event::Connected { .. } | Event::ConnectFailed(_)));
    player.session.close();
    match decided {
        Event::ConnectFailed(refusal) => Outcome::Distrusted(refusal.code),
        _ => Outcome::Admitted,
    }
}

fn full() -> bool {
    std::env::var("HANDSHAKES_FULL").is_ok_and(|full| full == "1")
}

#[test]
fn every_handshake_ends_as_it_must_and_the_host_serves_a_good_player_after_it() {
    let stage = Stage::new();
    let slow = if full() { connects::SLOW } else { &[] };
    let rows = || strangers::ROWS.iter().chain(tls::ROWS).chain(connects::ROWS).chain(slow);
    for Row { name, expected, play } in rows() {
        assert_eq!(play(&stage), *expected, "{name}");
        stage.serves_a_good_player(name);
    }
    let (stalls, slowest) = stalls::play(&stage);
    stage.serves_a_good_player("stalled handshakes");
    println!("figure handshakes that ended as they must: {}", rows().count() + stalls);
    println!("figure seconds that the slowest stalled handshake was kept: {:.1}", slowest.as_secs_f64());
}
