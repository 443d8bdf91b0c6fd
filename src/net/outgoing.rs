// SPDX-License-Identifier: GPL-3.0-or-later
//! Frames on their way to one peer: a bounded queue that the transport drains as a stream.
//!
//! Policy: once a few frames wait, what is state is coalesced, a newer frame replacing the older one of the same key. At
//! the bound a peer that still does not drain is disconnected, since it resynchronises on its return. What waited is
//! thrown away then, and only the last words (a Goodbye) are still offered to it.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use tokio_stream::Stream;

use crate::protocol::CampaignId;

/// Frames that may wait.
const FRAMES_MAX: usize = 1_024;

/// Frames that may wait before state is coalesced: looking for older frames costs time that a fast peer need not pay.
const COALESCED_FROM: usize = 64;

/// What frames of the same state have in common.
pub type StateKey = (&'static str, Option<CampaignId>);

/// Bytes that may wait: room for everyone's TOE at once, as at the opening of a bus.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// The peer does not take what is sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSlow;

#[derive(Default)]
struct Queue {
    frames: VecDeque<(Option<StateKey>, Bytes)>,
    bytes: usize,
    overflowed: bool,
    ended: bool,
    reader: Option<Waker>,
}

/// The writing end. Dropping it ends the stream after what was pushed.
pub struct Outgoing(Arc<Mutex<Queue>>);

/// The reading end.
pub struct Frames(Arc<Mutex<Queue>>);

/// A queue to one peer.
pub fn outgoing() -> (Outgoing, Frames) {
    let queue = Arc::new(Mutex::new(Queue::default()));
    (Outgoing(Arc::clone(&queue)), Frames(queue))
}

fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Outgoing {
    /// Queues a frame; one with a key may replace an older one with the same key. At the bound the peer is too slow,
    /// which is said once; later frames replace one another.
    pub fn push(&self, key: Option<StateKey>, frame: Bytes) -> Result<(), TooSlow> {
        let mut queue = lock(&self.0);
        queue.coalesce(key);
        let overflows = queue.frames.len() >= FRAMES_MAX || queue.bytes + frame.len() > BYTES_MAX;
        if queue.overflowed || overflows {
            queue.frames.clear();
            queue.bytes = 0;
        }
        let news = overflows && !queue.overflowed;
        queue.overflowed |= overflows;
        queue.bytes += frame.len();
        queue.frames.push_back((key, frame));
        let reader = queue.reader.take();
        drop(queue);
        reader.into_iter().for_each(Waker::wake);
        if news { Err(TooSlow) } else { Ok(()) }
    }
}

impl Queue {
    fn coalesce(&mut self, key: Option<StateKey>) {
        if key.is_none() || self.frames.len() < COALESCED_FROM {
            return;
        }
        let older = self.frames.iter().position(|(known, _)| *known == key);
        if let Some((_, frame)) = older.and_then(|older| self.frames.remove(older)) {
            self.bytes -= frame.len();
        }
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        let mut queue = lock(&self.0);
        queue.ended = true;
        let reader = queue.reader.take();
        drop(queue);
        reader.into_iter().for_each(Waker::wake);
    }
}

impl Frames {
    fn poll(&self, context: &Context<'_>) -> Poll<Option<Bytes>> {
        let mut queue = lock(&self.0);
        match queue.frames.pop_front() {
            Some((_, frame)) => {
                queue.bytes -= frame.len();
                Poll::Ready(Some(frame))
            }
            None if queue.ended => Poll::Ready(None),
            None => {
                queue.reader = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Stream for Frames {
    type Item = Bytes;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        self.poll(context)
    }
}

/// The same frames for tonic's server, which wants results.
pub struct Replies(pub Frames);

impl Stream for Replies {
    type Item = Result<Bytes, tonic::Status>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll(context).map(|frame| frame.map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(frames: &Frames) -> Vec<Bytes> {
        let context = Context::from_waker(Waker::noop());
        let next = || match frames.poll(&context) {
            Poll::Ready(frame) => frame,
            Poll::Pending => None,
        };
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn what_was_pushed_before_the_end_is_still_delivered() {
        let (outgoing, frames) = outgoing();
        outgoing.push(None, Bytes::from_static(b"a")).expect("room");
        drop(outgoing);
        assert_eq!(drain(&frames), ["a"]);
        assert!(matches!(frames.poll(&Context::from_waker(Waker::noop())), Poll::Ready(None)));
    }

    #[test]
    fn a_peer_that_does_not_drain_is_too_slow_once_and_hears_the_last_words_only() {
        let (outgoing, frames) = outgoing();
        let verdicts: Vec<_> = (0..FRAMES_MAX + 2).map(|_| outgoing.push(None, Bytes::from_static(b"x"))).collect();
        assert_eq!(verdicts.iter().filter(|verdict| verdict.is_err()).count(), 1);
        assert_eq!(verdicts[FRAMES_MAX], Err(TooSlow));
        outgoing.push(None, Bytes::from_static(b"goodbye")).expect("last words");
        assert_eq!(drain(&frames), ["goodbye"]);
    }

    #[test]
    fn state_that_waits_is_coalesced_and_its_newest_frame_comes_last() {
        let (outgoing, frames) = outgoing();
        let key = |number| Some(("CampaignDateChanged", Some(CampaignId::from_u128(number))));
        for number in 0..COALESCED_FROM as u128 {
            outgoing.push(key(number), Bytes::from(format!("old {number}"))).expect("room");
        }
        for _ in 0..FRAMES_MAX {
            outgoing.push(key(7), Bytes::from_static(b"new 7")).expect("room");
        }
        let drained = drain(&frames);
        assert_eq!(drained.len(), COALESCED_FROM);
        assert_eq!(drained.last().map(Bytes::as_ref), Some(&b"new 7"[..]));
        assert!(!drained.contains(&Bytes::from_static(b"old 7")));
    }

    #[test]
    fn bytes_are_bounded_as_frames_are() {
        let (outgoing, _frames) = outgoing();
        let large = Bytes::from(vec![0; BYTES_MAX / 2]);
        assert!(outgoing.push(None, large.clone()).is_ok());
        assert!(outgoing.push(None, large.clone()).is_ok());
        assert_eq!(outgoing.push(None, large), Err(TooSlow));
    }
}
