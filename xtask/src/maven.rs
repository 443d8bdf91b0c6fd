// SPDX-License-Identifier: GPL-3.0-or-later
//! Building and testing the Java side.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command::{command, echoed, run};
use crate::jni_warnings::{self, JniWarning};
use crate::surefire::{self, TestClass};
use crate::tools::Tools;
use crate::tree::Tree;

/// What a Maven run with tests showed.
#[derive(Clone, Debug)]
pub struct Tested {
    pub success: bool,
    /// In the order in which they ran.
    pub classes: Vec<TestClass>,
    /// Those of `-Xcheck:jni` that concern our library.
    pub jni_warnings: Vec<JniWarning>,
}

impl Tested {
    /// How many tests ran, passed or not.
    pub fn tests_run(&self) -> u64 {
        self.classes.iter().map(|class| class.counts.run).sum()
    }
}

/// Maven in the project's reactor, bound to one build of the native library.
pub struct Maven<'a> {
    tree: &'a Tree,
    tools: &'a Tools,
    library: &'a Path,
}

impl<'a> Maven<'a> {
    /// `library`: the native library that the tests load.
    pub fn new(tree: &'a Tree, tools: &'a Tools, library: &'a Path) -> Self {
        Self { tree, tools, library }
    }

    /// Packages a module and what it depends on, without running tests.
    pub fn package(&self, module: &str) -> Result<()> {
        run(self.command().args(["-q", "-pl", module, "-am", "package", "-DskipTests"]))
    }

    /// Compiles a module's tests with a profile, and writes the class path of what they depend on to a file.
    pub fn test_class_path(&self, module: &str, profile: &str, file: &Path) -> Result<()> {
        let mut command = self.command();
        command.args(["-q", "-P", profile, "-pl", module, "-am", "test-compile", "dependency:build-classpath"]);
        let mut output = OsString::from("-Dmdep.outputFile=");
        output.push(file);
        run(command.arg(output))
    }

    /// `verify` of every module; a module's failure does not keep the others from being tested.
    pub fn verify(&self) -> Result<Tested> {
        self.tested(self.command().args(["--fail-at-end", "verify"]))
    }

    /// The named test classes of a module alone, with system properties for the test JVM.
    pub fn test(&self, module: &str, classes: &[&str], properties: &[(&str, &str)]) -> Result<Tested> {
        let mut command = self.command();
        command.args(["-pl", module, "-am", "test", "-Dsurefire.failIfNoSpecifiedTests=false"]);
        command.arg(format!("-Dtest={}", classes.join(",")));
        command.args(properties.iter().map(|(name, value)| format!("-D{name}={value}")));
        self.tested(&mut command)
    }

    fn tested(&self, maven: &mut Command) -> Result<Tested> {
        jni_warnings::remove_dumps(&self.tree.java())?;
        let finished = echoed(maven)?;
        let mut jni_warnings = jni_warnings::find(finished.lines.iter().map(String::as_str));
        jni_warnings.extend(jni_warnings::find_in_dumps(&self.tree.java())?);
        Ok(Tested { success: finished.success, classes: surefire::classes(&finished.lines), jni_warnings })
    }

    fn command(&self) -> Command {
        let mut maven = command(&self.tools.maven);
        maven.current_dir(self.tree.root()).args(["-B", "-Dstyle.color=never", "-f"]);
        maven.arg(Path::new("java").join("pom.xml"));
        // As one argument, so that a path with spaces stays whole.
        let mut library = OsString::from("-Ddistributed.mekhq.library=");
        library.push(self.library);
        maven.arg(library);
        maven
    }
}
