// SPDX-License-Identifier: GPL-3.0-or-later
//! What a host says about settlements and requests, on its way to the books of the loaded campaign.
//!
//! The session's task pushes and never waits; the campaign's executor takes all there is, in one turn. It waits here and
//! not among the other events, so that there is one bound and one policy at it: everything of the bus is dropped, and once
//! somebody takes again, the session is asked for a new bus, on which everything comes again from the ledger. So the
//! books hear the beginning of what a bus brought, and never something from behind a gap.
//!
//! Concurrency: one mutex, held for pushes and takes only. The wish for a new bus goes through a `Notify`, which keeps one
//! wish until the session's task looks.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::protocol::BusMessage;
use crate::session::{BooksBus, BooksEvent};

/// Roughly the bytes that may wait, as estimated by [`weight`].
const BYTES_MAX: usize = 8 * 1024 * 1024;

#[derive(Default)]
struct Waiting {
    events: Vec<BooksEvent>,
    bytes: usize,
    /// Something of this bus was dropped, so the rest of it is too.
    lost: Option<BooksBus>,
    /// The taker was told that something waits.
    told: bool,
    /// The bus that is to be opened anew.
    renewal: Option<BooksBus>,
    forgotten: bool,
}

/// Between a session's task and the executor of the loaded campaign.
#[derive(Default)]
pub struct BooksInbox {
    waiting: Mutex<Waiting>,
    renew: Notify,
}

impl BooksInbox {
    /// Adds an event. Whether the taker must be told that something waits.
    pub fn push(&self, event: BooksEvent) -> bool {
        let mut waiting = self.lock();
        if waiting.forgotten || !waiting.add(event) {
            return false;
        }
        !std::mem::replace(&mut waiting.told, true)
    }

    /// Takes all there is.
    pub fn take(&self) -> Vec<BooksEvent> {
        let mut waiting = self.lock();
        waiting.told = false;
        waiting.bytes = 0;
        if let Some(bus) = waiting.lost {
            waiting.renewal = Some(bus);
            self.renew.notify_one();
        }
        std::mem::take(&mut waiting.events)
    }

    /// Nobody will ever take anything.
    pub fn forget(&self) {
        *self.lock() = Waiting { forgotten: true, ..Waiting::default() };
    }

    /// The taker cannot make sense of what came on a bus.
    pub fn ask_for_renewal(&self, bus: BooksBus) {
        self.lock().renewal = Some(bus);
        self.renew.notify_one();
    }

    /// For the session's task. Cancel safe.
    pub async fn renewal_wanted(&self) -> BooksBus {
        loop {
            self.renew.notified().await;
            if let Some(bus) = self.lock().renewal.take() {
                return bus;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Whether anything was added.
    fn add(&mut self, event: BooksEvent) -> bool {
        match &event {
            // Whatever came on an older bus comes again on this one.
            BooksEvent::Opened { .. } => {
                self.events.clear();
                (self.bytes, self.lost) = (0, None);
            }
            BooksEvent::Said { bus, .. } if self.lost == Some(*bus) => return false,
            BooksEvent::Said { bus, message } => {
                self.bytes += weight(message);
                if self.bytes > BYTES_MAX {
                    self.lost = Some(*bus);
                    self.events.retain(|event| !matches!(event, BooksEvent::Said { .. }));
                    self.bytes = 0;
                    return true;
                }
            }
            BooksEvent::Ended(_) => {}
        }
        self.events.push(event);
        true
    }
}

/// Roughly the bytes that a message holds.
fn weight(message: &BusMessage) -> usize {
    const LINE: usize = 256;
    match message {
        BusMessage::OpenRequests(page) => LINE * (1 + page.open.len()),
        _ => LINE,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::protocol::settlement::Confirmed;

    const BUS: BooksBus = BooksBus(1);

    fn opened(bus: u32) -> BooksEvent {
        BooksEvent::Opened { session: Uuid::from_u128(1), bus: BooksBus(bus) }
    }

    fn said(bus: BooksBus) -> BooksEvent {
        BooksEvent::Said { bus, message: Confirmed { held: Vec::new(), more: false }.into() }
    }

    fn renewal(inbox: &BooksInbox) -> Option<BooksBus> {
        let mut wish = std::pin::pin!(inbox.renewal_wanted());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match std::future::Future::poll(wish.as_mut(), &mut context) {
            std::task::Poll::Ready(bus) => Some(bus),
            std::task::Poll::Pending => None,
        }
    }

    #[test]
    fn the_taker_is_told_once_and_takes_all_in_order() {
        let inbox = BooksInbox::default();
        assert!(inbox.push(opened(1)));
        assert!(!inbox.push(said(BUS)));
        assert_eq!(inbox.take(), [opened(1), said(BUS)]);
        assert!(inbox.push(BooksEvent::Ended(BUS)));
        assert_eq!(renewal(&inbox), None);
    }

    #[test]
    fn beyond_the_bound_the_rest_of_the_bus_is_dropped_and_a_new_one_asked_for_once_somebody_takes() {
        let inbox = BooksInbox::default();
        inbox.push(opened(1));
        for _ in 0..50_000 {
            inbox.push(said(BUS));
        }
        assert_eq!(renewal(&inbox), None);
        assert_eq!(inbox.take(), [opened(1)]);
        assert_eq!((renewal(&inbox), renewal(&inbox)), (Some(BUS), None));
        assert!(!inbox.push(said(BUS)));
        inbox.push(opened(2));
        inbox.push(said(BooksBus(2)));
        assert_eq!(inbox.take(), [opened(2), said(BooksBus(2))]);
        assert_eq!(renewal(&inbox), None);
    }

    #[test]
    fn where_nobody_takes_nothing_is_kept() {
        let inbox = BooksInbox::default();
        inbox.push(opened(1));
        inbox.forget();
        assert!(!inbox.push(said(BUS)));
        assert!(inbox.take().is_empty());
    }
}
