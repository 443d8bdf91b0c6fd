// SPDX-License-Identifier: GPL-3.0-or-later
//! Proofs that only those take part who belong, and that nobody can do more harm than the limits allow.

use anyhow::{Result, ensure};

use super::{Evidence, Form, Proof, Scene};
use crate::cargo::{LIBRARY, cargo};
use crate::command::echoed;
use crate::figures::Figures;

pub const PROOFS: &[Proof] = &[Proof {
    name: "belong.guessing",
    claim: "Of 10,000 guesses at a password from one address at most 10 a minute are looked at; a player elsewhere, and \
            one at the same address who proves a key, join at once.",
    evidence: &[Evidence::Own(guessing)],
}];

fn guessing(scene: &Scene, form: Form) -> Result<Figures> {
    let guesses = match form {
        Form::Reduced => "500",
        Form::Full => "10000",
    };
    integration_test(scene, "guessing", &[("GUESSES", guesses)])
}

/// An integration test of the library, whose figures are those of the proof.
fn integration_test(scene: &Scene, name: &str, settings: &[(&str, &str)]) -> Result<Figures> {
    let mut command = cargo(scene.tree);
    command.args(["test", "--locked", "--package", LIBRARY, "--test", name, "--", "--nocapture"]);
    command.envs(settings.iter().copied());
    let finished = echoed(&mut command)?;
    let mut figures = Figures::default();
    finished.lines.iter().for_each(|line| figures.add_line(line));
    ensure!(finished.success, "cargo test --test {name} failed");
    Ok(figures)
}
