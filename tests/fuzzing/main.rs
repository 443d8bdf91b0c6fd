// SPDX-License-Identifier: GPL-3.0-or-later
//! The fuzzer's targets in a short pass that is the same on every machine: their seeds, and seeded mutations of them.
//! What the fuzzer found once stands in `fuzz/found/TARGET/` and is tried here ever after.
//!
//! `FUZZING_INPUTS` (4,000) says how many inputs each target gets.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../fuzz/src/lib.rs"]
mod fuzz;
mod mutate;
#[path = "../simulation/random.rs"]
#[allow(dead_code, reason = "the simulation uses the rest")]
mod random;

use std::env;
use std::fs;
use std::path::Path;

use fuzz::contract::CONTRACT;
use fuzz::targets::TARGETS;
use fuzz::{coverage, seeds, shares};
use mutate::mutated;
use random::Random;

fn inputs() -> usize {
    env::var("FUZZING_INPUTS").map_or(4_000, |text| text.parse().expect("FUZZING_INPUTS is a number"))
}

/// What the fuzzer found in earlier runs.
fn found(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join("found").join(target);
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn no_input_makes_a_target_panic_and_every_field_of_every_message_is_reached() {
    let mut total = 0;
    for (number, (name, run)) in TARGETS.into_iter().enumerate() {
        let corpus = [seeds::of(name), found(name)].concat();
        corpus.iter().for_each(|seed| run(seed));
        let mut random = Random::new(number as u64);
        (0..inputs()).for_each(|_| run(&mutated(&corpus, &mut random)));
        total += corpus.len() + inputs();
    }
    let fields = CONTRACT.fields_read().len();
    let missing = coverage::missing();
    println!("figure inputs: {total}");
    println!("figure fields reached: {} of {fields}", fields - missing.len());
    assert!(
        missing.is_empty(),
        "no message with these was taken; fuzz/src/values.rs must say what they want: {missing:?}"
    );
}

#[test]
fn every_message_of_wire_and_ledger_is_read_by_a_target() {
    assert_eq!(CONTRACT.never_read(), Vec::<&str>::new());
}

#[test]
fn every_target_has_a_share_of_the_inputs() {
    let named: Vec<_> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(shares::SHARES.iter().map(|(name, _)| *name).collect::<Vec<_>>(), named);
}
