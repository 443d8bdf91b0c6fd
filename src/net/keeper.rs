// SPDX-License-Identifier: GPL-3.0-or-later
//! Between a host's rules and its ledger: records go in, and the effects that depend on them come out once they are on
//! the disk.
//!
//! A disk that fails makes the ledger read-only, which the rules are told; so does one that does not answer at all. What
//! was recorded is tried again by the ledger's writer, and what depends on it goes on waiting.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::host::unix_ms;
use crate::ledger::{AppendError, CloseError, Ledger, Progress};
use crate::protocol::entry::{Entry, Record};
use crate::session::LedgerState;
use crate::session::host::HostEffect;
use crate::session::release::Release;

/// A disk that takes longer than this counts as one that cannot be written: the calendar does not wait for it.
const DISK_PATIENCE: Duration = Duration::from_secs(2);

/// The ledger takes nothing any more, so the session's state and what is kept of it would part: the session ends, as if
/// its process had died.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerEnded;

/// A ledger and the effects that wait for it.
pub struct Keeper {
    ledger: Arc<dyn Ledger>,
    progress: watch::Receiver<Progress>,
    release: Release,
    /// Since when something waits without any progress.
    waiting_since: Option<Instant>,
    /// What the rules were told last.
    told: LedgerState,
}

impl Keeper {
    /// Goes on with a ledger.
    pub fn new(ledger: Arc<dyn Ledger>) -> Self {
        let progress = ledger.progress();
        let release = Release::new(progress.borrow().durable);
        Self { ledger, progress, release, waiting_since: None, told: LedgerState::Writable }
    }

    /// Takes the effects of one input.
    pub fn keep(&mut self, effects: Vec<HostEffect>) -> Result<(), LedgerEnded> {
        let over = effects.iter().any(|effect| matches!(effect, HostEffect::Stop));
        let ledger = &*self.ledger;
        self.release.keep(effects, |record| append(ledger, record))?;
        if over {
            // Nobody waits for a slow disk to see the session end.
            self.release.set_stuck(true);
        }
        if self.release.is_waiting() {
            self.waiting_since.get_or_insert_with(Instant::now);
        }
        Ok(())
    }

    /// The effects that may leave now.
    pub fn released(&mut self) -> Vec<HostEffect> {
        self.release.take()
    }

    /// Waits until the ledger is further, or in another state, of which the rules must be told. Cancel safe.
    pub async fn changed(&mut self) -> Result<Option<LedgerState>, LedgerEnded> {
        let stuck_at = self.waiting_since.filter(|_| self.told == LedgerState::Writable).map(|at| at + DISK_PATIENCE);
        let out_of_patience = async {
            match stuck_at {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // What the disk has answered counts, however late it is looked at: on a busy computer both may be due.
            biased;
            changed = self.progress.changed() => match changed {
                Ok(()) => Ok(self.look()),
                Err(_) => {
                    tracing::error!("the session ends: its ledger has stopped");
                    Err(LedgerEnded)
                }
            },
            () = out_of_patience => Ok(self.tell(LedgerState::ReadOnly("the disk does not answer".into()))),
        }
    }

    fn look(&mut self) -> Option<LedgerState> {
        let Progress { durable, read_only } = self.progress.borrow_and_update().clone();
        self.release.durable(durable);
        self.waiting_since = self.release.is_waiting().then(Instant::now);
        self.tell(match read_only {
            None => LedgerState::Writable,
            Some(error) => LedgerState::ReadOnly(error.to_string()),
        })
    }

    fn tell(&mut self, state: LedgerState) -> Option<LedgerState> {
        self.release.set_stuck(state != LedgerState::Writable);
        let news = self.told != state;
        if news {
            match &state {
                LedgerState::Writable => tracing::info!("the ledger can be written again"),
                LedgerState::ReadOnly(reason) => tracing::warn!(reason, "the ledger cannot be written"),
            }
            self.told = state.clone();
        }
        news.then_some(state)
    }

    /// Writes what waits and closes the ledger, on whatever thread runs it; takes no longer than the deadline.
    pub fn closing(&self, deadline: Duration) -> impl FnOnce() -> Result<(), CloseError> + Send + 'static {
        let ledger = Arc::clone(&self.ledger);
        move || ledger.close(deadline)
    }
}

fn append(ledger: &dyn Ledger, record: &Record) -> Result<u64, LedgerEnded> {
    let entry = Entry { unix_ms: unix_ms(), record: record.clone() };
    ledger.append(&entry).map_err(|error| {
        match error {
            AppendError::QueueFull => tracing::warn!("the session ends: {error}"),
            AppendError::Closed => tracing::error!("the session ends: {error}"),
        }
        LedgerEnded
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Mutex;

    use tokio::sync::oneshot;

    use super::*;
    use crate::ledger::StoreError;
    use crate::protocol::CampaignId;

    /// A ledger whose disk answers when the test says so.
    struct Disk(watch::Sender<Progress>, Mutex<u64>);

    impl Ledger for Disk {
        fn append(&self, _: &Entry) -> Result<u64, AppendError> {
            let mut last = self.1.lock().expect("no panic");
            *last += 1;
            Ok(*last)
        }

        fn progress(&self) -> watch::Receiver<Progress> {
            self.0.subscribe()
        }

        fn backup(&self, _: PathBuf) -> oneshot::Receiver<Result<(), StoreError>> {
            oneshot::channel().1
        }

        fn close(&self, _: Duration) -> Result<(), CloseError> {
            Ok(())
        }
    }

    /// A ledger with one record that something waits for.
    fn waiting() -> (Arc<Disk>, Keeper) {
        let progress = Progress { durable: 0, read_only: None };
        let disk = Arc::new(Disk(watch::channel(progress).0, Mutex::new(0)));
        let mut keeper = Keeper::new(Arc::clone(&disk) as Arc<dyn Ledger>);
        let record = Record::TeamAssigned { campaign: CampaignId::from_u128(1), team: 1 };
        keeper.keep(vec![HostEffect::Record(record)]).expect("an open ledger");
        assert!(keeper.release.is_waiting());
        (disk, keeper)
    }

    #[tokio::test(start_paused = true)]
    async fn a_disk_that_does_not_answer_in_time_counts_as_read_only() {
        let (_disk, mut keeper) = waiting();
        assert!(matches!(keeper.changed().await, Ok(Some(LedgerState::ReadOnly(_)))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_disk_that_has_answered_counts_as_writable_however_late_that_is_seen() {
        // Either might be looked at first.
        for _ in 0..64 {
            let (disk, mut keeper) = waiting();
            tokio::time::advance(2 * DISK_PATIENCE).await;
            disk.0.send_replace(Progress { durable: 1, read_only: None });
            assert_eq!(keeper.changed().await, Ok(None));
        }
    }
}
