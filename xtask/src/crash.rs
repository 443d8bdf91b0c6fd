// SPDX-License-Identifier: GPL-3.0-or-later
//! `cargo xtask crash`: a real host process is killed again and again in the middle of transfers.

use anyhow::{Result, ensure};

use crate::figures::Figures;
use crate::simulate;
use crate::tree::Tree;

/// The test program with the host that is killed.
pub const PROGRAM: &str = "kill";

/// The test in it that kills.
const STORM: &str = "nothing_that_a_killed_host_had_said_is_lost_or_happens_twice";

/// Kills so often, at moments that a seed and the computer's own timing choose.
pub fn run(tree: &Tree, rounds: u64, seed: u64) -> Result<Figures> {
    let figures = simulate::run_tests_named(tree, PROGRAM, STORM, &[("KILL_ROUNDS", rounds), ("KILL_SEED", seed)])?;
    let kills = figures.get("kills of a Rust host").and_then(|kills| kills.parse::<u64>().ok());
    ensure!(kills.is_some_and(|kills| kills >= rounds), "the host was killed {kills:?} times");
    Ok(figures)
}
