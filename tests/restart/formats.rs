// SPDX-License-Identifier: GPL-3.0-or-later
//! Ledgers of other formats, opened as a starting host opens its own.
//!
//! `format-1.ledger` was written with format 1, from the play of this test program as it was then, and never changes.

use std::fs;
use std::path::Path;

use distributed_mekhq::ledger::{self, Begin, OpenError};
use distributed_mekhq::protocol::CampaignId;
use rusqlite::Connection;

use crate::identity;
use crate::model::Memory;

const FORMAT_1: &[u8] = include_bytes!("format-1.ledger");

fn open(folder: &Path) -> Result<ledger::Reopened, OpenError> {
    ledger::open(folder, identity().campaign, Begin::First)
}

fn format_of(file: &Path) -> i64 {
    let connection = Connection::open(file).expect("a database");
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a number")
}

#[test]
fn a_ledger_of_the_previous_format_is_upgraded_with_all_it_knows_and_a_backup_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(format!("{}.ledger", identity().campaign));
    fs::write(&file, FORMAT_1).expect("a file");
    let reopened = open(folder.path()).expect("it opens");
    assert_eq!(reopened.session, identity().session);
    let knows = Memory::rebuilt(&reopened.past, reopened.session);
    assert_eq!(knows, Memory::of(&reopened.past));
    assert_eq!(knows.teams().collect::<Vec<_>>(), [(1, 5), (2, 5), (3, 9)].map(|(n, t)| (CampaignId::from_u128(n), t)));
    drop(reopened);
    let backup = file.with_extension("ledger.v1.bak");
    assert_eq!((format_of(&backup), fs::read(&file).expect("a file") == FORMAT_1), (1, false));
}

#[test]
fn a_ledger_of_a_newer_format_is_refused_by_name_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(format!("{}.ledger", identity().campaign));
    fs::write(&file, FORMAT_1).expect("a file");
    let connection = Connection::open(&file).expect("a database");
    connection.pragma_update(None, "user_version", 99).expect("a setting");
    connection.close().expect("nothing is left to write");
    let before = fs::read(&file).expect("a file");
    let error = open(folder.path()).err().expect("it is newer");
    assert!(error.to_string().contains("format 99"), "{error}");
    assert_eq!(fs::read(&file).expect("a file"), before);
}
