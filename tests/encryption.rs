// SPDX-License-Identifier: GPL-3.0-or-later
//! Encryption and trust over real sockets: hosts that are the right one, and hosts that are not.

mod support;

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use distributed_mekhq::net::certificate::Encryption;
use distributed_mekhq::net::transport::TcpConnector;
use distributed_mekhq::net::trust::HostTrust;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::trust::Fingerprint;
use distributed_mekhq::protocol::{HostAddress, Refusal};
use distributed_mekhq::session::Event;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use support::{Player, host_options, remote_options};

fn folder() -> Arc<TempDir> {
    Arc::new(tempfile::tempdir().expect("a folder"))
}

fn encrypted_host(computer: &Arc<TempDir>, port: u16, encryption: Encryption) -> Player {
    let mut options = host_options(100, port, computer.path());
    options.encryption = encryption;
    Player::host_with(computer, options).expect("a session")
}

fn own(computer: &Arc<TempDir>, port: u16) -> Player {
    encrypted_host(computer, port, Encryption::OwnCertificate)
}

fn shown(host: &Player) -> Fingerprint {
    host.session.fingerprint().expect("a host").expect("encrypted")
}

fn join(computer: &Arc<TempDir>, port: u16, trust: HostTrust) -> Player {
    let mut options = remote_options(1, port, computer.path());
    options.trust = trust;
    Player::join_with(computer, options, TcpConnector::new())
}

/// Joins, waits until that is done, and leaves.
fn joins(computer: &Arc<TempDir>, port: u16, trust: HostTrust) {
    let player = join(computer, port, trust);
    player.wait_for(|event| matches!(event, Event::Connected { .. }));
    player.session.close();
}

/// What a player is told who must not get through: who was met, if anybody was, and why that is not enough.
fn refused(
    computer: &Arc<TempDir>,
    port: u16,
    trust: HostTrust,
) -> (Option<(Fingerprint, Option<Fingerprint>)>, Refusal) {
    let player = join(computer, port, trust);
    let mut met = None;
    loop {
        let event = player.wait_for(|event| {
            matches!(event, Event::HostDistrusted(_) | Event::ConnectFailed(_) | Event::Connected { .. })
        });
        match event {
            Event::HostDistrusted(distrust) => met = Some((distrust.shown, distrust.expected)),
            Event::ConnectFailed(refusal) => return (met, refusal),
            event => panic!("joined a host that is not trusted: {event:?}"),
        }
    }
}

const FIRST_USE: HostTrust = HostTrust::Known { first_use: true };

const KNOWN: HostTrust = HostTrust::Known { first_use: false };

#[test]
fn a_fingerprint_lets_in_its_host_and_no_other() {
    let host = own(&folder(), 0);
    let player = folder();
    joins(&player, host.port(), HostTrust::Fingerprint(shown(&host)));
    let other = Fingerprint::of(b"another key");
    let (met, refusal) = refused(&player, host.port(), HostTrust::Fingerprint(other));
    assert_eq!((met, refusal.code), (Some((shown(&host), Some(other))), ErrorCode::CertificateUntrusted));
    for fingerprint in [shown(&host), other] {
        assert!(refusal.reason.contains(&fingerprint.to_string()), "{refusal}");
    }
}

#[test]
fn a_host_that_was_never_met_is_shown_and_trusted_only_by_the_players_word() {
    let host = own(&folder(), 0);
    let player = folder();
    let (met, refusal) = refused(&player, host.port(), KNOWN);
    assert_eq!((met, refusal.code), (Some((shown(&host), None)), ErrorCode::CertificateUnknown));
    assert!(refusal.reason.contains(&shown(&host).to_string()), "{refusal}");
    joins(&player, host.port(), HostTrust::Fingerprint(shown(&host)));
    // It is known from now on.
    joins(&player, host.port(), KNOWN);
}

#[test]
fn a_changed_certificate_is_refused_with_both_shown_until_the_player_says_so() {
    let computer = folder();
    let host = own(&computer, 0);
    let (port, before) = (host.port(), shown(&host));
    let player = folder();
    joins(&player, port, FIRST_USE);
    host.session.close();
    fs::remove_dir_all(computer.path().join("certificate")).expect("it was there");
    let host = own(&computer, port);
    let now = shown(&host);
    for trust in [FIRST_USE, KNOWN] {
        let (met, refusal) = refused(&player, port, trust);
        assert_eq!((met, refusal.code), (Some((now, Some(before))), ErrorCode::CertificateChanged));
        for fingerprint in [now, before] {
            assert!(refusal.reason.contains(&fingerprint.to_string()), "{refusal}");
        }
    }
    // The player's word, and the campaign is still known by the key that the host bound to it.
    joins(&player, port, HostTrust::Fingerprint(now));
    joins(&player, port, KNOWN);
}

#[test]
fn a_changed_certificate_ends_a_session_that_looks_for_its_host_again() {
    let computer = folder();
    let host = own(&computer, 0);
    let (port, before) = (host.port(), shown(&host));
    let remote = join(&folder(), port, FIRST_USE);
    remote.wait_for(|event| matches!(event, Event::Connected { .. }));
    host.session.close();
    fs::remove_dir_all(computer.path().join("certificate")).expect("it was there");
    let host = own(&computer, port);
    let now = shown(&host);
    remote.wait_for(|event| matches!(event, Event::Disconnected { reconnecting: true, .. }));
    let met = remote.wait_for(|event| matches!(event, Event::HostDistrusted(_)));
    let Event::HostDistrusted(distrust) = met else { unreachable!("waited for it") };
    assert_eq!((distrust.shown, distrust.expected), (now, Some(before)));
    let given_up =
        |event: &Event| matches!(event, Event::ConnectFailed(refusal) if refusal.code == ErrorCode::CertificateChanged);
    remote.wait_for(given_up);
}

#[test]
fn a_restarted_host_shows_the_same_certificate() {
    let computer = folder();
    let host = own(&computer, 0);
    let (port, before) = (host.port(), shown(&host));
    host.session.close();
    assert_eq!(shown(&own(&computer, port)), before);
}

/// An authority's certificate, and one for 127.0.0.1 or another address by it, as files.
fn vouched_for(computer: &TempDir, address: &str) -> (PathBuf, Encryption) {
    let write = |name: &str, pem: String| {
        let path = computer.path().join(name);
        fs::write(&path, pem).expect("written");
        path
    };
    let authority_key = KeyPair::generate().expect("a key");
    let mut parameters = CertificateParams::new([]).expect("parameters");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = parameters.self_signed(&authority_key).expect("a certificate");
    let issuer = Issuer::from_params(&parameters, &authority_key);
    let key = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new([address.to_owned()]).expect("parameters");
    let certificate = certificate.signed_by(&key, &issuer).expect("a certificate");
    let encryption = Encryption::Files {
        certificate: write("host.pem", certificate.pem()),
        key: write("host.key", key.serialize_pem()),
    };
    (write("authority.pem", authority.pem()), encryption)
}

#[test]
fn an_authority_must_vouch_for_the_address_that_was_asked_for() {
    let computer = folder();
    let (authority, encryption) = vouched_for(&computer, "127.0.0.1");
    let host = encrypted_host(&computer, 0, encryption);
    let player = folder();
    joins(&player, host.port(), HostTrust::Authorities(authority.clone()));
    let other = folder();
    let (other_authority, encryption) = vouched_for(&other, "127.0.0.2");
    let refused_for = |port, authority| refused(&player, port, HostTrust::Authorities(authority)).1.code;
    assert_eq!(refused_for(host.port(), other_authority.clone()), ErrorCode::CertificateUntrusted);
    let misplaced = encrypted_host(&other, 0, encryption);
    assert_eq!(refused_for(misplaced.port(), other_authority), ErrorCode::CertificateUntrusted);
    assert_eq!(refused_for(host.port(), other.path().join("missing.pem")), ErrorCode::CertificateUnavailable);
}

#[test]
fn one_that_encrypts_and_one_that_does_not_find_out() {
    let encrypted = own(&folder(), 0);
    let plaintext = Player::host(101);
    let player = folder();
    let (met, refusal) = refused(&player, plaintext.port(), FIRST_USE);
    assert_eq!((met, refusal.code), (None, ErrorCode::HostUnreachable));
    assert!(refusal.reason.contains("without encryption"), "{refusal}");
    let (met, refusal) = refused(&player, encrypted.port(), HostTrust::Plaintext);
    assert_eq!((met, refusal.code), (None, ErrorCode::HostUnreachable));
}

#[test]
fn of_several_addresses_the_first_that_is_the_right_host_is_taken() {
    let impostor = own(&folder(), 0);
    let host = own(&folder(), 0);
    // Nobody answers here: it is bound and never accepted from, and its backlog makes no difference.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let silent = silent.local_addr().expect("an address").port();
    let player = folder();
    let mut options = remote_options(1, host.port(), player.path());
    options.trust = HostTrust::Fingerprint(shown(&host));
    let address = |port| HostAddress::parse("127.0.0.1", port).expect("an address");
    options.hosts = vec![address(silent), address(impostor.port()), address(host.port())];
    Player::join_with(&player, options, TcpConnector::new()).wait_for(|event| matches!(event, Event::Connected { .. }));
}

#[test]
fn known_hosts_that_cannot_be_read_are_refused_by_name_and_left_alone() {
    let host = own(&folder(), 0);
    let player = folder();
    let path = player.path().join("known-hosts.txt");
    fs::write(&path, "damaged").expect("written");
    let (met, refusal) = refused(&player, host.port(), FIRST_USE);
    assert_eq!((met, refusal.code), (None, ErrorCode::CertificateUnavailable));
    assert!(refusal.reason.contains("known-hosts.txt"), "{refusal}");
    assert_eq!(fs::read_to_string(&path).expect("there"), "damaged");
}
