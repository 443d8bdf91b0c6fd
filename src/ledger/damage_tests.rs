// SPDX-License-Identifier: GPL-3.0-or-later
//! A damaged ledger is reported and set aside, and never read as another one.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use tempfile::TempDir;

use super::fixture::{bodies, contents, identity};
use super::{Begin, Damage, OpenError, SqliteStore, Store};

/// A closed ledger with some entries, and the folder it is in.
fn sound(last: u64) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut store = open(folder.path()).expect("a new ledger opens");
    store.append(&bodies(1..=last)).expect("the disk works");
    store.close().expect("the ledger closes");
    let path = folder.path().join(format!("{}.ledger", identity().campaign));
    (folder, path)
}

fn open(folder: &Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(folder, &identity(), Begin::First)
}

/// Opens what must be damaged; checks that it was set aside as it was found.
fn damage(folder: &Path, path: &Path) -> Damage {
    let before = fs::read(path).ok();
    match open(folder).expect_err("it is damaged") {
        OpenError::Damaged { damage, kept } => {
            assert_ne!(kept, path);
            assert_eq!(fs::read(kept).ok(), before);
            assert!(!path.exists());
            damage
        }
        other => panic!("not damaged, but: {other}"),
    }
}

fn damage_by(sql: &str) -> Damage {
    let (folder, path) = sound(5);
    Connection::open(&path).and_then(|connection| connection.execute_batch(sql)).expect("the file changes");
    damage(folder.path(), &path)
}

#[test]
fn a_changed_entry_is_damage() {
    assert_eq!(damage_by("UPDATE entry SET body = x'08' WHERE number = 3"), Damage::EntryChanged(3));
    assert_eq!(damage_by("UPDATE entry SET hash = zeroblob(32) WHERE number = 4"), Damage::EntryChanged(4));
}

#[test]
fn a_missing_entry_is_damage_wherever_it_stood() {
    for number in 1..=4 {
        let sql = format!("DELETE FROM entry WHERE number = {number}");
        assert_eq!(damage_by(&sql), Damage::EntryMissing(number));
    }
    assert_eq!(damage_by("DELETE FROM entry WHERE number = 5"), Damage::EndChanged);
    assert_eq!(damage_by("DELETE FROM entry"), Damage::EndChanged);
}

#[test]
fn entries_in_another_order_are_damage() {
    let swap = "UPDATE entry SET number = -1 WHERE number = 2;
        UPDATE entry SET number = 2 WHERE number = 3;
        UPDATE entry SET number = 3 WHERE number = -1;";
    assert_eq!(damage_by(swap), Damage::EntryChanged(2));
    let closed_gap = "DELETE FROM entry WHERE number = 2; UPDATE entry SET number = number - 1 WHERE number > 2;";
    assert_eq!(damage_by(closed_gap), Damage::EntryChanged(2));
}

#[test]
fn an_entry_that_nobody_recorded_is_damage() {
    assert_eq!(damage_by("INSERT INTO entry VALUES (6, x'', zeroblob(32))"), Damage::EntryChanged(6));
    assert_eq!(damage_by("INSERT INTO entry VALUES (0, x'', zeroblob(32))"), Damage::EntryMissing(1));
}

#[test]
fn changed_names_of_session_and_campaign_are_damage() {
    let other = "'00000000-0000-0000-0000-000000000001'";
    assert_eq!(damage_by(&format!("UPDATE meta SET session = {other}")), Damage::EntryChanged(1));
    assert_eq!(damage_by(&format!("UPDATE meta SET campaign = {other}")), Damage::EntryChanged(1));
    let (folder, path) = sound(0);
    let sql = format!("UPDATE meta SET session = {other}");
    Connection::open(&path).and_then(|connection| connection.execute_batch(&sql)).expect("the file changes");
    assert_eq!(damage(folder.path(), &path), Damage::EndChanged);
}

#[test]
fn missing_tables_are_damage() {
    assert!(matches!(damage_by("DROP TABLE entry"), Damage::Structure(_)));
    assert!(matches!(damage_by("DELETE FROM meta"), Damage::Structure(_)));
    assert!(matches!(damage_by("PRAGMA application_id = 0"), Damage::NotALedger));
    assert!(matches!(damage_by("PRAGMA user_version = 0"), Damage::NotALedger));
}

#[test]
fn a_file_cut_anywhere_is_damage() {
    let (template, path) = sound(200);
    let whole = fs::read(&path).expect("a file");
    drop(template);
    for length in (0..whole.len()).step_by(509).chain([whole.len() - 1]) {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join(path.file_name().expect("a name"));
        fs::write(&path, &whole[..length]).expect("a file");
        damage(folder.path(), &path);
    }
}

/// The engine's own check misses bits flipped inside values; no flip anywhere may change what is read.
#[test]
fn a_flipped_bit_never_changes_what_is_read() {
    let (template, path) = sound(300);
    let whole = fs::read(&path).expect("a file");
    drop(template);
    let (mut noticed, mut harmless) = (0, 0);
    for bit in (0..whole.len() * 8).step_by(331) {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join(path.file_name().expect("a name"));
        let mut flipped = whole.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &flipped).expect("a file");
        match open(folder.path()) {
            Ok(store) => {
                assert_eq!((store.identity(), contents(&store)), (identity(), bodies(1..=300)), "bit {bit}");
                harmless += 1;
            }
            Err(OpenError::Damaged { .. } | OpenError::Newer { .. }) => noticed += 1,
            Err(other) => panic!("bit {bit}: {other}"),
        }
    }
    assert!(noticed > harmless, "{noticed} noticed, {harmless} harmless");
}

#[test]
fn a_write_ahead_log_without_its_ledger_is_damage() {
    let (folder, path) = sound(3);
    let log = path.with_extension("ledger-wal");
    fs::rename(&path, &log).expect("a rename");
    assert_eq!(damage(folder.path(), &path), Damage::MainFileMissing);
    assert!(!log.exists());
}

#[test]
fn after_damage_nothing_is_begun_until_a_backup_is_there_or_the_player_wants_a_new_session() {
    let (folder, path) = sound(3);
    let backup = folder.path().join("backup");
    fs::copy(&path, &backup).expect("a copy");
    fs::write(&path, "no ledger").expect("a file");
    let Err(OpenError::Damaged { kept, .. }) = open(folder.path()) else { panic!("it is damaged") };
    for _ in 0..2 {
        assert_eq!(open(folder.path()).err(), Some(OpenError::SetAside { kept: kept.clone() }));
        assert!(!path.exists());
    }
    fs::rename(backup, &path).expect("a rename");
    assert_eq!(contents(&open(folder.path()).expect("the backup opens")), bodies(1..=3));
    fs::remove_file(&path).expect("a file");
    assert_eq!(open(folder.path()).err(), Some(OpenError::SetAside { kept: kept.clone() }));
    assert_eq!(SqliteStore::open(folder.path(), &identity(), Begin::Anew).expect("a new session").last(), 0);
    assert!(open(folder.path()).is_ok() && kept.exists());
}

/// What stood in the log belongs to what was found, so the checks must not merge the two.
#[test]
fn a_damaged_ledger_is_set_aside_with_its_log() {
    let (folder, path) = sound(300);
    let mut store = open(folder.path()).expect("the ledger opens");
    store.append(&bodies(301..=301)).expect("the disk works");
    let crashed = tempfile::tempdir().expect("a folder for temporary files");
    let main = crashed.path().join(path.file_name().expect("a name"));
    let log = main.with_extension("ledger-wal");
    fs::copy(path.with_extension("ledger-wal"), &log).expect("a log");
    let mut content = fs::read(&path).expect("a file");
    let first = bodies(1..=1).remove(0);
    // Unused room in other pages may hold it too.
    while let Some(at) = content.windows(first.len()).position(|window| window == first) {
        content[at] ^= 1;
    }
    fs::write(&main, content).expect("a file");
    let before = fs::read(&log).expect("a log");
    assert_eq!(damage(crashed.path(), &main), Damage::EntryChanged(1));
    assert_eq!(fs::read(main.with_extension("ledger.damaged-wal")).expect("the log"), before);
}

/// All entries can be read still, but the next one would be written over them.
#[test]
fn a_page_that_is_both_used_and_free_is_damage() {
    let (folder, path) = sound(300);
    let mut content = fs::read(&path).expect("a file");
    let (first_free_page, free_pages) = (32..36, 36..40);
    content[first_free_page].copy_from_slice(&4_u32.to_be_bytes());
    content[free_pages].copy_from_slice(&1_u32.to_be_bytes());
    fs::write(&path, content).expect("a file");
    assert!(matches!(damage(folder.path(), &path), Damage::Structure(_)));
}

#[test]
fn a_second_damaged_ledger_does_not_replace_the_first() {
    let (folder, path) = sound(3);
    for content in ["one", "two", "three"] {
        fs::write(&path, content).expect("a file");
        damage(folder.path(), &path);
    }
    let kept = ["damaged", "damaged.2", "damaged.3"].map(|suffix| path.with_extension(format!("ledger.{suffix}")));
    let kept = kept.map(|path| fs::read_to_string(path).expect("a file"));
    assert_eq!(kept, ["one", "two", "three"]);
}

#[test]
fn the_report_is_a_sentence_that_names_the_damage_and_the_place() {
    let (folder, path) = sound(3);
    fs::write(&path, "no ledger").expect("a file");
    let report = open(folder.path()).expect_err("it is damaged").to_string();
    assert!(
        report.starts_with("the session's ledger is damaged: the file is not a ledger; it is kept as "),
        "{report}"
    );
    assert!(report.ends_with(".ledger.damaged"), "{report}");
}
