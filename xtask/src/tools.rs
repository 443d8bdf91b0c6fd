// SPDX-License-Identifier: GPL-3.0-or-later
//! The programs that have to be on the computer before anything starts.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::command::{command, quiet};

const JAVA_MIN: &[u32] = &[17];
const MAVEN_MIN: &[u32] = &[3, 8];

/// Programs that were found and are new enough.
#[derive(Clone, Debug)]
pub struct Tools {
    pub java: PathBuf,
    pub maven: PathBuf,
}

impl Tools {
    /// Finds a JDK (by `JAVA_HOME`, then `PATH`) and Maven, or names everything that is missing.
    pub fn find() -> Result<Self> {
        let mut missing = Vec::new();
        let java = checked(java_program("java"), "-version", JAVA_MIN, "java of a JDK 17 or later", &mut missing);
        checked(java_program("javac"), "-version", JAVA_MIN, "javac of a JDK 17 or later", &mut missing);
        let maven = checked(which::which("mvn").ok(), "--version", MAVEN_MIN, "Maven 3.8 or later", &mut missing);
        match (java, maven) {
            (Some(java), Some(maven)) if missing.is_empty() => Ok(Self { java, maven }),
            _ => bail!(
                "this computer lacks what the project is built with:\n  {}\n\
                 Java is looked for in JAVA_HOME, then in PATH; Maven (mvn) in PATH.",
                missing.join("\n  ")
            ),
        }
    }
}

fn java_program(name: &str) -> Option<PathBuf> {
    match env::var_os("JAVA_HOME").filter(|home| !home.is_empty()) {
        Some(home) => which::which_in(name, Some(Path::new(&home).join("bin")), ".").ok(),
        None => which::which(name).ok(),
    }
}

fn checked(
    program: Option<PathBuf>,
    version_option: &str,
    least: &[u32],
    wanted: &str,
    missing: &mut Vec<String>,
) -> Option<PathBuf> {
    let Some(program) = program else {
        missing.push(format!("{wanted}: not found"));
        return None;
    };
    let answer = quiet(command(&program).arg(version_option)).unwrap_or_default();
    match first_version(&answer) {
        Some(version) if version.as_slice() >= least => Some(program),
        Some(version) => {
            missing.push(format!("{wanted}: {} is version {}", program.display(), dotted(&version)));
            None
        }
        None => {
            missing.push(format!("{wanted}: {} does not tell its version", program.display()));
            None
        }
    }
}

fn dotted(version: &[u32]) -> String {
    version.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
}

/// The first version number in what a program says about itself, for example 17.0.15 or 3.8.7. Old Java says 1.8
/// where it means 8.
fn first_version(text: &str) -> Option<Vec<u32>> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || ".-+_".contains(c)));
    words.filter(|word| is_version(word)).find_map(|word| {
        let numbers: Vec<u32> =
            word.split(|c: char| !c.is_ascii_digit()).map_while(|number| number.parse().ok()).collect();
        match numbers.as_slice() {
            [] => None,
            [1, rest @ ..] if !rest.is_empty() => Some(rest.to_vec()),
            _ => Some(numbers),
        }
    })
}

/// Tells a version from what a terminal's colour codes leave behind, such as `1mApache`.
fn is_version(word: &str) -> bool {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < word.len() && !rest.starts_with(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::first_version;

    #[test]
    fn versions_are_read_from_what_java_and_maven_print() {
        let cases: [(&str, &[u32]); 6] = [
            ("openjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime Environment", &[17, 0, 15]),
            ("openjdk version \"21\" 2023-09-19", &[21]),
            ("java version \"1.8.0_392\"", &[8, 0, 392]),
            ("javac 25-ea", &[25]),
            ("\u{1b}[1mApache Maven 3.8.7\u{1b}[m\nMaven home: /usr/share/maven", &[3, 8, 7]),
            ("Picked up JAVA_TOOL_OPTIONS: -Dx=y\nopenjdk version \"17.0.1\"", &[17, 0, 1]),
        ];
        for (text, expected) in cases {
            assert_eq!(first_version(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(first_version("no number here"), None);
    }
}
