// SPDX-License-Identifier: GPL-3.0-or-later
//! `cargo xtask demo`: campaigns in JVMs of their own share a session on this computer.

mod scenes;
mod stage;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use self::stage::Stage;
use crate::cargo::{self, Profile};
use crate::command::command;
use crate::figures::Figures;
use crate::maven::Maven;
use crate::tools::Tools;
use crate::tree::{Tree, VERSION};

/// How long the play may take once everything is built; then everything is ended and the demo fails.
const LIMIT: Duration = Duration::from_secs(5 * 60);

/// Builds library and companion, and plays.
pub fn run(tree: &Tree, tools: &Tools) -> Result<Figures> {
    let library = cargo::build_library(tree, Profile::Debug)?;
    Maven::new(tree, tools, &library).package("companion")?;
    let jar = tree.jar("companion", &format!("distributed-mekhq-companion-{VERSION}-all.jar"));
    ensure!(jar.is_file(), "Maven built no {}", jar.display());

    let data = tempfile::tempdir()?;
    let theatre = Theatre { data, java: &tools.java, library: &library, jar: &jar, tree };
    let begin = Instant::now();
    let mut stage = Stage::new(LIMIT);
    let scenes = scenes::play(&theatre, &mut stage)?;
    let mut figures = Figures::default();
    figures.add("demo scenes", scenes);
    figures.add("demo lines", stage.lines_heard());
    figures.add("demo ms", begin.elapsed().as_millis());
    Ok(figures)
}

/// What it takes to start a companion.
struct Theatre<'a> {
    /// Nothing of the play stays in the user's own folder.
    data: TempDir,
    java: &'a Path,
    library: &'a Path,
    jar: &'a Path,
    tree: &'a Tree,
}

impl Theatre<'_> {
    /// The companion in a JVM of its own.
    fn companion(&self, arguments: &[&str]) -> Command {
        let mut java = command(self.java);
        let mut library = OsString::from("-Ddistributed.mekhq.library=");
        library.push(self.library);
        let mut data = OsString::from("-Ddistributed.mekhq.data=");
        data.push(self.data.path());
        java.arg(library).arg(data).arg("-jar").arg(self.jar).args(arguments).current_dir(self.tree.root());
        java
    }

    /// A copy of a sample, since a companion keeps a memento beside the save.
    fn save(&self, name: &str) -> Result<PathBuf> {
        let copy = self.data.path().join(name);
        fs::copy(self.tree.sample(name), &copy).with_context(|| format!("cannot copy {name}"))?;
        Ok(copy)
    }
}
