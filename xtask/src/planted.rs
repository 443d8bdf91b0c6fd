// SPDX-License-Identifier: GPL-3.0-or-later
//! Planted faults: patches that break one rule each in a copy of the tree, to see that the simulation notices.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::cargo::{LIBRARY, cargo, target_folder};
use crate::command::{command, finished, quiet};
use crate::figures::Figures;
use crate::simulate::{Sessions, settings, violating_seed};
use crate::tree::Tree;

/// What the copy needs to be built.
const COPIED: [&str; 10] = [
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
    "clippy.toml",
    "rust-toolchain.toml",
    "benches",
    "proto",
    "src",
    "tests",
    "xtask",
];

/// What has to notice a fault.
#[derive(Clone, Copy, Debug)]
pub enum Watch {
    /// A simulation, by a violation with its seed, within so many sessions.
    Simulation {
        /// The test program.
        program: &'static str,
        /// The test in it.
        test: &'static str,
        /// Sessions.
        sessions: u64,
    },
    /// The test of the library that the fault is named after, below this path; it fails.
    NamedTest {
        /// For example `session::settlement::traces`.
        module: &'static str,
    },
}

/// Plants each fault of a folder and expects it to be noticed. Each of `rows` begins the name of one at least.
pub fn all_caught(tree: &Tree, folder: &Path, rows: &[&str], watch: Watch) -> Result<Figures> {
    let faults = faults(folder)?;
    let bare = rows.iter().find(|&&row| !faults.iter().any(|fault| name(fault).starts_with(row)));
    ensure!(bare.is_none(), "no fault is planted in the row {}", bare.unwrap_or(&""));
    // Below the folder that cargo builds into, so that packages built before are used again.
    let target = target_folder(tree)?;
    let copy = Copy::new(tree, target.join("planted"), target)?;
    let mut figures = Figures::default();
    let mut unnoticed = Vec::new();
    for fault in &faults {
        match copy.judge(fault, watch)? {
            Some(seed) => figures.add(format!("planted {} caught by", name(fault)), seed),
            None => unnoticed.push(name(fault)),
        }
    }
    figures.add("planted faults caught", faults.len() - unnoticed.len());
    if !unnoticed.is_empty() {
        figures.print();
        bail!("not caught: {}", unnoticed.join(", "));
    }
    Ok(figures)
}

/// Sees that each fault of a folder can still be planted, and plants none.
pub fn counted(tree: &Tree, folder: &Path) -> Result<Figures> {
    let faults = faults(folder)?;
    let git = which::which("git").context("git is not in PATH")?;
    for fault in &faults {
        let mut check = command(&git);
        check.args(["apply", "--check", "--ignore-whitespace"]).arg(fault).current_dir(tree.root());
        quiet(&mut check).with_context(|| format!("{} does not apply any more", name(fault)))?;
    }
    let mut figures = Figures::default();
    figures.add("faults that can be planted", faults.len());
    Ok(figures)
}

fn faults(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut faults: Vec<_> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    faults.retain(|path| path.extension().is_some_and(|extension| extension == "patch"));
    faults.sort();
    Ok(faults)
}

fn name(fault: &Path) -> String {
    fault.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// A copy of the tree in which one fault at a time is planted.
struct Copy<'a> {
    tree: &'a Tree,
    root: PathBuf,
    target: PathBuf,
}

impl<'a> Copy<'a> {
    fn new(tree: &'a Tree, root: PathBuf, target: PathBuf) -> Result<Self> {
        if root.exists() {
            fs::remove_dir_all(&root)?;
        }
        fs::create_dir_all(&root)?;
        for entry in COPIED {
            copy(&tree.root().join(entry), &root.join(entry))?;
        }
        Ok(Self { tree, root, target })
    }

    /// What caught a fault, or none. The copy is whole again afterwards.
    fn judge(&self, fault: &Path, watch: Watch) -> Result<Option<String>> {
        println!("planting {}", name(fault));
        let touched = self.plant(fault)?;
        let caught = match watch {
            Watch::Simulation { program, test, sessions } => self.simulate(fault, program, test, sessions),
            Watch::NamedTest { module } => self.named_test(fault, module),
        };
        for file in &touched {
            copy(&self.tree.root().join(file), &self.root.join(file))?;
        }
        caught
    }

    /// Applies the patch. A patch that fits no more is an error: it would prove nothing.
    fn plant(&self, fault: &Path) -> Result<Vec<String>> {
        let git = which::which("git").context("git is not in PATH")?;
        // The copy may lie inside a work tree; the patch is for the copy alone.
        let ceiling = self.root.parent().context("the copy lies in no folder")?;
        quiet(
            command(&git)
                .args(["apply", "--ignore-whitespace"])
                .arg(fault)
                .current_dir(&self.root)
                .env("GIT_CEILING_DIRECTORIES", ceiling),
        )
        .with_context(|| format!("{} does not apply any more", name(fault)))?;
        let touched = touched_files(&fs::read_to_string(fault)?);
        for file in &touched {
            let (original, patched) = (self.tree.root().join(file), self.root.join(file));
            ensure!(fs::read(original)? != fs::read(patched)?, "{} changed nothing in {file}", name(fault));
        }
        ensure!(!touched.is_empty(), "{} names no file", name(fault));
        Ok(touched)
    }

    fn simulate(&self, fault: &Path, program: &str, test: &str, sessions: u64) -> Result<Option<String>> {
        let mut command = self.test(&["--test", program], test);
        for (name, value) in settings(Sessions { sessions, seed: 1, repeats: 1, trace: false }) {
            command.env(name, value.to_string());
        }
        let finished = finished(&mut command)?;
        let seed = violating_seed(&finished.lines).map(|seed| format!("seed {seed}"));
        ensure!(finished.success == seed.is_none(), "{}: {}", name(fault), finished.lines.join("\n"));
        Ok(seed)
    }

    /// The patched copy must build: a test that cannot run has noticed nothing.
    fn named_test(&self, fault: &Path, module: &str) -> Result<Option<String>> {
        let test = format!("{module}::{}", name(fault));
        let finished = finished(&mut self.test(&["--lib"], &test))?;
        let ran = |result: &str| finished.lines.iter().any(|line| line.contains(&format!("test {test} ... {result}")));
        ensure!(ran("ok") || ran("FAILED"), "{}: {}", name(fault), finished.lines.join("\n"));
        Ok(ran("FAILED").then_some(test))
    }

    fn test(&self, program: &[&str], test: &str) -> Command {
        let mut command = cargo(self.tree);
        command.args(["test", "--locked", "--package", LIBRARY]).args(program);
        command.args(["--", "--nocapture", test]).current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        command
    }
}

fn touched_files(patch: &str) -> Vec<String> {
    patch.lines().filter_map(|line| line.strip_prefix("+++ b/")).map(str::to_owned).collect()
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    // Written anew, not copied with its times: cargo sees by its time that a file is whole again.
    let content = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    fs::write(to, content).with_context(|| format!("cannot write {}", to.display()))
}

#[cfg(test)]
mod tests {
    use super::touched_files;

    #[test]
    fn a_patch_names_the_files_that_it_touches() {
        let patch = "--- a/src/a.rs\n+++ b/src/a.rs\n@@ -1 +1 @@\n-x\n+y\n--- a/src/b.rs\n+++ b/src/b.rs\n";
        assert_eq!(touched_files(patch), ["src/a.rs", "src/b.rs"]);
    }
}
