// SPDX-License-Identifier: GPL-3.0-or-later
//! What a player's side has sent to a host that it refused: read off the wire by a proxy, and decrypted by the host.

use std::fs;
use std::path::Path;

use distributed_mekhq::net::trust::HostTrust;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::trust::Fingerprint;
use tokio::runtime::Runtime;

use crate::impostor::{Impostor, Shown};
use crate::proxy::Proxy;
use crate::{Outcome, PASSWORD, Stage, folder, join};

/// The type of a TLS record that holds encrypted bytes.
const ENCRYPTED: u8 = 23;

/// The type of a TLS record that says nothing and is there for old machines in between.
const CHANGE_CIPHER_SPEC: u8 = 20;

/// The type of a TLS record that says why it is over.
const ALERT: u8 = 21;

/// The type of a TLS record of an unencrypted handshake, which a ClientHello is.
const HANDSHAKE: u8 = 22;

/// An alert (2 bytes), its type (1) and its seal (16): no room for anything else.
const ENCRYPTED_ALERT_BYTES: usize = 19;

/// The records of a TLS stream: their types, and how many bytes each has. None: it is no TLS.
fn records(mut bytes: &[u8]) -> Option<Vec<(u8, usize)>> {
    let mut records = Vec::new();
    while let [kind, 3, 0..=4, high, low, rest @ ..] = bytes {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        records.push((*kind, length));
        bytes = rest.get(length..)?;
    }
    bytes.is_empty().then_some(records)
}

/// Nothing but a ClientHello, and an alert at most.
fn says_nothing(sent: &[u8]) -> bool {
    let Some(records) = records(sent) else { return false };
    let encrypted: usize = records.iter().filter(|(kind, _)| *kind == ENCRYPTED).map(|(_, length)| length).sum();
    let known = |kind: u8| [HANDSHAKE, ALERT, CHANGE_CIPHER_SPEC, ENCRYPTED].contains(&kind);
    let hellos = records.iter().filter(|(kind, _)| *kind == HANDSHAKE).count();
    records.iter().all(|(kind, _)| known(*kind)) && hellos == 1 && encrypted <= ENCRYPTED_ALERT_BYTES
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

struct Refused {
    name: &'static str,
    code: ErrorCode,
    host: Impostor,
    trust: HostTrust,
}

fn all(runtime: &Runtime, folder: &Path) -> Vec<Refused> {
    let right = Shown::new();
    let encrypted = |shown: &Shown| Impostor::encrypted(runtime, shown, &[b"h2"]);
    let untrusted = ErrorCode::CertificateUntrusted;
    let authority = folder.join("authority.pem");
    let key = rcgen::KeyPair::generate().expect("a key");
    let certificate = rcgen::CertificateParams::new([]).and_then(|parameters| parameters.self_signed(&key));
    fs::write(&authority, certificate.expect("a certificate").pem()).expect("written");
    vec![
        Refused {
            name: "wrong pin",
            code: untrusted,
            host: encrypted(&right),
            trust: HostTrust::Fingerprint(Fingerprint::of(b"another key")),
        },
        Refused {
            name: "right certificate with another key",
            code: untrusted,
            host: encrypted(&Shown::copied_from(&right)),
            trust: HostTrust::Fingerprint(right.fingerprint()),
        },
        Refused {
            name: "first use of a certificate with another key",
            code: untrusted,
            host: encrypted(&Shown::copied_from(&right)),
            trust: HostTrust::Known { first_use: true },
        },
        Refused {
            name: "never met",
            code: ErrorCode::CertificateUnknown,
            host: encrypted(&right),
            trust: HostTrust::Known { first_use: false },
        },
        Refused {
            name: "nobody vouches",
            code: untrusted,
            host: encrypted(&right),
            trust: HostTrust::Authorities(authority),
        },
        Refused {
            name: "does not encrypt",
            code: ErrorCode::HostUnreachable,
            host: Impostor::plaintext(runtime),
            trust: HostTrust::Known { first_use: true },
        },
        Refused {
            name: "speaks something else",
            code: ErrorCode::HostUnreachable,
            host: Impostor::encrypted(runtime, &right, &[b"imap"]),
            trust: HostTrust::Known { first_use: true },
        },
    ]
}

/// The recorder sees what there is to see: in plaintext the password, and with a trusted host far more than an alert.
fn check_the_recorder(stage: &Stage) {
    let proxy = Proxy::start(&stage.runtime, stage.plaintext.port());
    assert_eq!(join(&folder(), 1, proxy.port, HostTrust::Plaintext), Outcome::Admitted);
    assert!(contains(&proxy.sent_to(stage.plaintext.port()), PASSWORD.as_bytes()));
    proxy.lead_to(stage.encrypted.port());
    assert_eq!(join(&folder(), 1, proxy.port, HostTrust::Fingerprint(stage.fingerprint())), Outcome::Admitted);
    let sent = proxy.sent_to(stage.encrypted.port());
    assert!(records(&sent).is_some() && !says_nothing(&sent) && !contains(&sent, PASSWORD.as_bytes()));
}

/// What was sent to a host that was refused: how many bytes. It holds no more than it takes to see who the host is.
fn check(name: &str, proxy: &Proxy, host: &Impostor) -> usize {
    let sent = proxy.sent_to(host.port);
    assert!(says_nothing(&sent), "{name}: {:?}", records(&sent));
    let plaintext = host.heard();
    // A host without encryption hears the ClientHello itself.
    assert!(plaintext.is_empty() || says_nothing(&plaintext), "{name} told the host {} bytes", plaintext.len());
    sent.len()
}

/// A player who knows the host and has a key for it, whose address leads to somebody else then.
fn changed_certificate(stage: &Stage) -> usize {
    const FIRST_USE: HostTrust = HostTrust::Known { first_use: true };
    let proxy = Proxy::start(&stage.runtime, stage.encrypted.port());
    let player = folder();
    assert_eq!(join(&player, 2, proxy.port, FIRST_USE), Outcome::Admitted);
    assert!(player.path().join("keys").exists() && !says_nothing(&proxy.sent_to(stage.encrypted.port())));
    let impostor = Impostor::encrypted(&stage.runtime, &Shown::new(), &[b"h2"]);
    proxy.lead_to(impostor.port);
    assert_eq!(join(&player, 2, proxy.port, FIRST_USE), Outcome::Distrusted(ErrorCode::CertificateChanged));
    check("changed certificate", &proxy, &impostor)
}

#[test]
fn no_byte_of_a_password_or_key_leaves_before_the_host_is_trusted() {
    let stage = Stage::new();
    check_the_recorder(&stage);
    let authorities = folder();
    let refusals = all(&stage.runtime, authorities.path());
    let mut bytes = changed_certificate(&stage);
    for Refused { name, code, host, trust } in &refusals {
        let proxy = Proxy::start(&stage.runtime, host.port);
        let player = folder();
        assert_eq!(join(&player, 1, proxy.port, trust.clone()), Outcome::Distrusted(*code), "{name}");
        bytes += check(name, &proxy, host);
        assert!(!player.path().join("keys").exists(), "{name}: a key was made for a host that is not trusted");
    }
    println!("figure refusals recorded: {}", refusals.len() + 1);
    println!("figure bytes sent before them, all of ClientHellos and alerts: {bytes}");
}
