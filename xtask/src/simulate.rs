// SPDX-License-Identifier: GPL-3.0-or-later
//! `cargo xtask simulate`: whole sessions under faults, from a seed.

use anyhow::{Result, bail};

use crate::cargo::{LIBRARY, cargo};
use crate::command::{Finished, echoed};
use crate::figures::Figures;
use crate::tree::Tree;

/// Which sessions are played.
#[derive(Clone, Copy, Debug)]
pub struct Sessions {
    /// How many, each from a seed of its own.
    pub sessions: u64,
    /// The first of the seeds.
    pub seed: u64,
    /// How many of them are played twice, to compare their traces.
    pub repeats: u64,
    /// Print what happens.
    pub trace: bool,
}

/// Plays the sessions of the present tree in the release profile.
pub fn run(tree: &Tree, sessions: Sessions) -> Result<Figures> {
    run_test(tree, "simulation", &settings(sessions))
}

/// Plays from seeds what a test program of the present tree plays, in the release profile.
pub fn run_test(tree: &Tree, test: &str, settings: &[(&str, u64)]) -> Result<Figures> {
    run_tests_named(tree, test, "", settings)
}

/// As [`run_test`], but only those tests whose names have this in them.
pub fn run_tests_named(tree: &Tree, test: &str, name: &str, settings: &[(&str, u64)]) -> Result<Figures> {
    let mut command = cargo(tree);
    command.args(["test", "--release", "--locked", "--package", LIBRARY, "--test", test]);
    // One test after the other: each of them uses all processors, and the rate is one of the figures.
    command.args(["--", "--nocapture", "--test-threads=1", name]);
    for (name, value) in settings {
        command.env(name, value.to_string());
    }
    judged(echoed(&mut command)?)
}

/// The variables that the simulation reads.
pub fn settings(sessions: Sessions) -> [(&'static str, u64); 4] {
    [
        ("SIMULATION_SESSIONS", sessions.sessions),
        ("SIMULATION_SEED", sessions.seed),
        ("SIMULATION_REPEATS", sessions.repeats),
        ("SIMULATION_TRACE", sessions.trace.into()),
    ]
}

fn judged(finished: Finished) -> Result<Figures> {
    let mut figures = Figures::default();
    finished.lines.iter().for_each(|line| figures.add_line(line));
    if finished.success {
        return Ok(figures);
    }
    figures.print();
    match violating_seed(&finished.lines) {
        Some(seed) => bail!("a rule does not hold with seed {seed}"),
        None => bail!("the simulation failed"),
    }
}

/// The seed with which a rule did not hold, where that is what the simulation said.
pub fn violating_seed(lines: &[String]) -> Option<&str> {
    lines.iter().find_map(|line| line.strip_prefix("figure violating seed: "))
}

#[cfg(test)]
mod tests {
    use super::judged;
    use crate::command::Finished;
    use crate::figures::Figures;

    fn finished(success: bool, lines: &[&str]) -> Finished {
        Finished { success, lines: lines.iter().map(|&line| line.to_owned()).collect() }
    }

    #[test]
    fn the_figures_are_taken_from_the_simulation() {
        let mut expected = Figures::default();
        expected.add("sessions", 3);
        assert_eq!(judged(finished(true, &["running 2 tests", "figure sessions: 3"])).unwrap(), expected);
    }

    #[test]
    fn a_violation_names_its_seed() {
        let error = judged(finished(false, &["figure violating seed: 17"])).unwrap_err();
        assert_eq!(error.to_string(), "a rule does not hold with seed 17");
    }
}
