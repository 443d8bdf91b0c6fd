// SPDX-License-Identifier: GPL-3.0-or-later
//! The states of a ledger's real files in which a crash can leave them.
//!
//! SQLite writes a commit to the write-ahead log frame by frame, and copies pages from there to the main file later. So
//! a crash leaves the log cut off somewhere, or the main file with some of its pages already new beside the whole log.

use std::fs;
use std::path::{Path, PathBuf};

use distributed_mekhq::ledger::{Begin, SqliteStore, Store};
use distributed_mekhq::protocol::entry::Record;
use distributed_mekhq::session::Now;

use crate::model::Memory;
use crate::play::{Play, started};
use crate::{encoded, identity, past_of, records_of};

/// SQLite's default, which the ledger keeps.
const PAGE: usize = 4_096;
/// What stands before each page in the log.
const FRAME_HEADER: usize = 24;
/// What stands before the first frame.
const LOG_HEADER: usize = 32;

/// A finished play as its files were right before the ledger was closed, and as they were after that.
struct Files {
    main: Vec<u8>,
    log: Vec<u8>,
    closed: Vec<u8>,
    /// All records, and how long the log was when so many of them were on the disk.
    records: Vec<Record>,
    commits: Vec<(usize, usize)>,
}

fn main_file(folder: &Path) -> PathBuf {
    folder.join(format!("{}.ledger", identity().campaign))
}

fn log_file(folder: &Path) -> PathBuf {
    folder.join(format!("{}.ledger-wal", identity().campaign))
}

fn played() -> Files {
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = SqliteStore::open(folder.path(), &identity(), Begin::First).expect("a new ledger");
    let (mut host, mut records, mut commits) = (started(identity().session), Vec::new(), Vec::new());
    let mut step = |input| {
        let effects = host.handle(Now(0), input);
        let new = records_of(&effects);
        if !new.is_empty() {
            store.append(&new.iter().map(encoded).collect::<Vec<_>>()).expect("the disk works");
            records.extend(new);
            let log = fs::metadata(log_file(folder.path())).expect("a log");
            commits.push((log.len() as usize, records.len()));
        }
        effects
    };
    Play::new(&mut step).all().expect("the host lives");
    let read = |path: PathBuf| fs::read(path).expect("a file");
    let (main, log) = (read(main_file(folder.path())), read(log_file(folder.path())));
    store.close().expect("the ledger closes");
    Files { main, log, closed: read(main_file(folder.path())), records, commits }
}

/// What a host finds that is started on such files.
fn found(main: &[u8], log: &[u8]) -> Vec<Record> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(main_file(folder.path()), main).expect("a file");
    fs::write(log_file(folder.path()), log).expect("a file");
    let store = SqliteStore::open(folder.path(), &identity(), Begin::First).expect("a crash damages nothing");
    let past = past_of(&store);
    assert_eq!(Memory::rebuilt(&past, store.identity().session), Memory::of(&past));
    past
}

/// Every frame's beginning, the middle of its header, the end of it, and the middle of its page.
fn cuts(log: &[u8]) -> Vec<usize> {
    let frame = FRAME_HEADER + PAGE;
    let begins = (LOG_HEADER..log.len()).step_by(frame);
    let inside = [0, FRAME_HEADER / 2, FRAME_HEADER, FRAME_HEADER + PAGE / 2];
    let mut cuts: Vec<_> = begins.flat_map(|begin| inside.map(|offset| begin + offset)).collect();
    cuts.extend([0, LOG_HEADER / 2, log.len()]);
    cuts
}

#[test]
fn a_log_that_is_cut_off_anywhere_holds_what_was_committed_before_and_nothing_else() {
    let Files { main, log, records, commits, .. } = played();
    let cuts = cuts(&log);
    for &cut in &cuts {
        let committed = commits.iter().rev().find(|(length, _)| *length <= cut).map_or(0, |(_, count)| *count);
        assert_eq!(found(&main, &log[..cut]), records[..committed], "cut at {cut} of {}", log.len());
    }
    println!("figure crashes while SQLite wrote its log: {}", cuts.len());
}

#[test]
fn a_main_file_with_some_pages_already_new_loses_nothing() {
    let Files { main, log, closed, records, .. } = played();
    let pages = closed.len() / PAGE;
    for page in 0..=pages {
        let mut mixed = main.clone();
        mixed.resize(main.len().max(page * PAGE), 0);
        mixed[..page * PAGE].copy_from_slice(&closed[..page * PAGE]);
        assert_eq!(found(&mixed, &log), records, "{page} pages of {pages} copied");
    }
    println!("figure crashes while SQLite copied pages: {}", pages + 1);
}
