// SPDX-License-Identifier: GPL-3.0-or-later
//! One program for all targets, under libFuzzer. `cargo xtask fuzz` builds and runs it; see there for the variables.
#![no_main]

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use std::{env, fs};

use distributed_mekhq_fuzz::contract::CONTRACT;
use distributed_mekhq_fuzz::seeds;
use distributed_mekhq_fuzz::targets::{Run, TARGETS};

/// An input that takes longer counts as one that hangs. libFuzzer's own watch ends one that never returns.
const HANG: Duration = Duration::from_secs(1);

static TARGET: OnceLock<Run> = OnceLock::new();

/// `FUZZ_TARGET` names the target. `FUZZ_SEEDS` names a folder for what it begins with, `FUZZ_FIELDS` a file for the
/// names of all fields that there are to reach; both are written before libFuzzer looks for its inputs.
fn begin() {
    let name = env::var("FUZZ_TARGET").expect("FUZZ_TARGET names a target");
    let found = TARGETS.iter().find(|(known, _)| *known == name);
    TARGET.get_or_init(|| found.unwrap_or_else(|| panic!("there is no target {name}")).1);
    if let Some(folder) = env::var_os("FUZZ_SEEDS").map(PathBuf::from) {
        for (number, seed) in seeds::of(&name).into_iter().enumerate() {
            fs::write(folder.join(format!("seed-{number}")), seed).expect("the seeds' folder");
        }
    }
    if let Some(file) = env::var_os("FUZZ_FIELDS") {
        let fields: Vec<_> = CONTRACT.fields_read().into_values().collect();
        fs::write(file, fields.join("\n")).expect("the file of fields");
    }
}

fn time(data: &[u8]) -> Duration {
    let begin = Instant::now();
    TARGET.get().expect("begun")(data);
    begin.elapsed()
}

// Where the computer was busy with something else, the same input is quick the second time.
libfuzzer_sys::fuzz_target!(init: begin(), |data: &[u8]| {
    let elapsed = time(data);
    if elapsed > HANG {
        let again = time(data);
        assert!(again <= HANG, "an input took {elapsed:?}, and {again:?} once more");
        eprintln!("an input took {elapsed:?}, but {again:?} once more: the computer was busy");
    }
});
