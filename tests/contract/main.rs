// SPDX-License-Identifier: GPL-3.0-or-later

//! A message that has landed changes only in compatible ways (protocol.md section 1).
//!
//! `proto/contract.txt` lists what has landed. A difference between it and the proto files is either a break, which
//! fails with a sentence that names it, or an addition, which is committed by running this test once with
//! `UPDATE_CONTRACT=1`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod compare;
mod listing;
mod prototype;

use compare::{Differences, differences};
use listing::Contract;
use protox::prost_reflect::prost_types::FileDescriptorSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

const PACKAGE: &str = "mekhqonline";
const UPDATE: &str = "UPDATE_CONTRACT";

/// The contract as the proto files have it now.
fn compiled() -> Contract {
    let root = proto_folder();
    let mut files: Vec<_> = fs::read_dir(root.join(PACKAGE))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "proto"))
        .collect();
    files.sort();
    let set: FileDescriptorSet = protox::compile(files, [root]).unwrap();
    Contract::of(&set, PACKAGE)
}

fn proto_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("proto")
}

/// The text to commit, `None` where the committed one is good, or what is wrong, a sentence a line.
fn verdict(committed: &Contract, compiled: &Contract, update: bool) -> Result<Option<String>, String> {
    let Differences { breaks, additions } = differences(committed, compiled);
    if !breaks.is_empty() {
        return Err(breaks.join("\n"));
    }
    match (additions.is_empty(), update) {
        (true, _) => Ok(None),
        (false, true) => Ok(Some(compiled.to_string())),
        (false, false) => Err(additions.join("\n")),
    }
}

#[test]
fn what_has_landed_changes_only_in_compatible_ways() {
    let path = proto_folder().join("contract.txt");
    let committed = Contract::parse(&fs::read_to_string(&path).unwrap()).unwrap();
    let update = env::var(UPDATE).is_ok_and(|value| value == "1");
    match verdict(&committed, &compiled(), update) {
        Ok(Some(text)) => fs::write(&path, text).unwrap(),
        Ok(None) => {}
        Err(reasons) => panic!("proto/contract.txt and the proto files differ:\n{reasons}"),
    }
}

#[test]
fn an_update_writes_additions() {
    let (before, after) = (contract("message m.A\n"), contract("message m.A\n  1 id: string\n"));
    assert_eq!(verdict(&before, &after, true), Ok(Some(after.to_string())));
}

#[test]
fn an_update_writes_nothing_when_something_broke() {
    let (before, after) = (contract("message m.A\n"), contract("message m.B\n"));
    assert_eq!(verdict(&before, &after, true), Err("m.A was removed.".to_owned()));
}

#[test]
fn additions_fail_until_they_are_committed() {
    let (before, after) = (contract("message m.A\n"), contract("message m.A\n  1 id: string\n"));
    let reason = "m.A.id is not committed: run with UPDATE_CONTRACT=1.";
    assert_eq!(verdict(&before, &after, false), Err(reason.to_owned()));
    assert_eq!(verdict(&after, &after, false), Ok(None));
}

#[test]
fn the_bridge_to_java_is_no_part_of_the_contract() {
    let text = compiled().to_string();
    assert!(text.contains("message mekhqonline.ConnectionRequest\n"));
    assert!(!text.contains("bridge"));
}

/// Reads a listing typed in a test.
fn contract(text: &str) -> Contract {
    Contract::parse(text).unwrap()
}
