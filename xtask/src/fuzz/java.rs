// SPDX-License-Identifier: GPL-3.0-or-later
//! The save reader, which is Java, under Jazzer.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::{Folder, executed, options};
use crate::command::{command, finished, shown};
use crate::figures::Figures;
use crate::maven::Maven;
use crate::tools::Tools;
use crate::tree::Tree;

const TARGET: &str = "save";

/// The class with `fuzzerTestOneInput`.
const FUZZER: &str = "mekhq.distributed.companion.save.SaveReaderFuzzer";

/// What Jazzer watches for coverage: our reader and the XML parser behind it.
const INSTRUMENTED: &str = "mekhq.distributed.companion.save.**:com.ctc.wstx.**";

/// Feeds the save reader with as many inputs.
pub fn run(tree: &Tree, tools: &Tools, folder: &Folder, inputs: u64) -> Result<Figures> {
    folder.prepare(TARGET)?;
    for entry in fs::read_dir(tree.sample(""))? {
        let path = entry?.path();
        let name = path.file_name().context("a file has a name")?;
        fs::copy(&path, folder.seeds(TARGET).join(name))?;
    }
    let class_path = class_path(tree, tools, folder)?;
    let mut jazzer = command(&tools.java);
    // No library of ours is loaded here, so the name of its file does not matter.
    jazzer.current_dir(tree.root()).arg("-Xmx1g").arg("-cp").arg(class_path).arg("com.code_intelligence.jazzer.Jazzer");
    jazzer.arg(format!("--target_class={FUZZER}")).arg(format!("--instrumentation_includes={INSTRUMENTED}"));
    jazzer.arg(format!("--reproducer_path={}", folder.artifacts(TARGET).display()));
    jazzer.args(options(folder, TARGET, inputs)).args([folder.corpus(TARGET), folder.seeds(TARGET)]);
    println!("$ {}", shown(&jazzer).replace(&*class_path_of(&jazzer), "…"));
    let executed = executed(TARGET, folder, &finished(&mut jazzer)?)?;
    let mut figures = Figures::default();
    figures.add("inputs of save", executed);
    Ok(figures)
}

fn class_path_of(jazzer: &std::process::Command) -> String {
    jazzer.get_args().nth(2).map(|path| path.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Compiles the companion's tests and asks Maven what they need, Jazzer included.
fn class_path(tree: &Tree, tools: &Tools, folder: &Folder) -> Result<String> {
    let file = folder.0.join("class-path.txt");
    Maven::new(tree, tools, Path::new("none")).test_class_path("companion", "fuzz", &file)?;
    let dependencies = fs::read_to_string(&file).context("Maven wrote no class path")?;
    let module = tree.java().join("companion").join("target");
    let own = [module.join("test-classes"), module.join("classes")];
    let parts = own.into_iter().chain(std::env::split_paths(dependencies.trim()));
    Ok(std::env::join_paths(parts)?.to_string_lossy().into_owned())
}
