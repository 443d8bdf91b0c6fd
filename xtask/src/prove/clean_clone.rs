// SPDX-License-Identifier: GPL-3.0-or-later
//! The README's commands work for a newcomer.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::{Form, Scene};
use crate::command::{command, quiet, run};
use crate::demo;
use crate::figures::Figures;
use crate::readme;

/// Variables of this `cargo run` that a newcomer's shell does not have. Where cargo finds its packages stays.
const OURS: [&str; 6] = [
    "CARGO",
    "CARGO_TARGET_DIR",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_PATH",
    "RUSTUP_TOOLCHAIN",
];

/// In the full form the README's commands run in a clone of `HEAD`. The reduced form is part of one of these commands
/// and must not start them again: it runs the demo in the present tree.
pub fn prove(scene: &Scene, form: Form) -> Result<Figures> {
    let readme = fs::read_to_string(scene.tree.readme()).context("cannot read README.md")?;
    let commands = readme::commands(&readme);
    ensure!(commands == ["cargo xtask demo", "cargo xtask test"], "README.md names other commands: {commands:?}");
    match form {
        Form::Reduced => demo::run(scene.tree, scene.tools),
        Form::Full => in_clone(scene.tree.root(), &commands),
    }
}

fn in_clone(root: &Path, commands: &[String]) -> Result<Figures> {
    let git = which::which("git").context("git is not in PATH")?;
    let folder = tempfile::Builder::new().prefix("a newcomer's folder ").tempdir()?;
    let clone = folder.path().join("distributed-mekhq");
    let commit = quiet(command(&git).args(["rev-parse", "--short", "HEAD"]).current_dir(root))?;
    let uncommitted = quiet(command(&git).args(["status", "--porcelain"]).current_dir(root))?.lines().count();
    run(command(&git).args(["clone", "--quiet", "--no-hardlinks"]).arg(root).arg(&clone))?;
    let mut figures = Figures::default();
    figures.add("cloned commit", commit.trim());
    figures.add("uncommitted files not in the clone", uncommitted);
    for line in commands {
        let begin = Instant::now();
        run(&mut newcomers(line, &clone)?)?;
        figures.add(format!("{line} s"), begin.elapsed().as_secs());
    }
    Ok(figures)
}

fn newcomers(line: &str, folder: &Path) -> Result<Command> {
    let mut words = line.split_whitespace();
    let program = which::which(words.next().context("an empty command")?)?;
    let mut command = command(&program);
    command.args(words).current_dir(folder);
    for (name, _) in env::vars_os() {
        let package = name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || OURS.contains(&name));
        if package {
            command.env_remove(name);
        }
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::newcomers;

    #[test]
    fn a_newcomers_command_knows_nothing_of_our_build() {
        let command = newcomers("cargo xtask demo", Path::new(".")).unwrap();
        let removed: Vec<_> = command.get_envs().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
        assert!(removed.iter().any(|name| *name == "CARGO_MANIFEST_DIR"), "{removed:?}");
        assert!(!removed.iter().any(|name| *name == "CARGO_HOME"));
        assert_eq!(command.get_args().collect::<Vec<_>>(), ["xtask", "demo"]);
    }
}
