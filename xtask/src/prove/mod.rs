// SPDX-License-Identifier: GPL-3.0-or-later
//! The evidence: each claim of the project is a named proof. One file per room holds its proofs.
//!
//! A proof is made of pieces of evidence and passes when all of them hold. In the reduced form, JUnit evidence is
//! taken from a run of the whole suite where there has been one, so that nothing runs twice; in the full form its
//! classes run alone, with the numbers claimed.

mod belong;
mod calendar;
mod clean_clone;
mod foundation;
mod settlement;
mod settlement_kill;

use std::cell::OnceCell;

use anyhow::{Context, Result, bail, ensure};

use crate::cargo::{self, Profile};
use crate::figures::Figures;
use crate::maven::{Maven, Tested};
use crate::tools::Tools;
use crate::tree::Tree;

/// With which numbers a proof runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Small numbers, for every test run.
    Reduced,
    /// The numbers claimed.
    Full,
}

/// A claim and what speaks for it.
pub struct Proof {
    /// Room and claim, for example `foundation.close`.
    pub name: &'static str,
    /// One sentence: what holds when the proof passes, in its full form.
    pub claim: &'static str,
    pub evidence: &'static [Evidence],
}

/// One piece of evidence.
pub enum Evidence {
    /// Test classes of one Maven module.
    JUnit {
        module: &'static str,
        /// Without packages.
        classes: &'static [&'static str],
        /// System properties that set the numbers claimed.
        full: &'static [(&'static str, &'static str)],
    },
    /// The whole JUnit suite passes under `-Xcheck:jni` and our library causes none of its warnings.
    NoJniWarnings,
    /// Anything else.
    Own(fn(&Scene, Form) -> Result<Figures>),
}

/// What proofs work on, and what has been run for them so far.
pub struct Scene<'a> {
    pub tree: &'a Tree,
    pub tools: &'a Tools,
    suite: OnceCell<Tested>,
}

fn proofs() -> impl Iterator<Item = &'static Proof> {
    [foundation::PROOFS, calendar::PROOFS, belong::PROOFS, settlement::PROOFS].into_iter().flatten()
}

/// Prints the name and the claim of every proof.
pub fn list() {
    for proof in proofs() {
        println!("{}\n    {}", proof.name, proof.claim);
    }
}

/// Runs the named proofs, or all of them, and fails when one of them does.
pub fn run(tree: &Tree, tools: &Tools, names: &[String], full: bool) -> Result<Figures> {
    let form = if full { Form::Full } else { Form::Reduced };
    let chosen = chosen(names)?;
    let scene = Scene::new(tree, tools);
    if form == Form::Reduced && chosen.len() > 1 {
        scene.suite()?;
    }
    let failed: Vec<_> = chosen.iter().filter(|proof| !scene.judge(proof, form)).map(|proof| proof.name).collect();
    let mut figures = Figures::default();
    figures.add("proofs", chosen.len());
    figures.add("proofs passed", chosen.len() - failed.len());
    if failed.is_empty() {
        return Ok(figures);
    }
    figures.print();
    bail!("not proved: {}", failed.join(", "))
}

fn chosen(names: &[String]) -> Result<Vec<&'static Proof>> {
    if names.is_empty() {
        return Ok(proofs().collect());
    }
    let find = |name: &String| {
        let found = proofs().find(|proof| proof.name == name.as_str());
        found.with_context(|| format!("there is no proof {name}; `cargo xtask prove --list` names them"))
    };
    names.iter().map(find).collect()
}

impl<'a> Scene<'a> {
    /// A scene in which nothing has been run yet.
    pub fn new(tree: &'a Tree, tools: &'a Tools) -> Self {
        Self { tree, tools, suite: OnceCell::new() }
    }

    /// A scene in which the whole JUnit suite has been run already.
    pub fn after_suite(tree: &'a Tree, tools: &'a Tools, suite: Tested) -> Self {
        Self { tree, tools, suite: OnceCell::from(suite) }
    }

    /// The reduced form of every proof: its name, and whether it passed.
    pub fn judge_all(&self) -> Vec<(&'static str, bool)> {
        proofs().map(|proof| (proof.name, self.judge(proof, Form::Reduced))).collect()
    }

    /// Prints the verdict and its figures. Whether the proof passed.
    fn judge(&self, proof: &Proof, form: Form) -> bool {
        let mut figures = Figures::default();
        let mut passed = true;
        for evidence in proof.evidence {
            match self.look_at(evidence, form) {
                Ok(more) => figures.extend(more),
                Err(error) => {
                    passed = false;
                    println!("{}: {error:#}", proof.name);
                }
            }
        }
        println!("{} {}", proof.name, if passed { "PASS" } else { "FAIL" });
        figures.print();
        passed
    }

    fn look_at(&self, evidence: &Evidence, form: Form) -> Result<Figures> {
        match evidence {
            Evidence::Own(prove) => prove(self, form),
            Evidence::NoJniWarnings => without_warnings(self.suite()?),
            Evidence::JUnit { classes, .. } if form == Form::Reduced && self.suite.get().is_some() => {
                all_passed(self.suite()?, classes)
            }
            Evidence::JUnit { module, classes, full } => {
                let properties = if form == Form::Full { *full } else { &[] };
                let library = cargo::build_library(self.tree, Profile::Debug)?;
                let tested = Maven::new(self.tree, self.tools, &library).test(module, classes, properties)?;
                let figures = all_passed(&tested, classes)?;
                ensure!(tested.success, "Maven failed although the tests passed");
                no_warnings(&tested)?;
                Ok(figures)
            }
        }
    }

    /// The run of the whole JUnit suite, run now if it has not been.
    fn suite(&self) -> Result<&Tested> {
        if let Some(suite) = self.suite.get() {
            return Ok(suite);
        }
        let library = cargo::build_library(self.tree, Profile::Debug)?;
        let tested = Maven::new(self.tree, self.tools, &library).verify()?;
        Ok(self.suite.get_or_init(|| tested))
    }
}

fn all_passed(tested: &Tested, names: &[&str]) -> Result<Figures> {
    let mut figures = Figures::default();
    for name in names {
        let class = tested.classes.iter().find(|class| class.simple_name() == *name);
        let class = class.with_context(|| format!("{name} did not run"))?;
        if let Some(shortcoming) = class.shortcoming() {
            bail!(shortcoming);
        }
        figures.extend(class.figures.clone());
    }
    Ok(figures)
}

fn without_warnings(suite: &Tested) -> Result<Figures> {
    no_warnings(suite)?;
    ensure!(suite.success, "the JUnit suite failed");
    let tests = suite.tests_run();
    ensure!(tests > 0, "the JUnit suite ran no test");
    let mut figures = Figures::default();
    figures.add("tests under -Xcheck:jni", tests);
    figures.add("warnings of -Xcheck:jni", suite.jni_warnings.len());
    Ok(figures)
}

fn no_warnings(tested: &Tested) -> Result<()> {
    for warning in &tested.jni_warnings {
        println!("{}", warning.message);
        warning.stack.iter().for_each(|frame| println!("    at {frame}"));
    }
    ensure!(tested.jni_warnings.is_empty(), "-Xcheck:jni warned {} times", tested.jni_warnings.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{all_passed, chosen, proofs, without_warnings};
    use crate::jni_warnings::JniWarning;
    use crate::maven::Tested;
    use crate::surefire;

    fn tested(text: &str, warnings: usize) -> Tested {
        let warning = JniWarning { message: "WARNING in native method".to_owned(), stack: Vec::new() };
        let lines: Vec<_> = text.lines().map(str::to_owned).collect();
        Tested { success: true, classes: surefire::classes(&lines), jni_warnings: vec![warning; warnings] }
    }

    const ONE: &str = "[INFO] Running a.CloseTest\n\
        [INFO] Tests run: 1, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s -- in a.CloseTest";

    #[test]
    fn a_class_that_did_not_run_proves_nothing() {
        assert!(all_passed(&tested(ONE, 0), &["CloseTest"]).is_ok());
        assert!(all_passed(&tested(ONE, 0), &["CloseTest", "RacesTest"]).is_err());
    }

    #[test]
    fn one_warning_of_ours_fails_the_suite() {
        assert!(without_warnings(&tested(ONE, 0)).is_ok());
        assert!(without_warnings(&tested(ONE, 1)).is_err());
        assert!(without_warnings(&tested("", 0)).is_err());
    }

    #[test]
    fn proofs_are_chosen_by_name_and_an_unknown_name_is_an_error() {
        assert_eq!(chosen(&[]).unwrap().len(), proofs().count());
        assert_eq!(chosen(&["foundation.close".to_owned()]).unwrap().len(), 1);
        assert!(chosen(&["foundation.clsoe".to_owned()]).is_err());
    }

    #[test]
    fn names_of_proofs_are_unique_and_name_their_room() {
        let mut names: Vec<_> = proofs().map(|proof| proof.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), proofs().count());
        assert!(
            names
                .iter()
                .all(|name| name.split_once('.').is_some_and(|(room, claim)| !room.is_empty() && !claim.is_empty()))
        );
    }
}
