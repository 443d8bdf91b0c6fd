// SPDX-License-Identifier: GPL-3.0-or-later
//! A ledger that writes on the spot, on the thread that appends. For simulated time, in which a thread that writes would
//! take as long as it likes.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{oneshot, watch};

use super::{AppendError, CloseError, Ledger, Progress, Store, StoreError};
use crate::protocol::entry::Entry;

/// Appends to a store without a thread of its own. A store that fails once is of no more use, as after a power cut.
#[derive(Debug)]
pub struct InlineLedger<S> {
    store: Mutex<Option<S>>,
    progress: watch::Sender<Progress>,
}

impl<S: Store> InlineLedger<S> {
    /// Goes on with a store.
    pub fn new(store: S) -> Self {
        let progress = Progress { durable: store.last(), read_only: None };
        Self { store: Mutex::new(Some(store)), progress: watch::Sender::new(progress) }
    }

    fn lock(&self) -> MutexGuard<'_, Option<S>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Store> Ledger for InlineLedger<S> {
    fn append(&self, entry: &Entry) -> Result<u64, AppendError> {
        let mut store = self.lock();
        let appended = store.as_mut().ok_or(AppendError::Closed)?.append(&[entry.encode()]);
        let Ok(durable) = appended else {
            *store = None;
            return Err(AppendError::Closed);
        };
        self.progress.send_replace(Progress { durable, read_only: None });
        Ok(durable)
    }

    fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    fn backup(&self, to: PathBuf) -> oneshot::Receiver<Result<(), StoreError>> {
        let (answer, receiver) = oneshot::channel();
        if let Some(store) = &*self.lock() {
            // The receiver is still here, so the answer arrives.
            let _ = answer.send(store.backup(&to));
        }
        receiver
    }

    fn close(&self, _deadline: Duration) -> Result<(), CloseError> {
        self.lock().take().map_or(Ok(()), S::close).map_err(CloseError::Unclosed)
    }
}
