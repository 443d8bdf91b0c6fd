// SPDX-License-Identifier: GPL-3.0-or-later
//! The project's commands, the same on Linux, macOS and Windows: `cargo xtask --help`.
//!
//! Each command prints its figures last, one `name: value` a line, and exits non-zero when something does not hold.

mod bench;
mod cargo;
mod command;
mod crash;
mod demo;
mod figures;
mod fuzz;
mod jni_warnings;
mod logs;
mod maven;
mod planted;
mod prove;
mod readme;
mod simulate;
mod surefire;
mod test;
mod tools;
mod tree;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::figures::Figures;
use crate::simulate::Sessions;
use crate::tools::Tools;
use crate::tree::Tree;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The commands of Distributed MekHQ")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Three campaigns in three JVMs share a session on this computer; prints what each of them sees
    Demo,
    /// Every Rust and Java test and the reduced proofs
    Test,
    /// The evidence: prints NAME PASS or NAME FAIL for each claim of the project
    Prove {
        /// Names of proofs; none: all of them
        names: Vec<String>,
        /// With the numbers claimed, not the reduced ones
        #[arg(long)]
        full: bool,
        /// Print the names and what they claim, run nothing
        #[arg(long)]
        list: bool,
    },
    /// Whole sessions under faults; exit 1 and the seed where a rule does not hold
    Simulate {
        /// How many sessions
        #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..))]
        sessions: u64,
        /// The seed of the first; the others count on from it
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Print what happens, for a single session
        #[arg(long)]
        trace: bool,
    },
    /// A real host process is killed in the middle of transfers; exit 1 when anything it had said is lost or doubled
    Crash {
        /// How often it is killed
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
        rounds: u64,
        /// The seed of what is played; when the host dies in that is up to the computer as well
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Every reader of input from elsewhere, fed with anything at all; exit 1 and the input on a panic or a hang
    Fuzz {
        /// How many inputs, over all targets
        #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1_000..))]
        inputs: u64,
    },
    /// Speed beside baselines measured in the same run
    Bench {
        /// Also write the figures to this file
        #[arg(long, value_name = "FILE")]
        json: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(figures) => {
            figures.print();
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<Figures> {
    if let Command::Prove { list: true, .. } = command {
        prove::list();
        return Ok(Figures::default());
    }
    let tree = Tree::find()?;
    let tools = Tools::find()?;
    match command {
        Command::Demo => demo::run(&tree, &tools),
        Command::Test => test::run(&tree, &tools),
        Command::Prove { names, full, .. } => prove::run(&tree, &tools, &names, full),
        Command::Simulate { sessions, seed, trace } => {
            simulate::run(&tree, Sessions { sessions, seed, repeats: sessions.min(10), trace })
        }
        Command::Crash { rounds, seed } => crash::run(&tree, rounds, seed),
        Command::Fuzz { inputs } => fuzz::run(&tree, &tools, inputs),
        Command::Bench { json } => bench::run(&tree, &tools, json.as_deref()),
    }
}
