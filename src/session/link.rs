// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "link": whether the other side is still there, and whether it keeps to the contract (protocol.md section 2).

use std::collections::VecDeque;
use std::time::Duration;

use super::Now;
use crate::protocol::limits::MALFORMED_PER_MINUTE_MAX;

/// Unanswered pings after which a peer counts as inactive.
const UNANSWERED_INACTIVE: u32 = 2;

/// Unanswered pings after which its bus is closed.
const UNANSWERED_DEAD: u32 = 4;

/// What a moment asks of a [`Heartbeat`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// Nothing is due.
    Rest,
    /// A ping is due and counts as sent.
    Ping,
    /// A ping is due and counts as sent; the peer has just become inactive.
    Fading,
    /// The peer is dead.
    Dead,
}

/// Pings to one peer (protocol.md section 2, point 11).
#[derive(Debug)]
pub struct Heartbeat {
    interval: Duration,
    next_ping: Now,
    last_ping: Now,
    unanswered: u32,
    sent: u64,
    answered: u64,
    round_trip: Option<Duration>,
}

impl Heartbeat {
    /// Begins with a ping due one interval from now.
    pub fn new(interval: Duration, now: Now) -> Self {
        Self {
            interval,
            next_ping: now.after(interval),
            last_ping: now,
            unanswered: 0,
            sent: 0,
            answered: 0,
            round_trip: None,
        }
    }

    /// When [`Self::beat`] has something to do.
    pub fn due(&self) -> Now {
        self.next_ping
    }

    /// A ping was sent outside the rhythm.
    pub fn pinged(&mut self, now: Now) {
        self.unanswered += 1;
        self.sent += 1;
        self.last_ping = now;
        self.next_ping = now.after(self.interval);
    }

    /// What is due now.
    pub fn beat(&mut self, now: Now) -> Beat {
        if now < self.next_ping {
            return Beat::Rest;
        }
        if self.unanswered >= UNANSWERED_DEAD {
            return Beat::Dead;
        }
        let fading = self.unanswered == UNANSWERED_INACTIVE;
        self.pinged(now);
        if fading { Beat::Fading } else { Beat::Ping }
    }

    /// An answer came. Whether the peer was inactive until now.
    pub fn ponged(&mut self, now: Now) -> bool {
        // With several pings out, nobody knows which one this answers.
        if self.unanswered == 1 {
            self.round_trip = Some(now.since(self.last_ping));
        }
        self.answered += 1;
        let was_inactive = self.unanswered > UNANSWERED_INACTIVE;
        self.unanswered = 0;
        was_inactive
    }

    /// The number of the next ping, counted from 1.
    pub fn next_number(&self) -> u64 {
        self.sent + 1
    }

    /// Whether the ping of this number was answered: answers come in the order of the pings.
    pub fn is_answered(&self, number: u64) -> bool {
        self.answered >= number
    }

    /// Whether an answer is outstanding.
    pub fn is_waiting(&self) -> bool {
        self.unanswered > 0
    }

    /// The last measured round trip.
    pub fn round_trip(&self) -> Option<Duration> {
        self.round_trip
    }
}

/// Waiting times between attempts to reach a lost host: exponential, with jitter (protocol.md section 2, point 12).
#[derive(Debug)]
pub struct Backoff {
    failures: u32,
    /// That the link stands is no success yet.
    in_vain: bool,
    random: u64,
}

/// The longest wait, before jitter.
const BACKOFF_MAX: Duration = Duration::from_secs(30);

/// The shortest wait, before jitter.
const BACKOFF_MIN: Duration = Duration::from_millis(250);

impl Backoff {
    /// `seed` makes the jitter of one client differ from that of another.
    pub fn new(seed: u64) -> Self {
        Self { failures: 0, in_vain: false, random: seed }
    }

    /// How long to wait before the next attempt: between half of the full wait and all of it.
    pub fn next_wait(&mut self) -> Duration {
        let full = BACKOFF_MIN.saturating_mul(1 << self.failures.min(16)).min(BACKOFF_MAX);
        self.failures += 1;
        let share = self.next_random() % 1_000;
        full / 2 + full.mul_f64(share as f64 / 2_000.0)
    }

    /// The link stands again.
    pub fn reset(&mut self) {
        if !self.in_vain {
            self.failures = 0;
        }
    }

    /// The link stood, but was of no use: that it stands again is no success before [`Self::served`].
    pub fn in_vain(&mut self) {
        self.in_vain = true;
    }

    /// The link has been of use.
    pub fn served(&mut self) {
        self.in_vain = false;
        self.reset();
    }

    /// SplitMix64: jitter needs no better randomness, and the rules have no other source.
    fn next_random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Counts what a peer should not have sent, within the last minute.
#[derive(Debug, Default)]
pub struct Misbehaviour {
    moments: VecDeque<Now>,
}

impl Misbehaviour {
    /// One more malformed message. Whether it is one too many (protocol.md section 1: the tenth in a minute closes the
    /// stream).
    pub fn count(&mut self, now: Now) -> bool {
        self.count_up_to(now, MALFORMED_PER_MINUTE_MAX)
    }

    /// One more. Whether `max` are reached within a minute.
    pub fn count_up_to(&mut self, now: Now, max: usize) -> bool {
        let minute = Duration::from_secs(60);
        self.moments.retain(|&moment| now.since(moment) < minute);
        self.moments.push_back(now);
        self.moments.len() >= max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(15);

    fn at(intervals: u64) -> Now {
        Now(intervals * 15_000)
    }

    #[test]
    fn two_unanswered_pings_make_a_peer_inactive_and_four_end_it() {
        let mut heartbeat = Heartbeat::new(INTERVAL, at(0));
        assert_eq!(heartbeat.beat(Now(14_999)), Beat::Rest);
        let beats: Vec<_> = (1..=5).map(|tick| heartbeat.beat(at(tick))).collect();
        assert_eq!(beats, [Beat::Ping, Beat::Ping, Beat::Fading, Beat::Ping, Beat::Dead]);
    }

    #[test]
    fn an_answer_brings_an_inactive_peer_back() {
        let mut heartbeat = Heartbeat::new(INTERVAL, at(0));
        for tick in 1..=3 {
            heartbeat.beat(at(tick));
        }
        assert!(heartbeat.ponged(at(3)));
        assert!(!heartbeat.ponged(at(3)));
        assert_eq!(heartbeat.beat(at(4)), Beat::Ping);
    }

    #[test]
    fn the_round_trip_is_that_of_the_only_ping_out() {
        let mut heartbeat = Heartbeat::new(INTERVAL, at(0));
        heartbeat.beat(at(1));
        heartbeat.ponged(Now(15_040));
        assert_eq!(heartbeat.round_trip(), Some(Duration::from_millis(40)));
        heartbeat.beat(at(2).after(INTERVAL));
        heartbeat.beat(at(4));
        heartbeat.ponged(at(4));
        assert_eq!(heartbeat.round_trip(), Some(Duration::from_millis(40)));
    }

    #[test]
    fn waits_grow_from_250_ms_to_30_s_with_jitter_and_begin_anew_after_success() {
        let mut backoff = Backoff::new(7);
        let waits: Vec<_> = (0..12).map(|_| backoff.next_wait()).collect();
        for (failures, wait) in waits.iter().enumerate() {
            let full = (BACKOFF_MIN * 2u32.pow(failures as u32)).min(BACKOFF_MAX);
            assert!((full / 2..=full).contains(wait), "{failures}: {wait:?}");
        }
        backoff.reset();
        assert!(backoff.next_wait() <= BACKOFF_MIN);
        let mut other = Backoff::new(8);
        assert_ne!((0..12).map(|_| other.next_wait()).collect::<Vec<_>>(), waits);
    }

    #[test]
    fn a_link_that_stood_in_vain_is_no_success_before_it_has_served() {
        let mut backoff = Backoff::new(7);
        backoff.in_vain();
        for _ in 0..8 {
            backoff.next_wait();
            backoff.reset();
        }
        assert!(backoff.next_wait() >= BACKOFF_MAX / 2);
        backoff.served();
        assert!(backoff.next_wait() <= BACKOFF_MIN);
    }

    #[test]
    fn the_tenth_malformed_message_within_a_minute_is_too_many() {
        let mut misbehaviour = Misbehaviour::default();
        let verdicts: Vec<_> = (0..10).map(|second| misbehaviour.count(Now(second * 6_000))).collect();
        assert_eq!(verdicts.iter().position(|&too_many| too_many), Some(9));
        let mut patient = Misbehaviour::default();
        assert!((0..100).all(|count| !patient.count(Now(count * 7_000))));
    }
}
