// SPDX-License-Identifier: GPL-3.0-or-later
//! Proofs that only those take part who belong, and that nobody can do more harm than the limits allow.

use anyhow::{Result, ensure};

use super::{Evidence, Form, Proof, Scene};
use crate::cargo::{LIBRARY, cargo};
use crate::command::echoed;
use crate::figures::Figures;
use crate::fuzz;

pub const PROOFS: &[Proof] = &[
    Proof {
        name: "belong.guessing",
        claim: "Of 10,000 guesses at a password from one address at most 10 a minute are looked at; a player elsewhere, \
                and one at the same address who proves a key, join at once.",
        evidence: &[Evidence::Own(guessing)],
    },
    Proof {
        name: "belong.spoof",
        claim: "Of 1,000 messages of every type that are spoofed, replayed, about another campaign, or late, none changes a \
                host or a remote, and all are counted.",
        evidence: &[Evidence::Own(spoofing)],
    },
    Proof {
        name: "belong.handshakes",
        claim: "Peers that stall or speak something else are cut off, hosts that are not the right one are refused by the \
                player's side, calls that may not be are refused by name, each over a socket; after each of them the \
                host serves a good player.",
        evidence: &[Evidence::Own(handshakes)],
    },
    Proof {
        name: "belong.no-leak",
        claim: "A proxy that records what a player's side sends, and a host that decrypts it, find no byte of a password \
                or key before the host is trusted, in each refusal.",
        evidence: &[Evidence::Own(no_leak)],
    },
    Proof {
        name: "belong.bombs",
        claim: "Eight campaigns send the worst that a limit lets through, half of them without reading: the host's process \
                grows by less than 64 MiB, for each of the limits, and for all that campaigns tell of themselves in turn.",
        evidence: &[Evidence::Own(bombs)],
    },
    Proof {
        name: "belong.idle-flood",
        claim: "Of 1,000 silent connections from one address and from many a host holds no more than its caps, and spends \
                less than 5% of a core on them; a player joins meanwhile; the same at the hard descriptor limit.",
        evidence: &[Evidence::Own(idle_flood)],
    },
    Proof {
        name: "belong.fuzz",
        claim: "50 million inputs over all readers of input from elsewhere, every field of every message reached: no \
                panic, and none takes longer than a second.",
        evidence: &[
            Evidence::Own(fuzzing),
            Evidence::JUnit { module: "companion", classes: &["MutatedSaveTest"], full: &[] },
        ],
    },
];

/// How many inputs the claim speaks of.
const FUZZ_INPUTS: u64 = 50_000_000;

fn guessing(scene: &Scene, form: Form) -> Result<Figures> {
    let guesses = match form {
        Form::Reduced => "500",
        Form::Full => "10000",
    };
    integration_test(scene, "guessing", &[("GUESSES", guesses)])
}

fn spoofing(scene: &Scene, form: Form) -> Result<Figures> {
    let messages = match form {
        Form::Reduced => "25",
        Form::Full => "1000",
    };
    integration_test(scene, "spoof", &[("SPOOF_MESSAGES", messages)])
}

/// In the full form a token is left unused for 30 seconds, too.
fn handshakes(scene: &Scene, form: Form) -> Result<Figures> {
    let settings: &[_] = if form == Form::Full { &[("HANDSHAKES_FULL", "1")] } else { &[] };
    part_of_test(scene, "handshakes", "every_handshake", settings)
}

fn no_leak(scene: &Scene, _: Form) -> Result<Figures> {
    part_of_test(scene, "handshakes", "leaks::", &[])
}

fn idle_flood(scene: &Scene, form: Form) -> Result<Figures> {
    let seconds = match form {
        Form::Reduced => "1",
        Form::Full => "10",
    };
    integration_test(scene, "idle_flood", &[("IDLE_FLOOD_SECONDS", seconds)])
}

/// Both forms are the same: how many messages come makes no difference once they are too many.
fn bombs(scene: &Scene, _: Form) -> Result<Figures> {
    integration_test(scene, "bombs", &[])
}

/// In the reduced form the same targets take their seeds and some thousand mutations, without the fuzzer around them:
/// building that takes minutes.
fn fuzzing(scene: &Scene, form: Form) -> Result<Figures> {
    match form {
        Form::Reduced => integration_test(scene, "fuzzing", &[]),
        Form::Full => fuzz::run(scene.tree, scene.tools, FUZZ_INPUTS),
    }
}

/// An integration test of the library, whose figures are those of the proof.
fn integration_test(scene: &Scene, name: &str, settings: &[(&str, &str)]) -> Result<Figures> {
    part_of_test(scene, name, "", settings)
}

/// Those of its tests whose names contain a text.
fn part_of_test(scene: &Scene, name: &str, part: &str, settings: &[(&str, &str)]) -> Result<Figures> {
    let mut command = cargo(scene.tree);
    command.args(["test", "--locked", "--package", LIBRARY, "--test", name, "--", "--nocapture", part]);
    command.envs(settings.iter().copied());
    let finished = echoed(&mut command)?;
    let mut figures = Figures::default();
    finished.lines.iter().for_each(|line| figures.add_line(line));
    ensure!(finished.success, "cargo test --test {name} failed");
    Ok(figures)
}
