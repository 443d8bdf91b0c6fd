// SPDX-License-Identifier: GPL-3.0-or-later
//! Which fields of the contract have been reached: stood, with a value other than their default, in an input that the
//! library took.

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::contract::CONTRACT;

static REACHED: LazyLock<Vec<AtomicBool>> =
    LazyLock::new(|| (0..CONTRACT.field_count()).map(|_| AtomicBool::new(false)).collect());

/// Names a file that takes the full name of each field as it is first reached, a line each.
pub const REACHED_FILE: &str = "FUZZ_REACHED_FILE";

static REACHED_PATH: LazyLock<Option<std::ffi::OsString>> = LazyLock::new(|| std::env::var_os(REACHED_FILE));

/// An input with these fields was taken.
pub fn taken(places: &[usize]) {
    for &place in places {
        let first = !REACHED[place].load(Ordering::Relaxed) && !REACHED[place].swap(true, Ordering::Relaxed);
        if first && let (Some(path), Some(name)) = (&*REACHED_PATH, CONTRACT.fields_read().get(&place)) {
            let mut file = OpenOptions::new().create(true).append(true).open(path).expect("the file for coverage");
            writeln!(file, "{name}").expect("room for coverage");
        }
    }
}

/// The fields that no input has reached so far, by their full names.
pub fn missing() -> Vec<&'static str> {
    let read = CONTRACT.fields_read().into_iter();
    read.filter(|(place, _)| !REACHED[*place].load(Ordering::Relaxed)).map(|(_, name)| name).collect()
}
