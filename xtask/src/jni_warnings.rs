// SPDX-License-Identifier: GPL-3.0-or-later
//! Finding the warnings of `-Xcheck:jni` that our library causes.
//!
//! The JVM writes them to the native standard output of the test JVM, followed by the Java stack. Surefire talks to
//! that JVM over the same output and puts what it does not understand line by line into `*.dumpstream` files, as
//! `… Stream '<line>'.`. The JVM's own libraries cause such warnings as well; the topmost Java frame tells whose
//! native code was running.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

const BEGINNINGS: [&str; 4] =
    ["WARNING in native method", "WARNING: JNI", "FATAL ERROR in native method", "Warning: SIG"];
const OUR_PACKAGE: &str = "mekhq.distributed.";
const PLATFORM_PACKAGES: [&str; 3] = ["java.", "jdk.", "sun."];

/// A warning and the Java stack below it, topmost frame first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JniWarning {
    pub message: String,
    pub stack: Vec<String>,
}

impl JniWarning {
    /// Ours if the native code was called by one of our classes, or ran while one of them loaded a library. Without
    /// a stack nobody else can be blamed.
    fn is_ours(&self) -> bool {
        let Some(top) = self.stack.first() else { return true };
        let loads_library = top.contains("NativeLibraries.load") || top.contains("NativeLibrary.load");
        let culprit = if loads_library {
            self.stack.iter().find(|frame| !PLATFORM_PACKAGES.iter().any(|package| frame.starts_with(package)))
        } else {
            Some(top)
        };
        culprit.is_some_and(|frame| frame.starts_with(OUR_PACKAGE))
    }
}

/// Our warnings among the lines that a JVM, or Maven on its behalf, printed.
pub fn find<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<JniWarning> {
    let mut warnings: Vec<JniWarning> = Vec::new();
    let mut in_stack = false;
    for line in lines {
        let frame = line.trim_start().strip_prefix("at ").filter(|_| line.starts_with([' ', '\t']));
        if let Some(start) = BEGINNINGS.iter().find_map(|beginning| line.find(beginning)) {
            warnings.push(JniWarning { message: line[start..].trim_end().to_owned(), stack: Vec::new() });
            in_stack = true;
        } else if let (Some(frame), true, Some(warning)) = (frame, in_stack, warnings.last_mut()) {
            warning.stack.push(frame.trim_end().to_owned());
        } else {
            in_stack = false;
        }
    }
    warnings.retain(JniWarning::is_ours);
    warnings
}

/// Our warnings in what Surefire set aside in all modules below `java`.
pub fn find_in_dumps(java: &Path) -> Result<Vec<JniWarning>> {
    let mut warnings = Vec::new();
    for file in dumps(java)? {
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let text = String::from_utf8_lossy(&bytes);
        warnings.extend(find(text.lines().filter_map(stream_line)));
    }
    Ok(warnings)
}

/// Removes what earlier runs left, so that their warnings are not counted again.
pub fn remove_dumps(java: &Path) -> Result<()> {
    for file in dumps(java)? {
        fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
    }
    Ok(())
}

fn stream_line(line: &str) -> Option<&str> {
    line.split_once("Stream '")?.1.strip_suffix("'.")
}

fn dumps(java: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for module in entries(java)? {
        let reports = entries(&module.join("target").join("surefire-reports"))?;
        files.extend(reports.into_iter().filter(|file| file.extension().is_some_and(|e| e == "dumpstream")));
    }
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.collect::<Result<Vec<_>, _>>()?.into_iter().map(|entry| entry.path()).collect()),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("cannot list {}", folder.display())),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{find, find_in_dumps, remove_dumps};

    const PENDING: &str = "WARNING in native method: JNI call made with exception pending";

    #[test]
    fn a_warning_below_one_of_our_natives_is_ours() {
        let text =
            format!("{PENDING}\n\tat mekhq.distributed.Native.close(Native Method)\n\tat a.B.c(B.java:3)\nafter");
        let warnings = find(text.lines());
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].message, PENDING);
        assert_eq!(warnings[0].stack, ["mekhq.distributed.Native.close(Native Method)", "a.B.c(B.java:3)"]);
    }

    #[test]
    fn a_warning_while_our_library_is_loaded_is_ours() {
        let text = "WARNING: JNI local refs: 33, exceeds capacity: 32
\tat jdk.internal.loader.NativeLibraries.load(java.base@17.0.15/Native Method)
\tat java.lang.System.load(java.base@17.0.15/System.java:1953)
\tat mekhq.distributed.NativeLibrary.load(NativeLibrary.java:40)";
        assert_eq!(find(text.lines()).len(), 1);
    }

    #[test]
    fn a_warning_of_the_platforms_own_natives_is_not_ours_even_when_our_code_called_them() {
        let text = format!(
            "{PENDING}\n\tat sun.nio.ch.Net.poll(java.base@17.0.15/Native Method)\n\tat mekhq.distributed.X.y(X.java:1)"
        );
        assert_eq!(find(text.lines()), []);
    }

    #[test]
    fn a_fatal_error_and_a_warning_without_stack_are_not_overlooked() {
        let text = "FATAL ERROR in native method: Bad global or local ref passed to JNI
\tat mekhq.distributed.Native.roster(Native Method)
Warning: SIGSEGV handler flags expected:SA_RESTART found:SA_SIGINFO";
        assert_eq!(find(text.lines()).len(), 2);
    }

    #[test]
    fn warnings_are_read_from_surefires_dumps_and_old_dumps_are_removed() {
        let java = tempfile::tempdir().unwrap();
        let reports = java.path().join("library").join("target").join("surefire-reports");
        fs::create_dir_all(&reports).unwrap();
        let entry =
            |line: &str| format!("# Created at 2026-01-01T00:00:00.1\nCorrupted channel … Stream '{line}'.\n\n");
        let dump = [PENDING, "\tat mekhq.distributed.Native.close(Native Method)"].map(entry).concat();
        fs::write(reports.join("x-jvmRun1.dumpstream"), dump).unwrap();
        assert_eq!(find_in_dumps(java.path()).unwrap().len(), 1);
        remove_dumps(java.path()).unwrap();
        assert_eq!(find_in_dumps(java.path()).unwrap(), []);
    }
}
