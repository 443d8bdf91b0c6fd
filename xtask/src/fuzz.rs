// SPDX-License-Identifier: GPL-3.0-or-later
//! `cargo xtask fuzz`: every target with its share of the inputs, under libFuzzer.
//!
//! libFuzzer comes as a crate, and the compiler's coverage counters are switched on by ordinary flags, so there is
//! nothing to install beside the compilers that the project is built with anyway. The target that is Java runs under
//! Jazzer, which is libFuzzer too.

mod java;
#[path = "../../fuzz/src/shares.rs"]
mod shares;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::cargo::{cargo, target_folder};
use crate::command::{Finished, finished, quiet, run as run_command, shown};
use crate::figures::Figures;
use crate::tools::Tools;
use crate::tree::Tree;

/// What cargo-fuzz passes as well: edge counters and traced comparisons, which show libFuzzer the way. Without inlining
/// across units every crate of ours is counted.
const COVERAGE_FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing";

/// libFuzzer ends an input that never returns after as many seconds; the targets themselves refuse more than one.
const TIMEOUT_S: u64 = 10;

/// Longer inputs repeat what shorter ones do.
const INPUT_BYTES_MAX: u64 = 8 * 1024;

/// The Java reader's part of the inputs: one in as many. It takes a thousand times as long as a Rust target.
const JAVA_SHARE: u64 = 50;

/// One run of libFuzzer, on one processor.
struct Worker {
    target: &'static str,
    number: u64,
    inputs: u64,
}

/// Where things lie in the folder of this command.
struct Folder(PathBuf);

impl Folder {
    /// A folder for a target that outlives the run: what libFuzzer found worth keeping.
    fn corpus(&self, target: &str) -> PathBuf {
        self.0.join("corpus").join(target)
    }

    fn seeds(&self, target: &str) -> PathBuf {
        self.0.join("seeds").join(target)
    }

    /// Inputs that made a target panic, hang or run out of memory.
    fn artifacts(&self, target: &str) -> PathBuf {
        self.0.join("artifacts").join(target)
    }

    fn fields(&self) -> PathBuf {
        self.0.join("fields.txt")
    }

    fn reached(&self, worker: &Worker) -> PathBuf {
        self.0.join(format!("reached-{}-{}.txt", worker.target, worker.number))
    }

    fn prepare(&self, target: &str) -> Result<()> {
        for folder in [self.corpus(target), self.seeds(target), self.artifacts(target)] {
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        }
        Ok(())
    }
}

/// Runs every target; `inputs` are all of them together.
pub fn run(tree: &Tree, tools: &Tools, inputs: u64) -> Result<Figures> {
    let program = build(tree)?;
    let folder = Folder(target_folder(tree)?.join("fuzz"));
    let java_inputs = (inputs / JAVA_SHARE).max(1);
    let mut figures = run_rust(tree, &program, &folder, inputs.saturating_sub(java_inputs))?;
    figures.extend(java::run(tree, tools, &folder, java_inputs)?);
    Ok(figures)
}

/// The program that holds all targets, with optimisation and with coverage counters.
fn build(tree: &Tree) -> Result<PathBuf> {
    let triple = host_triple()?;
    let folder = target_folder(tree)?.join("fuzz").join("build");
    let manifest = tree.root().join("fuzz").join("Cargo.toml");
    let mut command = cargo(tree);
    command.args(["build", "--release", "--quiet", "--manifest-path"]).arg(manifest);
    // With a target named, build scripts are spared the flags.
    command.args(["--target", &triple, "--target-dir"]).arg(&folder).env("RUSTFLAGS", COVERAGE_FLAGS);
    run_command(&mut command)?;
    Ok(folder.join(triple).join("release").join(format!("fuzz{}", std::env::consts::EXE_SUFFIX)))
}

fn host_triple() -> Result<String> {
    let answer = quiet(Command::new("rustc").arg("-vV"))?;
    let host = answer.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not tell its host")?.to_owned())
}

fn run_rust(tree: &Tree, program: &Path, folder: &Folder, inputs: u64) -> Result<Figures> {
    let begin = Instant::now();
    let processors = thread::available_parallelism().map_or(1, usize::from) as u64;
    let shares: u64 = shares::SHARES.iter().map(|(_, share)| share).sum();
    let mut figures = Figures::default();
    let mut total = 0;
    let mut reached = BTreeSet::new();
    for &(target, share) in shares::SHARES {
        folder.prepare(target)?;
        let inputs = (inputs * share).div_ceil(shares * processors);
        let workers: Vec<_> = (0..processors).map(|number| Worker { target, number, inputs }).collect();
        let executed = run_target(tree, program, folder, &workers)?;
        figures.add(format!("inputs of {target}"), executed);
        total += executed;
        for worker in &workers {
            reached.extend(lines_of(&folder.reached(worker)));
        }
    }
    let fields = lines_of(&folder.fields());
    ensure!(!fields.is_empty(), "the targets named no field to reach");
    let missing: Vec<_> = fields.difference(&reached).cloned().collect();
    figures.add("Rust inputs", total);
    figures.add("Rust inputs a second", (total as f64 / begin.elapsed().as_secs_f64()) as u64);
    figures.add("fields reached", format!("{} of {}", fields.len() - missing.len(), fields.len()));
    if missing.is_empty() {
        return Ok(figures);
    }
    figures.print();
    bail!("fields that no input reached: {}", missing.join(", "))
}

/// All workers of a target at once. How many inputs they tried together.
fn run_target(tree: &Tree, program: &Path, folder: &Folder, workers: &[Worker]) -> Result<u64> {
    let commands: Vec<_> = workers.iter().map(|worker| (worker, command(tree, program, folder, worker))).collect();
    println!("$ {} ({} at once)", shown(&commands[0].1), commands.len());
    let ends: Vec<_> = thread::scope(|scope| {
        let started: Vec<_> = commands
            .into_iter()
            .map(|(worker, mut command)| scope.spawn(move || (worker.target, finished(&mut command))))
            .collect();
        started.into_iter().map(|thread| thread.join().expect("a thread that only waits")).collect()
    });
    ends.into_iter().map(|(target, end)| executed(target, folder, &end?)).sum()
}

fn command(tree: &Tree, program: &Path, folder: &Folder, worker: &Worker) -> Command {
    let Worker { target, number, inputs } = worker;
    let _ = fs::remove_file(folder.reached(worker));
    let mut command = Command::new(program);
    command.env("FUZZ_TARGET", target).env("FUZZ_REACHED_FILE", folder.reached(worker));
    if *number == 0 {
        command.env("FUZZ_FIELDS", folder.fields());
    }
    command.env("FUZZ_SEEDS", folder.seeds(target));
    command.args(options(folder, target, *inputs));
    command.args([folder.corpus(target), folder.seeds(target)]);
    let found = tree.root().join("fuzz").join("found").join(target);
    if found.is_dir() {
        command.arg(found);
    }
    command
}

/// libFuzzer's options, the same for Jazzer.
fn options(folder: &Folder, target: &str, inputs: u64) -> Vec<String> {
    vec![
        format!("-runs={inputs}"),
        format!("-timeout={TIMEOUT_S}"),
        format!("-max_len={INPUT_BYTES_MAX}"),
        "-print_final_stats=1".to_owned(),
        format!("-artifact_prefix={}{}", folder.artifacts(target).display(), std::path::MAIN_SEPARATOR),
    ]
}

/// How many inputs a run tried, or what it found.
fn executed(target: &str, folder: &Folder, end: &Finished) -> Result<u64> {
    if !end.success {
        let last = end.lines.len().saturating_sub(60);
        end.lines[last..].iter().for_each(|line| println!("{line}"));
        let place = folder.artifacts(target);
        bail!(
            "{target} failed; what it failed with lies in {}, its fix belongs with it in fuzz/found",
            place.display()
        );
    }
    let executed = end.lines.iter().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    executed.and_then(|number| number.trim().parse().ok()).with_context(|| format!("{target} told no number of inputs"))
}

fn lines_of(file: &Path) -> BTreeSet<String> {
    fs::read_to_string(file).unwrap_or_default().lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Folder, executed};
    use crate::command::Finished;

    fn end(success: bool, line: &str) -> Finished {
        Finished { success, lines: vec![line.to_owned()] }
    }

    #[test]
    fn the_number_of_inputs_is_what_libfuzzer_says_and_a_failed_run_has_none() {
        let folder = Folder(PathBuf::from("f"));
        let stat = "stat::number_of_executed_units: 4711";
        assert_eq!(executed("envelope", &folder, &end(true, stat)).unwrap(), 4_711);
        assert!(executed("envelope", &folder, &end(false, stat)).is_err());
        assert!(executed("envelope", &folder, &end(true, "Done")).is_err());
    }
}
