// SPDX-License-Identifier: GPL-3.0-or-later
//! Inputs to begin with. Those for messages are made from the contract: one that is taken, for each message.

use distributed_mekhq::session::memento::Memento;

use super::build::Builder;
use super::contract::{CONTRACT, ENTRY, ENVELOPES, OPTIONS, UNARY};
use super::targets::{RAW, TARGETS};
use super::texts::{INVITATION, KEYS, KNOWN_HOSTS, LINES};

/// Choices that lead to a message with all its fields. The first bytes choose among oneofs.
fn tidy_choices(first: u8) -> Vec<u8> {
    std::iter::once(0).chain(std::iter::repeat_n(first, 600)).collect()
}

fn encoded(name: &str, first: u8) -> Vec<u8> {
    let choices = tidy_choices(first);
    let mut builder = Builder::new(&choices).expect("enough choices");
    builder.message(CONTRACT.message(name)).expect("enough choices")
}

/// Marks an input as the encoded message itself, for targets that take either. The byte after it picks the type.
fn raw(pick: usize, encoded: &[u8]) -> Vec<u8> {
    [&[RAW, u8::try_from(pick).expect("few types")], encoded].concat()
}

/// What a target begins with, beside what was found before.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    let variants = 0..4_u8;
    match target {
        "envelope" => CONTRACT.payloads.iter().flat_map(|&payload| envelopes(payload)).collect(),
        "payload" => (0..=u8::MAX).step_by(5).map(tidy_choices).collect(),
        "entry" => (0..32).map(|arm| raw(0, &encoded(ENTRY, arm))).chain(variants.map(tidy_choices)).collect(),
        "unary" => named(&UNARY),
        "options" => named(&OPTIONS),
        "text" => LINES.iter().map(|text| text.as_bytes().to_vec()).collect(),
        "memento" => vec![tidy_choices(1), [&[RAW], Memento::default().to_text().as_bytes()].concat()],
        "keys" => vec![KEYS.as_bytes().to_vec()],
        "invitation" => vec![INVITATION.as_bytes().to_vec()],
        "known_hosts" => vec![KNOWN_HOSTS.as_bytes().to_vec()],
        _ => panic!("there is no target {target}; there are {:?}", TARGETS.map(|(name, _)| name)),
    }
}

fn named(names: &[&str]) -> Vec<Vec<u8>> {
    let pick = |(pick, name): (usize, &&str)| [raw(pick, &encoded(name, 0)), raw(pick, &encoded(name, 1))];
    names.iter().enumerate().flat_map(pick).chain((0..4).map(tidy_choices)).collect()
}

fn envelopes(payload: usize) -> Vec<Vec<u8>> {
    let envelope = |name: &&str| {
        let choices = tidy_choices(1);
        let mut builder = Builder::new(&choices).expect("enough choices");
        builder.envelope(CONTRACT.message(name), payload).expect("enough choices")
    };
    ENVELOPES.iter().map(envelope).collect()
}
