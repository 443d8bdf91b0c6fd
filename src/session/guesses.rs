// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "link": how often somebody may be wrong about the password (protocol.md section 2, point 3).

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::Now;
use super::address::AddressBlock;
use crate::protocol::CampaignId;

/// Wrong passwords of one guesser that are looked at within [`WINDOW`].
pub const GUESSES_MAX: usize = 10;

/// The time in which guesses are counted.
pub const WINDOW: Duration = Duration::from_secs(60);

/// Guessers that are remembered.
const GUESSERS_MAX: usize = 4_096;

/// Whose guesses are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guesser {
    /// Whoever comes from there.
    Stranger(AddressBlock),
    /// A campaign that proves its key, wherever it comes from: households share an address, and what a stranger in one
    /// does must not lock a player out.
    Member(CampaignId),
}

/// Wrong passwords of the last minute.
///
/// The table is bounded. When it is full, whoever guessed longest ago is forgotten: a peer with thousands of address
/// blocks may thus guess a little more often, which its blocks would let it do anyway, and nobody is locked out by the
/// table itself.
#[derive(Debug, Default)]
pub struct Guesses {
    by_guesser: BTreeMap<Guesser, VecDeque<Now>>,
}

impl Guesses {
    /// Whether a password of this guesser is looked at now; if not, how long until it is.
    pub fn check(&self, now: Now, guesser: Guesser) -> Result<(), Duration> {
        let Some(moments) = self.by_guesser.get(&guesser) else { return Ok(()) };
        // The oldest of the last ten: there are never more.
        match moments.front() {
            Some(&oldest) if moments.len() >= GUESSES_MAX && now.since(oldest) < WINDOW => {
                Err(WINDOW - now.since(oldest))
            }
            _ => Ok(()),
        }
    }

    /// A password that was looked at is wrong.
    pub fn failed(&mut self, now: Now, guesser: Guesser) {
        if !self.by_guesser.contains_key(&guesser) && self.by_guesser.len() >= GUESSERS_MAX {
            self.make_place(now);
        }
        let moments = self.by_guesser.entry(guesser).or_default();
        moments.push_back(now);
        if moments.len() > GUESSES_MAX {
            moments.pop_front();
        }
    }

    fn make_place(&mut self, now: Now) {
        let last = |moments: &VecDeque<Now>| moments.back().copied();
        self.by_guesser.retain(|_, moments| last(moments).is_some_and(|moment| now.since(moment) < WINDOW));
        if self.by_guesser.len() >= GUESSERS_MAX {
            let oldest = self.by_guesser.iter().min_by_key(|(_, moments)| last(moments)).map(|(&guesser, _)| guesser);
            oldest.and_then(|guesser| self.by_guesser.remove(&guesser));
        }
    }
}

#[cfg(test)]
mod tests {
    use core::net::IpAddr;

    use super::*;

    fn stranger(number: u32) -> Guesser {
        Guesser::Stranger(IpAddr::from(number.to_be_bytes()).into())
    }

    /// Guesses each millisecond; how many were looked at.
    fn storm(guesses: &mut Guesses, guesser: Guesser, ms: std::ops::Range<u64>) -> usize {
        ms.map(Now).filter(|&now| guesses.check(now, guesser).map(|()| guesses.failed(now, guesser)).is_ok()).count()
    }

    #[test]
    fn ten_guesses_a_minute_are_looked_at_however_many_come() {
        let mut guesses = Guesses::default();
        assert_eq!(storm(&mut guesses, stranger(1), 0..60_000), 10);
        assert_eq!(guesses.check(Now(59_999), stranger(1)), Err(Duration::from_millis(1)));
        assert_eq!(storm(&mut guesses, stranger(1), 60_000..120_000), 10);
        assert_eq!(guesses.check(Now(0), stranger(2)), Ok(()));
    }

    #[test]
    fn no_minute_whatever_holds_more_than_ten() {
        let mut guesses = Guesses::default();
        let mut taken: Vec<u64> = Vec::new();
        for ms in (0..300_000).step_by(7) {
            if guesses.check(Now(ms), stranger(1)).is_ok() {
                guesses.failed(Now(ms), stranger(1));
                taken.push(ms);
            }
        }
        assert!(taken.windows(11).all(|eleven| eleven[10] - eleven[0] >= 60_000));
        assert_eq!(taken.len(), 50);
    }

    #[test]
    fn the_table_is_bounded_and_forgets_whoever_guessed_longest_ago() {
        let mut guesses = Guesses::default();
        storm(&mut guesses, stranger(0), 0..10);
        for number in 1..=GUESSERS_MAX as u32 {
            guesses.failed(Now(u64::from(number)), stranger(number));
        }
        assert_eq!(guesses.by_guesser.len(), GUESSERS_MAX);
        assert_eq!(guesses.check(Now(5_000), stranger(1)), Ok(()));
        // Who guessed after others is still held to it.
        assert_eq!(storm(&mut guesses, stranger(4_000), 5_000..6_000), 9);
        guesses.failed(Now(66_000), stranger(99_999));
        assert_eq!(guesses.by_guesser.len(), 1);
    }
}
