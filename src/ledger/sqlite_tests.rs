// SPDX-License-Identifier: GPL-3.0-or-later
//! A ledger's file: made once, opened by one, upgraded, refused by name, backed up.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};
use tempfile::TempDir;
use uuid::Uuid;

use super::files::Files;
use super::fixture::{bodies, contents, entry, identity};
use super::{Begin, Damage, Identity, OpenError, SqliteStore, Store, StoreError, replay, schema};
use crate::protocol::CampaignId;
use crate::protocol::entry::EntryError;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for temporary files")
}

fn open(folder: &Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(folder, &identity(), Begin::First)
}

fn ledger(folder: &Path) -> PathBuf {
    folder.join(format!("{}.ledger", identity().campaign))
}

/// A closed ledger with three entries.
fn three(folder: &Path) {
    let mut store = open(folder).expect("a new ledger opens");
    assert_eq!(store.append(&bodies(1..=3)), Ok(3));
    store.close().expect("the ledger closes");
}

/// Changes a closed ledger behind its back.
fn tamper(folder: &Path, sql: &str) {
    let connection = Connection::open(ledger(folder)).expect("the file opens");
    connection.execute_batch(sql).expect("the file changes");
}

/// A closed ledger of format 1, as the library of that time made it.
fn format_1(folder: &Path, bodies: &[prost::bytes::Bytes]) {
    let connection = Connection::open(ledger(folder)).expect("a file opens");
    let tables = "
        PRAGMA application_id = 0x4d48514c;
        PRAGMA user_version = 1;
        CREATE TABLE meta (session TEXT NOT NULL, campaign TEXT NOT NULL) STRICT;
        CREATE TABLE entry (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;";
    connection.execute_batch(tables).expect("tables are made");
    let meta = params![identity().session.to_string(), identity().campaign.to_string()];
    connection.execute("INSERT INTO meta VALUES (?1, ?2)", meta).expect("a row");
    for body in bodies {
        connection.execute("INSERT INTO entry (body) VALUES (?1)", [&body[..]]).expect("a row");
    }
}

#[test]
fn entries_come_back_in_order_after_a_restart() {
    let folder = folder();
    three(folder.path());
    let mut store = open(folder.path()).expect("the ledger opens again");
    assert_eq!(store.append(&bodies(4..=5)), Ok(5));
    drop(store);
    assert_eq!(contents(&open(folder.path()).expect("the ledger opens again")), bodies(1..=5));
}

#[test]
fn a_ledger_keeps_its_session() {
    let folder = folder();
    three(folder.path());
    let other_session = Identity { session: Uuid::from_u128(1), ..identity() };
    let store = SqliteStore::open(folder.path(), &other_session, Begin::First).expect("the ledger opens again");
    assert_eq!(store.identity(), identity());
}

#[test]
fn a_folder_is_made_with_a_ledger_for_each_campaign() {
    let folder = folder();
    let nested = folder.path().join("Söldner 🦊").join("ledgers");
    three(&nested);
    let other = Identity { session: Uuid::from_u128(1), campaign: CampaignId::from_u128(1) };
    assert_eq!(SqliteStore::open(&nested, &other, Begin::First).expect("another ledger opens").last(), 0);
    assert_eq!(open(&nested).expect("the first one opens too").last(), 3);
}

#[test]
fn a_ledger_is_opened_by_one_at_a_time() {
    let folder = folder();
    let store = open(folder.path()).expect("a new ledger opens");
    assert_eq!(open(folder.path()).err(), Some(OpenError::InUse));
    drop(store);
    assert!(open(folder.path()).is_ok());
}

#[test]
fn a_ledger_that_another_process_is_about_to_make_is_in_use() {
    let folder = folder();
    let other = Files::new(folder.path(), identity().campaign).expect("a folder");
    let lock = other.lock().expect("nobody else is there");
    assert_eq!(open(folder.path()).err(), Some(OpenError::InUse));
    assert!(!ledger(folder.path()).exists());
    drop(lock);
    assert!(open(folder.path()).is_ok());
}

#[test]
fn an_open_ledger_is_locked_for_programs_that_know_nothing_of_ours() {
    let folder = folder();
    let store = open(folder.path()).expect("a new ledger opens");
    let stranger = Connection::open(ledger(folder.path())).expect("nothing is read yet");
    stranger.busy_timeout(std::time::Duration::ZERO).expect("a setting");
    let read = |stranger: &Connection| stranger.query_row("SELECT count(*) FROM entry", [], |row| row.get::<_, i64>(0));
    let error = read(&stranger).expect_err("the file is locked");
    assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DatabaseBusy));
    drop(store);
    assert_eq!(read(&stranger), Ok(0));
    stranger.execute_batch("BEGIN; SELECT * FROM entry;").expect("the stranger reads on");
    assert_eq!(open(folder.path()).err(), Some(OpenError::InUse));
}

#[test]
fn a_ledger_of_another_campaign_is_refused_and_left_alone() {
    let folder = folder();
    three(folder.path());
    let wanted = CampaignId::from_u128(1);
    fs::rename(ledger(folder.path()), folder.path().join(format!("{wanted}.ledger"))).expect("a rename");
    let wrong = Identity { campaign: wanted, ..identity() };
    let error = SqliteStore::open(folder.path(), &wrong, Begin::First).expect_err("it is another's");
    assert_eq!(error, OpenError::OtherCampaign { found: identity().campaign, wanted });
    fs::rename(folder.path().join(format!("{wanted}.ledger")), ledger(folder.path())).expect("a rename");
    assert_eq!(open(folder.path()).expect("it is as it was").last(), 3);
}

#[test]
fn a_newer_format_is_refused_by_name_and_left_alone() {
    let folder = folder();
    three(folder.path());
    tamper(folder.path(), "PRAGMA user_version = 3; DROP TABLE meta;");
    let before = fs::read(ledger(folder.path())).expect("a file");
    let error = open(folder.path()).expect_err("it is newer");
    assert_eq!(error, OpenError::Newer { found: 3, known: 2 });
    assert!(error.to_string().contains("format 3"));
    assert_eq!(fs::read(ledger(folder.path())).expect("a file"), before);
}

#[test]
fn format_1_is_upgraded_after_a_backup() {
    let folder = folder();
    format_1(folder.path(), &bodies(1..=5));
    let mut store = open(folder.path()).expect("format 1 opens");
    assert_eq!(contents(&store), bodies(1..=5));
    assert_eq!(store.identity(), identity());
    store.append(&bodies(6..=6)).expect("it goes on");
    drop(store);
    assert_eq!(contents(&open(folder.path()).expect("the upgraded ledger opens")), bodies(1..=6));
    let backup = ledger(folder.path()).with_extension("ledger.v1.bak");
    let connection = Connection::open(&backup).expect("the backup opens");
    assert_eq!(schema::format(&connection).ok(), Some(1));
    fs::rename(backup, ledger(folder.path())).expect("the player puts the backup back");
    assert_eq!(contents(&open(folder.path()).expect("the backup is upgraded again")), bodies(1..=5));
}

#[test]
fn format_1_with_a_missing_entry_is_damaged_and_not_upgraded() {
    let folder = folder();
    format_1(folder.path(), &bodies(1..=5));
    tamper(folder.path(), "DELETE FROM entry WHERE number = 2");
    let error = open(folder.path()).expect_err("it is damaged");
    assert!(matches!(error, OpenError::Damaged { damage: Damage::EntryMissing(2), .. }), "{error}");
}

#[test]
fn a_present_format_that_claims_to_be_1_is_damaged() {
    let folder = folder();
    three(folder.path());
    tamper(folder.path(), "PRAGMA user_version = 1");
    let error = open(folder.path()).expect_err("it is damaged");
    assert!(matches!(error, OpenError::Damaged { damage: Damage::Structure(_), .. }), "{error}");
}

#[test]
fn a_file_that_cannot_be_used_is_reported_and_left_alone() {
    let in_the_way = folder();
    fs::create_dir(ledger(in_the_way.path())).expect("a folder");
    assert!(matches!(open(in_the_way.path()), Err(OpenError::Unavailable { .. })));
    assert!(ledger(in_the_way.path()).is_dir());
    let file = folder();
    let no_folder = file.path().join("file");
    fs::write(&no_folder, "").expect("a file");
    assert!(matches!(open(&no_folder), Err(OpenError::Unavailable { .. })));
}

#[test]
fn a_full_disk_takes_a_batch_whole_or_not_at_all() {
    let folder = folder();
    three(folder.path());
    let mut store = open(folder.path()).expect("the ledger opens");
    let pages: i64 = store.connection().pragma_query_value(None, "page_count", |row| row.get(0)).expect("a count");
    let limit = |store: &SqliteStore, pages: i64| {
        store.connection().pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())).expect("a limit");
    };
    limit(&store, pages);
    let batch = bodies(4..=1_000);
    assert_eq!(store.append(&batch), Err(StoreError::Full));
    assert_eq!(contents(&store), bodies(1..=3));
    limit(&store, i64::from(u32::MAX - 1));
    assert_eq!(store.append(&batch), Ok(1_000));
    drop(store);
    assert_eq!(contents(&open(folder.path()).expect("the ledger opens")), bodies(1..=1_000));
}

#[test]
fn a_write_protected_ledger_says_so_and_can_still_be_read() {
    let folder = folder();
    three(folder.path());
    let mut store = open(folder.path()).expect("the ledger opens");
    store.connection().pragma_update(None, "query_only", true).expect("a setting");
    assert_eq!(store.append(&bodies(4..=4)), Err(StoreError::WriteProtected));
    assert_eq!(contents(&store), bodies(1..=3));
}

#[test]
fn a_commit_is_forced_to_the_disk_and_stays_in_one_file_and_its_log() {
    let folder = folder();
    let store = open(folder.path()).expect("a new ledger opens");
    let number = |name| store.connection().pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    assert_eq!(["synchronous", "fullfsync", "checkpoint_fullfsync"].map(number), [Ok(2), Ok(1), Ok(1)]);
    let text = |name| store.connection().pragma_query_value(None, name, |row| row.get::<_, String>(0));
    assert_eq!(["journal_mode", "locking_mode"].map(text), [Ok("wal".to_owned()), Ok("exclusive".to_owned())]);
    assert!(!ledger(folder.path()).with_extension("ledger-shm").exists());
}

#[test]
fn a_backup_opens_as_a_ledger_and_replaces_nothing() {
    let (folder, other) = (folder(), folder());
    let mut store = open(folder.path()).expect("a new ledger opens");
    store.append(&bodies(1..=3)).expect("the disk works");
    let backup = ledger(other.path());
    store.backup(&backup).expect("a backup");
    assert_eq!(store.backup(&backup), Err(StoreError::Exists(backup)));
    assert_eq!(store.append(&bodies(4..=4)), Ok(4));
    assert_eq!(contents(&open(other.path()).expect("the backup opens")), bodies(1..=3));
}

#[test]
fn a_ledger_that_was_never_completed_is_made_anew() {
    let folder = folder();
    let part = ledger(folder.path()).with_extension("ledger.part");
    fs::write(&part, "half a ledger").expect("a file");
    three(folder.path());
    assert!(!part.exists());
}

#[test]
fn replay_hands_out_what_was_recorded_and_stops_at_what_it_does_not_know() {
    let folder = folder();
    let mut store = open(folder.path()).expect("a new ledger opens");
    store.append(&bodies(1..=3)).expect("the disk works");
    let mut seen = Vec::new();
    assert_eq!(replay(&store, |number, entry| seen.push((number, entry))), Ok(()));
    assert_eq!(seen, [1, 2, 3].map(|number| (number, entry(number))));
    store.append(&[prost::bytes::Bytes::new()]).expect("the disk works");
    store.append(&bodies(5..=5)).expect("the disk works");
    seen.clear();
    let unreadable = OpenError::Unreadable { number: 4, problem: EntryError::Unknown };
    assert_eq!(replay(&store, |number, entry| seen.push((number, entry))), Err(unreadable));
    assert_eq!(seen.len(), 3);
}

#[test]
fn the_format_written_is_the_format_known() {
    let folder = folder();
    three(folder.path());
    let connection = Connection::open(ledger(folder.path())).expect("the file opens");
    assert_eq!(schema::format(&connection).ok(), Some(schema::FORMAT));
}
