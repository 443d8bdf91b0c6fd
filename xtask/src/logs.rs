// SPDX-License-Identifier: GPL-3.0-or-later
//! Looks through everything that the tests made the library log, on both sides and on all levels, for what must not
//! stand in a log. Both suites write their records to files.
//!
//! Tests plant what is looked for: passwords have a key in them, texts that a player made a fox. Tokens and campaign
//! keys are recognised by their 64 hexadecimal digits, or by their 32 bytes as a list of decimal numbers.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::cargo;
use crate::figures::Figures;
use crate::tree::Tree;

/// In passwords of tests.
const SECRET: char = '🗝';

/// In names, locations, reasons and other texts of tests.
const PLAYER_TEXT: char = '🦊';

/// Digits of a token or a key.
const SECRET_DIGITS: usize = 64;

/// Bytes of a token or a key.
const SECRET_BYTES: usize = SECRET_DIGITS / 2;

/// Removes what earlier runs left.
pub fn remove(tree: &Tree) -> Result<()> {
    for file in files(tree)? {
        fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
    }
    Ok(())
}

/// Fails when a line holds what it must not, naming file and line but not repeating it.
pub fn scan(tree: &Tree) -> Result<Figures> {
    let mut lines = 0;
    let mut found = Vec::new();
    let files = files(tree)?;
    for file in &files {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        lines += text.lines().count();
        found.extend(findings(&text).map(|(line, what)| format!("{}:{line}: {what}", file.display())));
    }
    found.iter().for_each(|finding| println!("{finding}"));
    ensure!(lines > 0, "the tests have logged nothing, so nothing could be looked through");
    ensure!(found.is_empty(), "{} log lines hold what no log may hold", found.len());
    let mut figures = Figures::default();
    figures.add("log files looked through", files.len());
    figures.add("log lines looked through", lines);
    Ok(figures)
}

/// Lines by number, counted from 1, and what stands in them.
fn findings(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    (1..).zip(text.lines()).filter_map(|(number, line)| finding(line).map(|what| (number, what)))
}

fn finding(line: &str) -> Option<&'static str> {
    if line.contains(SECRET) {
        return Some("a password");
    }
    if line.contains(PLAYER_TEXT) {
        return Some("a player's text");
    }
    let longest = line.split(|letter: char| !letter.is_ascii_hexdigit()).map(str::len).max();
    (longest >= Some(SECRET_DIGITS) || lists_bytes(line)).then_some("a token or a key")
}

/// As `Debug` writes bytes, or Java an array. The first and the last of a list may touch other text.
fn lists_bytes(line: &str) -> bool {
    let numbers = line.split(',').map(|part| part.trim().trim_start_matches('-'));
    let lengths = numbers.scan(0, |length, part| {
        *length = if (1..=3).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit()) {
            *length + 1
        } else {
            0
        };
        Some(*length)
    });
    lengths.max() >= Some(SECRET_BYTES - 2)
}

fn files(tree: &Tree) -> Result<Vec<PathBuf>> {
    let rust = cargo::target_folder(tree)?.join("tmp").join("suite-logs");
    let mut found = children(&rust)?;
    for module in children(&tree.java())? {
        let logs = children(&module.join("target"))?.into_iter().filter(|file| is_suite_log(file));
        found.extend(logs);
    }
    Ok(found)
}

fn is_suite_log(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with("suite-log-") && name.ends_with(".xml")
}

/// What lies in a folder; nothing where there is none.
fn children(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::findings;

    #[test]
    fn secrets_and_players_texts_are_found_and_line_by_line() {
        let text = format!(
            "INFO distributed_mekhq::net: port=3000\n<message>geheim 🗝</message>\nCompany 7 🦊\ntoken={}\n{}\nkey={:?}\n\
             {:?}\n<message>[{}]</message>",
            "a5".repeat(32),
            "a5".repeat(31),
            [165_u8; 32],
            [165_u8; 31],
            ["-91"; 32].join(", ")
        );
        let found: Vec<_> = findings(&text).collect();
        let secret = "a token or a key";
        assert_eq!(found, [(2, "a password"), (3, "a player's text"), (4, secret), (6, secret), (8, secret)]);
    }
}
