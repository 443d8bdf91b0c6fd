// SPDX-License-Identifier: GPL-3.0-or-later
//! `cargo xtask test`: every Rust and Java test, a look through what they logged, and the reduced proofs.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::cargo::{self, Profile};
use crate::figures::Figures;
use crate::logs;
use crate::maven::Maven;
use crate::prove::Scene;
use crate::tools::Tools;
use crate::tree::Tree;

/// A failure on one side does not keep the other from running: whoever reads the output wants to know all of them.
pub fn run(tree: &Tree, tools: &Tools) -> Result<Figures> {
    let begin = Instant::now();
    let mut failed = Vec::new();

    logs::remove(tree)?;
    let rust = cargo::test(tree)?;
    if !rust.success {
        failed.push("cargo test");
    }
    // After the tests: they leave a library that was built with their own features in the same place.
    let library = cargo::build_library(tree, Profile::Debug)?;
    let suite = Maven::new(tree, tools, &library).verify()?;
    if !suite.success {
        failed.push("mvn verify");
    }
    let java_tests = suite.tests_run();
    let logged = logs::scan(tree);
    if logged.is_err() {
        failed.push("logs");
    }
    let verdicts = Scene::after_suite(tree, tools, suite).judge_all();
    let not_proved: Vec<_> = verdicts.iter().filter(|(_, passed)| !passed).map(|(name, _)| *name).collect();

    let mut figures = Figures::default();
    figures.add("Rust tests passed", cargo::tests_passed(&rust.lines));
    figures.add("Java tests run", java_tests);
    match logged {
        Ok(more) => figures.extend(more),
        Err(error) => println!("logs: {error:#}"),
    }
    figures.add("proofs", verdicts.len());
    figures.add("proofs passed", verdicts.len() - not_proved.len());
    figures.add("test s", begin.elapsed().as_secs());
    failed.extend(not_proved);
    if failed.is_empty() {
        return Ok(figures);
    }
    figures.print();
    bail!("failed: {}", failed.join(", "))
}
