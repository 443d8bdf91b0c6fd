// SPDX-License-Identifier: GPL-3.0-or-later
//! The simulated disk behaves as a real one does: whatever happens to both, both have the same entries.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use prost::bytes::Bytes;
use tempfile::TempDir;
use uuid::Uuid;

use super::fixture::{contents, identity};
use super::{Begin, Identity, MemoryDisk, MemoryStore, SqliteStore, Store};

#[derive(Debug, Clone)]
enum Step {
    /// A batch of entries.
    Append(Vec<Vec<u8>>),
    /// The process dies after what it appended, and is started again.
    Crash,
    /// The process ends in good order, and is started again.
    Reopen,
    /// A copy is made.
    Backup,
    /// The process ends, the last copy takes the ledger's place, and the process is started again.
    Restore,
}

fn step() -> impl Strategy<Value = Step> {
    let body = prop::collection::vec(any::<u8>(), 0..2_000);
    prop_oneof![
        6 => prop::collection::vec(body, 0..5).prop_map(Step::Append),
        2 => Just(Step::Crash),
        1 => Just(Step::Reopen),
        1 => Just(Step::Backup),
        1 => Just(Step::Restore),
    ]
}

/// One ledger on both disks.
struct Twins {
    folder: TempDir,
    real: Option<SqliteStore>,
    disk: MemoryDisk,
    simulated: Option<MemoryStore>,
    backups: Vec<PathBuf>,
    openings: u128,
}

impl Twins {
    fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let disk = MemoryDisk::new(seed);
        let mut twins = Self { folder, real: None, disk, simulated: None, backups: Vec::new(), openings: 0 };
        twins.open();
        twins
    }

    /// Each process would give a new ledger a session of its own.
    fn open(&mut self) {
        self.openings += 1;
        let identity = Identity { session: Uuid::from_u128(self.openings), ..identity() };
        self.real = Some(SqliteStore::open(self.folder.path(), &identity, Begin::First).expect("a sound ledger opens"));
        self.simulated = Some(self.disk.open(&identity).expect("a sound ledger opens"));
    }

    fn close(&mut self) {
        self.real.take().map_or(Ok(()), Store::close).expect("the disk works");
        self.simulated.take().map_or(Ok(()), Store::close).expect("the disk works");
    }

    /// What the files hold at this moment is what a process finds that starts after the death of this one.
    fn crash(&mut self) {
        let after = tempfile::tempdir().expect("a folder for temporary files");
        for file in fs::read_dir(self.folder.path()).expect("the folder is there") {
            let file = file.expect("the folder is there").path();
            // A lock dies with its process; Windows lets nobody read a locked file.
            if file.extension().is_some_and(|extension| extension == "lock") {
                continue;
            }
            fs::copy(&file, after.path().join(file.file_name().expect("a name"))).expect("a copy");
        }
        self.folder = after;
        self.disk.crash();
    }

    fn ledger(&self) -> PathBuf {
        self.folder.path().join(format!("{}.ledger", identity().campaign))
    }

    fn restore(&mut self) {
        if let Some(backup) = self.backups.last() {
            fs::copy(backup, self.ledger()).expect("a copy");
            assert!(self.disk.restore(backup));
        }
    }

    fn stores(&mut self) -> (&mut SqliteStore, &mut MemoryStore) {
        self.real.as_mut().zip(self.simulated.as_mut()).expect("both are open")
    }

    fn take(&mut self, step: Step, copies: &TempDir) {
        match step {
            Step::Append(bodies) => {
                let bodies: Vec<_> = bodies.into_iter().map(Bytes::from).collect();
                let (real, simulated) = self.stores();
                assert_eq!(real.append(&bodies), simulated.append(&bodies));
            }
            Step::Crash => {
                self.crash();
                self.open();
            }
            Step::Reopen => {
                self.close();
                self.open();
            }
            Step::Backup => {
                let to = copies.path().join(self.backups.len().to_string());
                let (real, simulated) = self.stores();
                assert_eq!(real.backup(&to), simulated.backup(&to));
                assert_eq!(real.backup(&to), simulated.backup(&to));
                self.backups.push(to);
            }
            Step::Restore => {
                self.close();
                self.restore();
                self.open();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn real_and_simulated_disk_have_the_same_entries(seed in any::<u64>(), steps in prop::collection::vec(step(), 1..20)) {
        let copies = tempfile::tempdir().expect("a folder for temporary files");
        let mut twins = Twins::new(seed);
        for step in steps {
            twins.take(step, &copies);
            let (real, simulated) = twins.stores();
            prop_assert_eq!(real.identity(), simulated.identity());
            prop_assert_eq!(contents(real), contents(simulated));
        }
    }
}
