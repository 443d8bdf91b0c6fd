// SPDX-License-Identifier: GPL-3.0-or-later
//! Building and testing the Rust side.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::command::{Finished, echoed, quiet, shown};
use crate::tree::Tree;

/// The native library's name in Cargo.
pub const LIBRARY: &str = "distributed_mekhq";

/// With debug information and test hooks, or as players get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    Debug,
    Release,
}

/// Builds the native library and says where it lies.
pub fn build_library(tree: &Tree, profile: Profile) -> Result<PathBuf> {
    build(tree, profile, &["--lib"], LIBRARY)
}

/// Builds an example that is a native library of its own and says where it lies.
pub fn build_example(tree: &Tree, profile: Profile, name: &str) -> Result<PathBuf> {
    build(tree, profile, &["--example", name], name)
}

/// `cargo test --workspace`, shown as it runs.
pub fn test(tree: &Tree) -> Result<Finished> {
    echoed(cargo(tree).args(["test", "--workspace", "--no-fail-fast", "--locked"]))
}

/// The folder that cargo builds into, wherever it was set.
pub fn target_folder(tree: &Tree) -> Result<PathBuf> {
    let text = quiet(cargo(tree).args(["metadata", "--no-deps", "--offline", "--format-version=1"]))?;
    let line = text.lines().find(|line| line.starts_with('{')).context("cargo gave no metadata")?;
    let metadata: Value = serde_json::from_str(line)?;
    metadata["target_directory"].as_str().map(PathBuf::from).context("cargo's metadata names no folder")
}

/// A cargo command in the tree.
pub fn cargo(tree: &Tree) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(tree.root());
    command
}

fn build(tree: &Tree, profile: Profile, target: &[&str], name: &str) -> Result<PathBuf> {
    let mut command = cargo(tree);
    command.args(["build", "--locked", "--package", LIBRARY]).args(target);
    if profile == Profile::Release {
        command.arg("--release");
    }
    println!("$ {}", shown(&command));
    let output = command
        .arg("--message-format=json-render-diagnostics")
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start cargo")?;
    ensure!(output.status.success(), "the native library does not build");
    let messages = String::from_utf8(output.stdout).context("cargo's messages are not UTF-8")?;
    dynamic_library(&messages, name).with_context(|| format!("cargo named no dynamic library for {name}"))
}

/// The folder that cargo builds into may be set in several places; cargo's own messages name the file.
fn dynamic_library(messages: &str, name: &str) -> Option<PathBuf> {
    let artifacts = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let files = artifacts
        .filter(|message| message["reason"] == "compiler-artifact" && message["target"]["name"] == name)
        .filter_map(|message| message["filenames"].as_array().cloned())
        .flatten();
    let paths = files.filter_map(|file| file.as_str().map(PathBuf::from));
    paths.into_iter().find(|path| has_library_extension(path))
}

fn has_library_extension(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == env::consts::DLL_EXTENSION)
}

/// How many tests cargo's output says have passed.
pub fn tests_passed(lines: &[String]) -> u64 {
    let counts = lines.iter().filter_map(|line| {
        let (_, rest) = line.split_once("test result: ")?.1.split_once(". ")?;
        rest.split_once(" passed")?.0.parse::<u64>().ok()
    });
    counts.sum()
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::path::PathBuf;

    use super::{dynamic_library, tests_passed};

    #[test]
    fn the_dynamic_library_is_found_among_cargos_messages() {
        let library = format!("/t/debug/libdistributed_mekhq.{}", env::consts::DLL_EXTENSION);
        let messages = format!(
            r#"{{"reason":"compiler-artifact","target":{{"name":"tonic"}},"filenames":["/t/libtonic.so"]}}
{{"reason":"compiler-artifact","target":{{"name":"distributed_mekhq"}},"filenames":["/t/a.rlib","{library}"]}}
{{"reason":"build-finished","success":true}}"#
        );
        assert_eq!(dynamic_library(&messages, "distributed_mekhq"), Some(PathBuf::from(library)));
        assert_eq!(dynamic_library(&messages, "jni_baseline"), None);
    }

    #[test]
    fn passed_tests_of_all_programs_are_summed_whether_or_not_others_failed() {
        let lines =
            ["test result: ok. 41 passed; 0 failed", "test x ... ok", "test result: FAILED. 1 passed; 2 failed"];
        assert_eq!(tests_passed(&lines.map(str::to_owned)), 42);
    }
}
