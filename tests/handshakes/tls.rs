// SPDX-License-Identifier: GPL-3.0-or-later
//! Hosts that the player's side refuses.

use distributed_mekhq::net::trust::HostTrust;
use distributed_mekhq::protocol::refusal::ErrorCode;
use distributed_mekhq::protocol::trust::Fingerprint;

use crate::impostor::{Impostor, Shown};
use crate::proxy::Proxy;
use crate::{Outcome, Row, Stage, folder, join};

pub const ROWS: &[Row] = &[
    Row { name: "wrong pin", expected: Outcome::Distrusted(ErrorCode::CertificateUntrusted), play: wrong_pin },
    Row {
        name: "right certificate with another key",
        expected: Outcome::Distrusted(ErrorCode::CertificateUntrusted),
        play: another_key,
    },
    Row {
        name: "changed certificate",
        expected: Outcome::Distrusted(ErrorCode::CertificateChanged),
        play: changed_certificate,
    },
    Row {
        name: "never met",
        expected: Outcome::Distrusted(ErrorCode::CertificateUnknown),
        play: |stage| join(&folder(), 1, stage.encrypted.port(), HostTrust::Known { first_use: false }),
    },
];

fn wrong_pin(stage: &Stage) -> Outcome {
    join(&folder(), 1, stage.encrypted.port(), HostTrust::Fingerprint(Fingerprint::of(b"another key")))
}

fn another_key(stage: &Stage) -> Outcome {
    let right = Shown::new();
    let impostor = Impostor::encrypted(&stage.runtime, &Shown::copied_from(&right), &[b"h2"]);
    join(&folder(), 1, impostor.port, HostTrust::Fingerprint(right.fingerprint()))
}

/// The same address leads to the host first, and to somebody else then.
fn changed_certificate(stage: &Stage) -> Outcome {
    const FIRST_USE: HostTrust = HostTrust::Known { first_use: true };
    let proxy = Proxy::start(&stage.runtime, stage.encrypted.port());
    let player = folder();
    assert_eq!(join(&player, 1, proxy.port, FIRST_USE), Outcome::Admitted);
    proxy.lead_to(Impostor::encrypted(&stage.runtime, &Shown::new(), &[b"h2"]).port);
    join(&player, 1, proxy.port, FIRST_USE)
}
