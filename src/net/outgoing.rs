// SPDX-License-Identifier: GPL-3.0-or-later
//! Frames on their way to one peer: a bounded queue that the transport drains as a stream.
//!
//! Policy: once a few frames wait, what is state is coalesced, a newer frame replacing the older one of the same key. At
//! one of the bounds a peer that still does not drain is disconnected, since it resynchronises on its return. What waited is
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

/// The same for bytes, so that a few of the largest frames do not fill what many small ones may.
const COALESCED_FROM_BYTES: usize = 256 * 1024;

/// What frames of the same state have in common.
pub type StateKey = (&'static str, Option<CampaignId>);

/// Bytes that may wait: room for everyone's TOE at once, as at the opening of a bus.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// Bytes that may wait of what is no state and cannot be coalesced, such as logs and answers.
const LASTING_BYTES_MAX: usize = 2 * 1024 * 1024;

/// What is sent to a peer.
pub enum Frame {
    /// As it travels, shared among all to whom it goes.
    Encoded(Bytes),
    /// Encoded when the peer takes it: what is kept for everyone is shared until then, and a peer that takes nothing
    /// holds nothing of its own.
    OnDemand {
        /// Bytes that it counts as.
        bytes: usize,
        /// Gives nothing for what cannot be encoded.
        encode: Box<dyn FnOnce() -> Option<Bytes> + Send>,
    },
}

impl Frame {
    /// Bytes that it counts as while it waits.
    fn len(&self) -> usize {
        match self {
            Self::Encoded(bytes) => bytes.len(),
            Self::OnDemand { bytes, .. } => *bytes,
        }
    }

    fn into_bytes(self) -> Option<Bytes> {
        match self {
            Self::Encoded(bytes) => Some(bytes),
            Self::OnDemand { encode, .. } => encode(),
        }
    }
}

impl From<Bytes> for Frame {
    fn from(bytes: Bytes) -> Self {
        Self::Encoded(bytes)
    }
}

/// The peer does not take what is sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSlow;

#[derive(Default)]
struct Queue {
    frames: VecDeque<(Option<StateKey>, Frame)>,
    bytes: usize,
    /// Those of frames without a key.
    lasting_bytes: usize,
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
    pub fn push(&self, key: Option<StateKey>, frame: impl Into<Frame>) -> Result<(), TooSlow> {
        let frame = frame.into();
        let mut queue = lock(&self.0);
        queue.coalesce(key);
        let overflows = queue.overflows(key, frame.len());
        if queue.overflowed || overflows {
            queue.clear();
        }
        let news = overflows && !queue.overflowed;
        queue.overflowed |= overflows;
        queue.push(key, frame);
        let reader = queue.reader.take();
        drop(queue);
        reader.into_iter().for_each(Waker::wake);
        if news { Err(TooSlow) } else { Ok(()) }
    }
}

impl Queue {
    fn overflows(&self, key: Option<StateKey>, length: usize) -> bool {
        let lasting = key.is_none() && self.lasting_bytes + length > LASTING_BYTES_MAX;
        lasting || self.frames.len() >= FRAMES_MAX || self.bytes + length > BYTES_MAX
    }

    fn push(&mut self, key: Option<StateKey>, frame: Frame) {
        self.bytes += frame.len();
        if key.is_none() {
            self.lasting_bytes += frame.len();
        }
        self.frames.push_back((key, frame));
    }

    fn pop(&mut self) -> Option<Frame> {
        let (key, frame) = self.frames.pop_front()?;
        self.bytes -= frame.len();
        if key.is_none() {
            self.lasting_bytes -= frame.len();
        }
        Some(frame)
    }

    fn clear(&mut self) {
        self.frames.clear();
        (self.bytes, self.lasting_bytes) = (0, 0);
    }

    fn coalesce(&mut self, key: Option<StateKey>) {
        if key.is_none() || self.frames.len() < COALESCED_FROM && self.bytes < COALESCED_FROM_BYTES {
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
        loop {
            let mut queue = lock(&self.0);
            let Some(frame) = queue.pop() else {
                if queue.ended {
                    return Poll::Ready(None);
                }
                queue.reader = Some(context.waker().clone());
                return Poll::Pending;
            };
            drop(queue);
            // One that cannot be encoded was an error of our own, and is passed over.
            if let Some(bytes) = frame.into_bytes() {
                return Poll::Ready(Some(bytes));
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
        let key = |number| Some(("TOEUpdated", Some(CampaignId::from_u128(number))));
        assert!(outgoing.push(key(1), large.clone()).is_ok());
        assert!(outgoing.push(key(2), large.clone()).is_ok());
        assert_eq!(outgoing.push(key(3), large), Err(TooSlow));
    }

    #[test]
    fn what_cannot_be_coalesced_has_a_bound_of_its_own() {
        let (outgoing, frames) = outgoing();
        let log = Bytes::from(vec![0; LASTING_BYTES_MAX / 4]);
        assert!((0..4).all(|_| outgoing.push(None, log.clone()).is_ok()));
        assert!(outgoing.push(Some(("TOEUpdated", None)), log.clone()).is_ok(), "state has room");
        assert_eq!(drain(&frames).len(), 5);
        assert!((0..4).all(|_| outgoing.push(None, log.clone()).is_ok()), "drained bytes count no more");
        assert_eq!(outgoing.push(None, log), Err(TooSlow));
    }

    #[test]
    fn a_frame_on_demand_is_made_when_it_is_taken() {
        let (outgoing, frames) = outgoing();
        let on_demand = |made: Option<&'static [u8]>| {
            let encode = Box::new(move || made.map(Bytes::from_static));
            Frame::OnDemand { bytes: LASTING_BYTES_MAX / 2, encode }
        };
        outgoing.push(None, on_demand(None)).expect("room");
        outgoing.push(None, on_demand(Some(b"a"))).expect("room");
        assert_eq!(outgoing.push(None, Bytes::from_static(b"b")), Err(TooSlow), "it counts while it waits");
        assert_eq!(drain(&frames), ["b"]);
        outgoing.push(None, on_demand(None)).expect("room");
        outgoing.push(None, on_demand(Some(b"a"))).expect("room");
        assert_eq!(drain(&frames), ["a"]);
    }

    #[test]
    fn a_few_large_frames_of_one_state_take_the_room_of_one() {
        let (outgoing, frames) = outgoing();
        let toe = Bytes::from(vec![0; COALESCED_FROM_BYTES]);
        (0..50).for_each(|_| outgoing.push(Some(("TOEUpdated", None)), toe.clone()).expect("room"));
        assert_eq!(drain(&frames).len(), 1);
    }
}
