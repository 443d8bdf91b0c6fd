// SPDX-License-Identifier: GPL-3.0-or-later
//! Events on their way to the player's side.
//!
//! The session's task pushes and never waits; a thread that Java lends takes batches and may be as slow as it likes.
//! Policy at the bound: events that only tell where things stand are dropped, until the session's task has put one
//! `Resynchronised` into the queue, which replaces them all. The queue asks for it as soon as somebody takes events
//! again. Refusals and daily logs beyond the bound push out the oldest, which are counted; everything else is at most one
//! of its kind.
//!
//! Concurrency: one mutex, held for pushes and pops only; `wake` is signalled after each change that a taker waits for.
//! The wish for a resynchronisation goes through a `Notify`, which keeps one wish until the session's task looks.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::books_inbox::BooksInbox;
use crate::session::{BooksBus, BooksEvent, Event};

/// Events that may wait.
pub const EVENTS_MAX: usize = 1_024;

/// Bytes that may wait, as estimated by [`weight`].
pub const BYTES_MAX: usize = 8 * 1024 * 1024;

/// Events handed out at once.
const BATCH_MAX: usize = 256;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Flow {
    #[default]
    Open,
    /// State was dropped; nobody has asked for a resynchronisation yet.
    Overflowed,
    /// The session's task was asked for a resynchronisation.
    Asked,
}

#[derive(Default)]
struct Queue {
    events: VecDeque<Event>,
    bytes: usize,
    flow: Flow,
    ended: bool,
    dropped: Dropped,
}

/// What nobody will ever hear of, since nobody took it in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Refusals.
    pub refusals: u64,
    /// Daily logs.
    pub daily_logs: u64,
}

/// The queue between a session's task and the thread that Java lends.
#[derive(Default)]
pub struct EventQueue {
    queue: Mutex<Queue>,
    wake: Condvar,
    resynchronise: Notify,
    books: BooksInbox,
}

impl EventQueue {
    /// Queues an event; [`Event::Closed`] is the last one.
    pub fn push(&self, event: Event) {
        match event {
            Event::Books(event) => {
                if self.books.push(event) {
                    self.push_event(Event::BooksWaiting);
                }
            }
            event => self.push_event(event),
        }
    }

    /// Takes what waits for the campaign's books; never waits itself. To be called upon [`Event::BooksWaiting`], and upon
    /// [`Event::Resynchronised`], before which the former may have been dropped.
    pub fn take_books(&self) -> Vec<BooksEvent> {
        self.books.take()
    }

    /// Nobody will ever take what is for the campaign's books.
    pub fn forget_books(&self) {
        self.books.forget();
    }

    /// Asks the session's task for a new bus: what came on this one was lost.
    pub fn ask_for_renewal(&self, bus: BooksBus) {
        self.books.ask_for_renewal(bus);
    }

    /// For the session's task: a bus is to be opened anew.
    pub async fn renewal_wanted(&self) -> BooksBus {
        self.books.renewal_wanted().await
    }

    fn push_event(&self, event: Event) {
        let mut queue = self.lock();
        if queue.ended {
            return;
        }
        if matches!(event, Event::Resynchronised(_)) {
            queue.flow = Flow::Open;
        } else if event.is_state() && queue.flow != Flow::Open {
            return;
        }
        queue.ended = matches!(event, Event::Closed);
        let weight = weight(&event);
        if queue.events.len() >= EVENTS_MAX || queue.bytes + weight > BYTES_MAX {
            queue.make_room();
        }
        if !(event.is_state() && queue.flow != Flow::Open) {
            queue.bytes += weight;
            queue.events.push_back(event);
        }
        drop(queue);
        self.wake.notify_all();
    }

    /// Waits for events and takes some. `None`: the last one was taken.
    pub fn take(&self) -> Option<Vec<Event>> {
        let mut queue = self.lock();
        loop {
            let batch = self.pop(&mut queue);
            if !batch.is_empty() {
                return Some(batch);
            }
            if queue.ended {
                return None;
            }
            queue = self.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes some of the events that are there now, without waiting.
    pub fn take_now(&self) -> Vec<Event> {
        self.pop(&mut self.lock())
    }

    fn pop(&self, queue: &mut Queue) -> Vec<Event> {
        if queue.flow == Flow::Overflowed {
            queue.flow = Flow::Asked;
            self.resynchronise.notify_one();
        }
        queue.pop_batch()
    }

    /// Asks the session's task for a [`Event::Resynchronised`]; any number of wishes yield one.
    pub fn ask_for_resynchronisation(&self) {
        self.resynchronise.notify_one();
    }

    /// For the session's task: somebody wants a resynchronisation.
    pub async fn resynchronisation_wanted(&self) {
        self.resynchronise.notified().await;
    }

    /// What was dropped so far and comes by no resynchronisation.
    pub fn dropped(&self) -> Dropped {
        self.lock().dropped
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn make_room(&mut self) {
        let before = self.events.len();
        self.events.retain(|event| !event.is_state());
        if self.events.len() < before {
            self.flow = Flow::Overflowed;
        } else if let Some(oldest) = self.events.iter().position(is_report) {
            match self.events.remove(oldest) {
                Some(Event::DailyLog(_)) => self.dropped.daily_logs += 1,
                _ => self.dropped.refusals += 1,
            }
        }
        self.bytes = self.events.iter().map(weight).sum();
    }

    fn pop_batch(&mut self) -> Vec<Event> {
        let count = self.events.len().min(BATCH_MAX);
        let batch: Vec<_> = self.events.drain(..count).collect();
        self.bytes -= batch.iter().map(weight).sum::<usize>();
        batch
    }
}

/// Whether the event reports something of which there may be any number.
fn is_report(event: &Event) -> bool {
    matches!(event, Event::Refused(_) | Event::DailyLog(_))
}

/// Roughly the bytes that an event holds: a TOE its own length, a roster a line each, anything else a few texts.
fn weight(event: &Event) -> usize {
    const LINE: usize = 512;
    match event {
        Event::ToeUpdated(updated) => LINE + updated.force.encoded_bytes(),
        Event::DailyLog(log) => LINE + log.weight(),
        Event::Connected { roster, .. } | Event::Resynchronised(roster) => LINE * (2 + roster.others.len()),
        _ => LINE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::link::Refused;
    use crate::protocol::refusal::ErrorCode;
    use crate::protocol::roster::GmModeChanged;
    use crate::protocol::team::DailyLog;
    use crate::protocol::{CampaignDate, CampaignDetails, CampaignId, Text};
    use crate::session::Statistics;
    use crate::session::roster::Roster;
    use crate::session::timeline::Gate;

    fn state(number: u128) -> Event {
        Event::GmModeChanged(GmModeChanged { campaign: CampaignId::from_u128(number), gm_mode: true })
    }

    fn refused(revision: u64) -> Event {
        let code = ErrorCode::NotYours;
        Event::Refused(Refused {
            request: String::new(),
            code,
            reason: String::new(),
            revision,
            refused: String::new(),
            withdrawal: false,
        })
    }

    fn resynchronised() -> Event {
        let text = Text::parse("text", "x").expect("a text");
        let own = CampaignDetails {
            id: CampaignId::from_u128(1),
            name: text.clone(),
            date: CampaignDate::parse("date", "3025-01-01").expect("a date"),
            team: 1,
            location: text,
            gm_mode: false,
            active: true,
            status: Default::default(),
            ready: false,
            standing: Default::default(),
        };
        Event::Resynchronised(Roster::new(own).view(None, Gate::default(), Statistics::default()))
    }

    fn take_all(queue: &EventQueue) -> Vec<Event> {
        queue.push(Event::Closed);
        std::iter::from_fn(|| queue.take()).flatten().collect()
    }

    #[test]
    fn events_come_out_in_their_order_and_end_with_closed() {
        let queue = EventQueue::default();
        (1..=300).map(state).for_each(|event| queue.push(event));
        let expected: Vec<_> = (1..=300).map(state).chain([Event::Closed]).collect();
        assert_eq!(take_all(&queue), expected);
    }

    #[test]
    fn beyond_the_bound_state_is_dropped_until_one_resynchronisation() {
        let queue = EventQueue::default();
        (0..5_000).map(state).for_each(|event| queue.push(event));
        queue.push(refused(1));
        assert_eq!(queue.take(), Some(vec![refused(1)]));
        queue.push(state(6_000));
        queue.push(resynchronised());
        queue.push(state(7_000));
        assert_eq!(take_all(&queue), [resynchronised(), state(7_000), Event::Closed]);
    }

    #[test]
    fn taking_after_an_overflow_asks_for_a_resynchronisation_once() {
        let queue = EventQueue::default();
        (0..5_000).map(state).for_each(|event| queue.push(event));
        queue.push(refused(1));
        let wanted = |queue: &EventQueue| {
            let mut wish = std::pin::pin!(queue.resynchronisation_wanted());
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            std::future::Future::poll(wish.as_mut(), &mut context).is_ready()
        };
        assert!(!wanted(&queue));
        queue.take();
        assert!(wanted(&queue));
        queue.push(refused(2));
        queue.take();
        assert!(!wanted(&queue));
    }

    #[test]
    fn refusals_beyond_the_bound_push_out_the_oldest() {
        let queue = EventQueue::default();
        (0..2_000).map(refused).for_each(|event| queue.push(event));
        let events = take_all(&queue);
        assert!(events.len() <= EVENTS_MAX + 1);
        assert_eq!(events[events.len() - 2], refused(1_999));
        let heard = events.len() as u64 - 1;
        assert_eq!(queue.dropped(), Dropped { refusals: 2_000 - heard, daily_logs: 0 });
    }

    #[test]
    fn daily_logs_that_are_pushed_out_are_counted() {
        let log = |day| {
            let date = CampaignDate::from_epoch_day("date", day).expect("a date");
            let log = DailyLog::new(CampaignId::from_u128(1), date, vec!["Payday".into()]).expect("a good log");
            Event::DailyLog(log)
        };
        let queue = EventQueue::default();
        (0..1_500).map(log).for_each(|event| queue.push(event));
        let heard = take_all(&queue).len() as u64 - 1;
        assert_eq!(queue.dropped(), Dropped { refusals: 0, daily_logs: 1_500 - heard });
    }
}
