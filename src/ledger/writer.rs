// SPDX-License-Identifier: GPL-3.0-or-later
//! Appends to a ledger without making anybody wait (protocol.md section 5, "Ledger and session").
//!
//! Entries are numbered at once and written by a thread of their own: all that wait go to the disk together, so a slow
//! disk means larger groups, not a longer queue. What depends on an entry is held back until [`Progress::durable`] has
//! reached its number.
//!
//! A disk that cannot be written (full, write-protected, locked) makes the ledger read-only, which [`Progress`] tells.
//! Nothing that was taken is given up: it is tried again every [`RETRY`], in the same order and with the same numbers.
//!
//! Policy at the bound: an entry beyond [`ENTRIES_MAX`] or [`BYTES_MAX`] is refused, and the caller decides. It must not
//! wait, being the task that owns a session. While the ledger is read-only a session refuses requests and holds back what
//! it may record later as well (dates, presence), so it does not come near the bound.
//!
//! Concurrency: one mutex guards the queue and is never held while the disk works; `wake` is signalled after each change
//! that the thread waits for. Only the thread removes entries, and only when they are durable, so what stands first in
//! the queue while it writes is what it writes. Progress is published before the entries are removed: whoever sees an
//! empty queue also sees its entries durable.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use prost::bytes::Bytes;
use tokio::sync::{oneshot, watch};

use super::error::StoreError;
use super::{Ledger, Store};
use crate::protocol::entry::Entry;

/// Entries that may wait for the disk.
pub const ENTRIES_MAX: usize = 65_536;

/// Encoded bytes that may wait for the disk.
pub const BYTES_MAX: usize = 64 * 1024 * 1024;

/// How long a read-only ledger waits before it tries the disk again.
pub const RETRY: Duration = Duration::from_secs(3);

/// Entries written together.
const GROUP_ENTRIES_MAX: usize = 4_096;

/// A group is complete when it has this many bytes.
const GROUP_BYTES: usize = 8 * 1024 * 1024;

/// How far a ledger is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// This entry and all earlier ones are on the disk; 0: there is none.
    pub durable: u64,
    /// Why the ledger is read-only; `None`: it is not.
    pub read_only: Option<StoreError>,
}

/// Why an entry was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// Too much waits for the disk.
    #[error("the ledger's disk does not keep up")]
    QueueFull,
    /// The writer was closed, or its thread has failed.
    #[error("the ledger is closed")]
    Closed,
}

/// Why not all that was taken is on the disk.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloseError {
    /// The last attempt failed too.
    #[error("{unwritten} entries of the session's ledger could not be written: {cause}")]
    Unwritten {
        /// How many entries are lost.
        unwritten: usize,
        /// Why.
        cause: StoreError,
    },
    /// All was written, but the store could not be closed properly. Its next opening checks it.
    #[error("the session's ledger could not be closed: {0}")]
    Unclosed(StoreError),
    /// The disk did not answer in time. The thread goes on by itself.
    #[error("{unwritten} entries of the session's ledger were not written in time")]
    TimedOut {
        /// How many entries still wait.
        unwritten: usize,
    },
    /// The thread failed for a reason of its own.
    #[error("the session's ledger stopped by an error of its own")]
    Failed,
}

/// Appends to a store from its own thread. Any thread may call.
#[derive(Debug)]
pub struct Writer {
    shared: Arc<Shared>,
    progress: watch::Receiver<Progress>,
    thread: Mutex<Thread>,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
}

#[derive(Debug)]
struct Queue {
    entries: VecDeque<Bytes>,
    bytes: usize,
    /// The number that the last entry got.
    last: u64,
    backups: Vec<Backup>,
    closing: bool,
}

#[derive(Debug)]
struct Backup {
    to: PathBuf,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

#[derive(Debug)]
enum Thread {
    /// Nothing is ever sent: the channel ends when the thread does.
    Running {
        handle: JoinHandle<Result<(), CloseError>>,
        ended: mpsc::Receiver<Infallible>,
    },
    Ended(Result<(), CloseError>),
}

impl Writer {
    /// Starts the thread. An error is the operating system's, which has no thread left.
    pub fn start(store: impl Store + 'static) -> std::io::Result<Self> {
        Self::start_with(store, RETRY)
    }

    pub(super) fn start_with(store: impl Store + 'static, retry: Duration) -> std::io::Result<Self> {
        let last = store.last();
        let queue = Queue { entries: VecDeque::new(), bytes: 0, last, backups: Vec::new(), closing: false };
        let shared = Arc::new(Shared { queue: Mutex::new(queue), wake: Condvar::new() });
        let (publish, progress) = watch::channel(Progress { durable: last, read_only: None });
        let (alive, ended) = mpsc::channel();
        let work = Work { store, shared: Arc::clone(&shared), publish, retry, retry_at: None };
        let handle = thread::Builder::new().name("mekhq-ledger".to_owned()).spawn(move || {
            let _alive: mpsc::Sender<Infallible> = alive;
            work.run()
        })?;
        Ok(Self { shared, progress, thread: Mutex::new(Thread::Running { handle, ended }) })
    }

    /// Queues an entry and returns its number. It is durable when [`Progress::durable`] has reached that.
    pub fn append(&self, entry: &Entry) -> Result<u64, AppendError> {
        let body = entry.encode();
        let mut queue = self.shared.lock();
        if queue.closing {
            return Err(AppendError::Closed);
        }
        if queue.entries.len() >= ENTRIES_MAX || queue.bytes + body.len() > BYTES_MAX {
            return Err(AppendError::QueueFull);
        }
        queue.bytes += body.len();
        queue.entries.push_back(body);
        queue.last += 1;
        let number = queue.last;
        drop(queue);
        self.shared.wake.notify_one();
        Ok(number)
    }

    /// How far the ledger is, now and from now on. Ends when the thread does.
    pub fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.clone()
    }

    /// Copies what is durable to a new file, also while the ledger is read-only. No answer: the writer was closed.
    pub fn backup(&self, to: PathBuf) -> oneshot::Receiver<Result<(), StoreError>> {
        let (answer, receiver) = oneshot::channel();
        let mut queue = self.shared.lock();
        if !queue.closing {
            queue.backups.push(Backup { to, answer });
        }
        drop(queue);
        self.shared.wake.notify_one();
        receiver
    }

    /// Writes what waits, closes the store and ends the thread; waits for it as long as the deadline says. A read-only
    /// ledger tries once more. Later calls get the same answer; after [`CloseError::TimedOut`] they wait again.
    pub fn close(&self, deadline: Duration) -> Result<(), CloseError> {
        self.shared.begin_closing();
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Thread::Running { ended, .. } = &*thread
            && ended.recv_timeout(deadline) == Err(RecvTimeoutError::Timeout)
        {
            return Err(CloseError::TimedOut { unwritten: self.shared.lock().entries.len() });
        }
        let outcome = match std::mem::replace(&mut *thread, Thread::Ended(Err(CloseError::Failed))) {
            Thread::Running { handle, .. } => handle.join().unwrap_or(Err(CloseError::Failed)),
            Thread::Ended(outcome) => outcome,
        };
        *thread = Thread::Ended(outcome.clone());
        outcome
    }
}

impl Ledger for Writer {
    fn append(&self, entry: &Entry) -> Result<u64, AppendError> {
        self.append(entry)
    }

    fn progress(&self) -> watch::Receiver<Progress> {
        self.progress()
    }

    fn backup(&self, to: PathBuf) -> oneshot::Receiver<Result<(), StoreError>> {
        self.backup(to)
    }

    fn close(&self, deadline: Duration) -> Result<(), CloseError> {
        self.close(deadline)
    }
}

impl Drop for Writer {
    /// Does not wait: the thread writes what it has and ends by itself.
    fn drop(&mut self) {
        self.shared.begin_closing();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin_closing(&self) {
        self.lock().closing = true;
        self.wake.notify_one();
    }

    /// Waits for something to do. Entries are not taken out, but shared.
    fn next(&self, retry_at: Option<Instant>) -> Task {
        let mut queue = self.lock();
        loop {
            if let Some(backup) = queue.backups.pop() {
                return Task::Backup(backup);
            }
            let pause = retry_at.map_or(Duration::ZERO, |at| at.saturating_duration_since(Instant::now()));
            if !queue.entries.is_empty() && (pause.is_zero() || queue.closing) {
                return Task::Append { group: queue.group(), last_attempt: queue.closing };
            }
            if queue.closing {
                return Task::End;
            }
            queue = if queue.entries.is_empty() {
                self.wake.wait(queue).unwrap_or_else(PoisonError::into_inner)
            } else {
                self.wake.wait_timeout(queue, pause).unwrap_or_else(PoisonError::into_inner).0
            };
        }
    }
}

impl Queue {
    fn group(&self) -> Vec<Bytes> {
        let mut bytes = 0;
        let fits = |body: &&Bytes| {
            let fits = bytes < GROUP_BYTES;
            bytes += body.len();
            fits
        };
        self.entries.iter().take(GROUP_ENTRIES_MAX).take_while(fits).cloned().collect()
    }

    fn remove(&mut self, count: usize) {
        self.bytes -= self.entries.drain(..count).map(|body| body.len()).sum::<usize>();
    }
}

enum Task {
    Append {
        group: Vec<Bytes>,
        /// Closing had begun when the group was taken, so nobody waits for another attempt.
        last_attempt: bool,
    },
    Backup(Backup),
    End,
}

/// What the thread owns.
struct Work<S> {
    store: S,
    shared: Arc<Shared>,
    publish: watch::Sender<Progress>,
    retry: Duration,
    /// When the disk is tried again; `None`: it works.
    retry_at: Option<Instant>,
}

impl<S: Store> Work<S> {
    fn run(mut self) -> Result<(), CloseError> {
        let _closed = ClosedAtEnd(Arc::clone(&self.shared));
        loop {
            match self.shared.next(self.retry_at) {
                // Nobody may be waiting for the answer any more.
                Task::Backup(backup) => drop(backup.answer.send(self.store.backup(&backup.to))),
                Task::Append { group, last_attempt } => self.append(&group, last_attempt)?,
                Task::End => return self.store.close().map_err(CloseError::Unclosed),
            }
        }
    }

    /// An error ends the thread.
    fn append(&mut self, group: &[Bytes], last_attempt: bool) -> Result<(), CloseError> {
        match self.store.append(group) {
            Ok(durable) => {
                self.retry_at = None;
                self.publish.send_replace(Progress { durable, read_only: None });
                self.shared.lock().remove(group.len());
                Ok(())
            }
            Err(cause) => self.failed(cause, last_attempt),
        }
    }

    fn failed(&mut self, cause: StoreError, last_attempt: bool) -> Result<(), CloseError> {
        self.retry_at = Some(Instant::now() + self.retry);
        self.publish.send_if_modified(|progress| {
            let news = progress.read_only.as_ref() != Some(&cause);
            progress.read_only = Some(cause.clone());
            news
        });
        if last_attempt {
            return Err(CloseError::Unwritten { unwritten: self.shared.lock().entries.len(), cause });
        }
        Ok(())
    }
}

/// However the thread ends, nothing is taken after that, and whoever waits for a backup learns of it.
struct ClosedAtEnd(Arc<Shared>);

impl Drop for ClosedAtEnd {
    fn drop(&mut self) {
        let mut queue = self.0.lock();
        queue.closing = true;
        queue.backups.clear();
    }
}
