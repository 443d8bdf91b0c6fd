// SPDX-License-Identifier: GPL-3.0-or-later
//! Reading what Maven Surefire prints about test classes.

use crate::figures::Figures;

/// A JUnit class as it ran, together with the classes nested in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestClass {
    /// With its package.
    pub name: String,
    /// Sums over itself and its nested classes.
    pub counts: Counts,
    /// How many of them began without an end, as when their JVM died.
    unended: usize,
    /// What they printed as `figure <name>: <value>`.
    pub figures: Figures,
}

/// Surefire's summary of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub run: u64,
    pub failures: u64,
    pub errors: u64,
    pub skipped: u64,
}

impl TestClass {
    /// The name without its package.
    pub fn simple_name(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or(&self.name)
    }

    /// Why the class proves nothing; `None` when every one of its tests ran and passed.
    pub fn shortcoming(&self) -> Option<String> {
        let name = self.simple_name();
        let Counts { run, failures, errors, skipped } = self.counts;
        if self.unended > 0 {
            Some(format!("{name} did not end"))
        } else if run == 0 {
            Some(format!("{name} ran no test"))
        } else if failures + errors + skipped > 0 {
            Some(format!("{name}: {failures} failed, {errors} broke, {skipped} were skipped of {run} tests"))
        } else {
            None
        }
    }
}

/// The classes that ran, each with the figures printed between its first and its last line.
pub fn classes(lines: &[String]) -> Vec<TestClass> {
    let mut classes: Vec<TestClass> = Vec::new();
    let mut running = None;
    for line in lines {
        if let Some(name) = line.strip_prefix("[INFO] Running ") {
            let index = position(&mut classes, outermost(name));
            classes[index].unended += 1;
            running = Some(index);
        } else if let Some((name, counts)) = summary(line) {
            let index = position(&mut classes, outermost(name));
            classes[index].end(counts);
        } else if let Some(index) = running {
            classes[index].figures.add_line(line);
        }
    }
    classes
}

impl TestClass {
    fn end(&mut self, counts: Counts) {
        self.unended = self.unended.saturating_sub(1);
        self.counts.run += counts.run;
        self.counts.failures += counts.failures;
        self.counts.errors += counts.errors;
        self.counts.skipped += counts.skipped;
    }
}

fn outermost(name: &str) -> &str {
    name.trim().split('$').next().unwrap_or(name)
}

fn position(classes: &mut Vec<TestClass>, name: &str) -> usize {
    classes.iter().position(|class| class.name == name).unwrap_or_else(|| {
        classes.push(TestClass { name: name.to_owned(), ..TestClass::default() });
        classes.len() - 1
    })
}

/// `[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.2 s -- in mekhq.distributed.RacesTest`,
/// with another level and `<<< FAILURE!` when tests failed.
fn summary(line: &str) -> Option<(&str, Counts)> {
    let (_, rest) = line.split_once("Tests run: ")?;
    let (numbers, name) = rest.split_once("- in ")?;
    let mut counts = numbers.split(", ").map(|part| {
        let number = part.trim_end_matches([' ', '-']).rsplit(' ').next()?;
        number.parse::<u64>().ok()
    });
    let mut next = || counts.next().flatten();
    let counts = Counts { run: next()?, failures: next()?, errors: next()?, skipped: next()? };
    Some((name.trim(), counts))
}

#[cfg(test)]
mod tests {
    use super::{Counts, TestClass, classes};
    use crate::figures::Figures;

    fn parsed(text: &str) -> Vec<TestClass> {
        classes(&text.lines().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_class_has_its_counts_and_the_figures_printed_while_it_ran() {
        let text = "\
[INFO] Running mekhq.distributed.CloseTest
figure close ms: 12
[INFO] Tests run: 3, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.2 s -- in mekhq.distributed.CloseTest
[INFO] Running mekhq.distributed.RacesTest
[ERROR] Tests run: 2, Failures: 1, Errors: 0, Skipped: 0, 1 s <<< FAILURE! -- in mekhq.distributed.RacesTest
[INFO] Tests run: 5, Failures: 1, Errors: 0, Skipped: 0";
        let mut figures = Figures::default();
        figures.add("close ms", 12);
        let classes = parsed(text);
        assert_eq!(classes.len(), 2);
        assert_eq!(classes[0].counts, Counts { run: 3, ..Counts::default() });
        assert_eq!(classes[0].figures, figures);
        assert_eq!(classes[0].shortcoming(), None);
        assert_eq!(classes[1].simple_name(), "RacesTest");
        assert_eq!(
            classes[1].shortcoming().as_deref(),
            Some("RacesTest: 1 failed, 0 broke, 0 were skipped of 2 tests")
        );
    }

    #[test]
    fn a_class_whose_jvm_died_or_that_ran_nothing_proves_nothing() {
        let died = parsed("[INFO] Running a.B\n# A fatal error has been detected by the Java Runtime Environment:");
        assert_eq!(died[0].shortcoming().as_deref(), Some("B did not end"));
        let empty = parsed("[INFO] Running a.B\n[INFO] Tests run: 0, Failures: 0, Errors: 0, Skipped: 0 - in a.B");
        assert_eq!(empty[0].shortcoming().as_deref(), Some("B ran no test"));
    }

    #[test]
    fn nested_classes_count_for_the_class_around_them() {
        let text = "\
[INFO] Running a.B
[INFO] Running a.B$WhenClosed
figure nested: 1
[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.021 s -- in a.B$WhenClosed
[INFO] Tests run: 0, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.188 s -- in a.B";
        let classes = parsed(text);
        assert_eq!(classes.len(), 1);
        assert_eq!(classes[0].counts.run, 2);
        assert_eq!(classes[0].shortcoming(), None);
        assert_ne!(classes[0].figures, Figures::default());
    }

    #[test]
    fn a_skipped_test_is_not_a_passed_one() {
        let text = "[INFO] Running a.B\n[WARNING] Tests run: 2, Failures: 0, Errors: 0, Skipped: 1 -- in a.B";
        assert!(parsed(text)[0].shortcoming().is_some());
    }
}
