// SPDX-License-Identifier: GPL-3.0-or-later
//! Entries are numbered at once, written in groups, and neither lost nor reordered by a disk that fails for a while.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use prost::bytes::Bytes;
use tokio::sync::watch;

use super::fixture::{bodies, contents, entry, identity};
use super::memory::MemoryStore;
use super::writer::ENTRIES_MAX;
use super::{AppendError, Begin, CloseError, Identity, MemoryDisk, Progress, SqliteStore, Store, StoreError, Writer};
use crate::protocol::entry::{Entry, KeptLog, Record};
use crate::protocol::team::DailyLog;
use crate::protocol::{CampaignDate, CampaignId};

const WATCHDOG: Duration = Duration::from_secs(20);
const AT_ONCE: Duration = Duration::from_millis(1);
const NEVER: Duration = Duration::from_secs(3_600);

/// A simulated disk, as slow as the test wants it: each append waits for its permission.
struct Slow {
    store: MemoryStore,
    begun: mpsc::Sender<usize>,
    permission: mpsc::Receiver<()>,
}

impl Store for Slow {
    fn identity(&self) -> Identity {
        self.store.identity()
    }

    fn last(&self) -> u64 {
        self.store.last()
    }

    fn append(&mut self, bodies: &[Bytes]) -> Result<u64, StoreError> {
        self.begun.send(bodies.len()).expect("the test listens");
        self.permission.recv_timeout(WATCHDOG).expect("the test permits");
        self.store.append(bodies)
    }

    fn read(&self, visit: &mut dyn FnMut(u64, &[u8])) -> Result<(), StoreError> {
        self.store.read(visit)
    }

    fn backup(&self, to: &Path) -> Result<(), StoreError> {
        self.store.backup(to)
    }

    fn close(self) -> Result<(), StoreError> {
        self.store.close()
    }
}

fn memory() -> (MemoryDisk, MemoryStore) {
    let disk = MemoryDisk::new(0);
    let store = disk.open(&identity()).expect("an empty disk opens");
    (disk, store)
}

/// A writer, how large each group is that it begins to write, and the permission to go on.
fn slow() -> (MemoryDisk, Writer, mpsc::Receiver<usize>, mpsc::Sender<()>) {
    let (disk, store) = memory();
    let (begun, groups) = mpsc::channel();
    let (permit, permission) = mpsc::channel();
    let writer = Writer::start(Slow { store, begun, permission }).expect("a thread");
    (disk, writer, groups, permit)
}

fn on_disk(disk: &MemoryDisk) -> Vec<Bytes> {
    contents(&disk.open(&identity()).expect("the ledger opens"))
}

fn wait_for(progress: &mut watch::Receiver<Progress>, condition: impl FnMut(&Progress) -> bool) -> Progress {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let reached = tokio::time::timeout(WATCHDOG, progress.wait_for(condition)).await;
        reached.expect("in time").expect("the thread lives").clone()
    })
}

#[test]
fn numbers_go_on_where_the_ledger_ends() {
    let (disk, mut store) = memory();
    store.append(&bodies(1..=3)).expect("the disk works");
    let writer = Writer::start(store).expect("a thread");
    let mut progress = writer.progress();
    assert_eq!(*progress.borrow(), Progress { durable: 3, read_only: None });
    assert_eq!([4, 5].map(|number| writer.append(&entry(number))), [Ok(4), Ok(5)]);
    wait_for(&mut progress, |progress| progress.durable == 5);
    assert_eq!(writer.close(WATCHDOG), Ok(()));
    assert_eq!(on_disk(&disk), bodies(1..=5));
}

#[test]
fn what_waits_is_written_together_and_durable_only_then() {
    let (disk, writer, groups, permit) = slow();
    let mut progress = writer.progress();
    assert_eq!(writer.append(&entry(1)), Ok(1));
    assert_eq!(groups.recv_timeout(WATCHDOG), Ok(1));
    for number in 2..=100 {
        assert_eq!(writer.append(&entry(number)), Ok(number));
    }
    assert_eq!(progress.borrow_and_update().durable, 0);
    permit.send(()).expect("the disk works");
    assert_eq!(groups.recv_timeout(WATCHDOG), Ok(99));
    assert_eq!(progress.borrow_and_update().durable, 1);
    permit.send(()).expect("the disk works");
    wait_for(&mut progress, |progress| progress.durable == 100);
    assert_eq!(writer.close(WATCHDOG), Ok(()));
    assert_eq!(on_disk(&disk), bodies(1..=100));
}

#[test]
fn many_threads_get_numbers_of_their_own_in_the_order_of_the_ledger() {
    let (disk, store) = memory();
    let writer = Writer::start(store).expect("a thread");
    let numbered: Vec<_> = std::thread::scope(|scope| {
        let append = |thread: u64| {
            let writer = &writer;
            move || {
                let of_thread = (0..250).map(|count| entry(1 + thread * 250 + count));
                of_thread.map(|entry| (writer.append(&entry).expect("room"), entry.encode())).collect::<Vec<_>>()
            }
        };
        let threads: Vec<_> = (0..4).map(|thread| scope.spawn(append(thread))).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a thread")).collect()
    });
    assert_eq!(writer.close(WATCHDOG), Ok(()));
    let written = on_disk(&disk);
    assert_eq!((numbered.len(), written.len()), (1_000, 1_000));
    assert!(numbered.iter().all(|(number, body)| written[usize::try_from(number - 1).expect("small")] == body));
}

#[test]
fn a_full_disk_makes_the_ledger_read_only_until_there_is_room() {
    let (disk, store) = memory();
    let writer = Writer::start_with(store, AT_ONCE).expect("a thread");
    let mut progress = writer.progress();
    writer.append(&entry(1)).expect("room");
    wait_for(&mut progress, |progress| progress.durable == 1);
    disk.set_full(true);
    writer.append(&entry(2)).expect("taken all the same");
    let read_only = wait_for(&mut progress, |progress| progress.read_only.is_some());
    assert_eq!(read_only, Progress { durable: 1, read_only: Some(StoreError::Full) });
    assert_eq!(writer.append(&entry(3)), Ok(3));
    disk.set_full(false);
    let again = wait_for(&mut progress, |progress| progress.read_only.is_none() && progress.durable > 1);
    assert!(again.durable >= 2);
    assert_eq!(writer.close(WATCHDOG), Ok(()));
    assert_eq!(on_disk(&disk), bodies(1..=3));
}

#[test]
fn the_same_trouble_is_told_once() {
    let (disk, store) = memory();
    let writer = Writer::start_with(store, AT_ONCE).expect("a thread");
    let mut progress = writer.progress();
    disk.set_full(true);
    writer.append(&entry(1)).expect("taken");
    wait_for(&mut progress, |progress| progress.read_only.is_some());
    let attempts = disk.refused_writes();
    let deadline = std::time::Instant::now() + WATCHDOG;
    while disk.refused_writes() < attempts + 10 {
        assert!(std::time::Instant::now() < deadline, "it is tried again and again");
        std::thread::yield_now();
    }
    assert!(!progress.has_changed().expect("the thread lives"));
}

#[test]
fn closing_writes_what_waits_without_waiting_for_the_next_attempt() {
    let (disk, store) = memory();
    let writer = Writer::start_with(store, NEVER).expect("a thread");
    disk.set_full(true);
    writer.append(&entry(1)).expect("taken");
    wait_for(&mut writer.progress(), |progress| progress.read_only.is_some());
    writer.append(&entry(2)).expect("taken");
    disk.set_full(false);
    assert_eq!(writer.close(WATCHDOG), Ok(()));
    assert_eq!(on_disk(&disk), bodies(1..=2));
}

#[test]
fn closing_tells_how_much_is_lost() {
    let (disk, store) = memory();
    let writer = Writer::start_with(store, NEVER).expect("a thread");
    disk.set_full(true);
    for number in 1..=3 {
        writer.append(&entry(number)).expect("taken");
    }
    let lost = Err(CloseError::Unwritten { unwritten: 3, cause: StoreError::Full });
    assert_eq!(writer.close(WATCHDOG), lost);
    assert_eq!(writer.close(WATCHDOG), lost);
}

#[test]
fn closing_waits_no_longer_than_its_deadline() {
    let (disk, writer, groups, permit) = slow();
    writer.append(&entry(1)).expect("room");
    assert_eq!(groups.recv_timeout(WATCHDOG), Ok(1));
    assert_eq!(writer.close(AT_ONCE), Err(CloseError::TimedOut { unwritten: 1 }));
    assert_eq!(writer.append(&entry(2)), Err(AppendError::Closed));
    permit.send(()).expect("the disk works");
    assert_eq!(writer.close(WATCHDOG), Ok(()));
    assert_eq!(writer.close(AT_ONCE), Ok(()));
    assert_eq!(on_disk(&disk), bodies(1..=1));
}

#[test]
fn a_dropped_writer_still_writes_what_it_took() {
    let (disk, writer, groups, permit) = slow();
    writer.append(&entry(1)).expect("room");
    assert_eq!(groups.recv_timeout(WATCHDOG), Ok(1));
    writer.append(&entry(2)).expect("room");
    let progress = writer.progress();
    drop(writer);
    permit.send(()).expect("the disk works");
    permit.send(()).expect("the disk works");
    assert_eq!(groups.recv_timeout(WATCHDOG), Ok(1));
    let ended = |_: &Progress| false;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let mut end = progress;
    let ended = runtime.block_on(async { tokio::time::timeout(WATCHDOG, end.wait_for(ended)).await.is_ok() });
    assert!(ended);
    assert_eq!(on_disk(&disk), bodies(1..=2));
}

#[test]
fn beyond_the_bound_an_entry_is_refused_and_gets_no_number() {
    let (_disk, writer, groups, permit) = slow();
    writer.append(&entry(1)).expect("room");
    assert_eq!(groups.recv_timeout(WATCHDOG), Ok(1));
    let bound = u64::try_from(ENTRIES_MAX).expect("it fits");
    for number in 2..=bound {
        assert_eq!(writer.append(&entry(number)), Ok(number));
    }
    assert_eq!(writer.append(&entry(1)), Err(AppendError::QueueFull));
    permit.send(()).expect("the disk works");
    groups.recv_timeout(WATCHDOG).expect("the next group is begun, so the first has left the queue");
    assert_eq!(writer.append(&entry(1)), Ok(bound + 1));
    drop(permit);
}

#[test]
fn large_entries_reach_the_bound_by_their_bytes() {
    let (_disk, writer, groups, permit) = slow();
    let large = Entry {
        unix_ms: 0,
        record: Record::LogKept(KeptLog {
            log: DailyLog::new(
                CampaignId::from_u128(1),
                CampaignDate::parse("date", "3025-01-31").expect("a date"),
                vec!["x".repeat(8 * 1024); 128],
            )
            .expect("a log of a megabyte"),
            recipients: vec![CampaignId::from_u128(2)],
        }),
    };
    writer.append(&large).expect("room");
    assert_eq!(groups.recv_timeout(WATCHDOG), Ok(1));
    let taken = (2..200).take_while(|_| writer.append(&large).is_ok()).count() + 1;
    assert_eq!(taken, 63);
    permit.send(()).expect("the disk works");
    assert_eq!(groups.recv_timeout(WATCHDOG), Ok(8));
    drop(permit);
}

#[test]
fn a_backup_is_made_also_of_a_read_only_ledger() {
    let (disk, store) = memory();
    let writer = Writer::start_with(store, NEVER).expect("a thread");
    writer.append(&entry(1)).expect("room");
    wait_for(&mut writer.progress(), |progress| progress.durable == 1);
    disk.set_full(true);
    writer.append(&entry(2)).expect("taken");
    wait_for(&mut writer.progress(), |progress| progress.read_only.is_some());
    let to = PathBuf::from("backup");
    assert_eq!(writer.backup(to.clone()).blocking_recv(), Ok(Ok(())));
    assert_eq!(writer.backup(to.clone()).blocking_recv(), Ok(Err(StoreError::Exists(to.clone()))));
    disk.set_full(false);
    assert_eq!(writer.close(WATCHDOG), Ok(()));
    assert!(writer.backup(to.clone()).blocking_recv().is_err());
    assert!(disk.restore(&to));
    assert_eq!(on_disk(&disk), bodies(1..=1));
}

#[test]
fn a_store_that_panics_ends_the_writer_and_hangs_nobody() {
    let (_disk, writer, groups, permit) = slow();
    writer.append(&entry(1)).expect("room");
    assert_eq!(groups.recv_timeout(WATCHDOG), Ok(1));
    let backup = writer.backup(PathBuf::from("backup"));
    drop(permit);
    assert!(backup.blocking_recv().is_err());
    assert_eq!(writer.close(WATCHDOG), Err(CloseError::Failed));
    assert_eq!(writer.append(&entry(2)), Err(AppendError::Closed));
}

#[test]
fn a_closed_writer_leaves_a_ledger_that_opens_at_once() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    for last in 1..=5 {
        let store = SqliteStore::open(folder.path(), &identity(), Begin::First).expect("the ledger opens");
        let writer = Writer::start(store).expect("a thread");
        assert_eq!(writer.append(&entry(last)), Ok(last));
        assert_eq!(writer.close(WATCHDOG), Ok(()));
    }
    let store = SqliteStore::open(folder.path(), &identity(), Begin::First).expect("the ledger opens");
    assert_eq!(contents(&store), bodies(1..=5));
}
