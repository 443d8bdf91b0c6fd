// SPDX-License-Identifier: GPL-3.0-or-later
//! Real hosts and remotes, tonic and TLS included, on a simulated network and clock: it is cut for a minute, and
//! heals. What is cut, how, and what is played meanwhile follows from a seed.
//!
//! `PARTITION_SEEDS` (8), `PARTITION_SEED` (1) and `PARTITION_TRACE=1` choose what is run and shown.

mod cut;
mod network;
mod player;
#[path = "../simulation/random.rs"]
#[allow(dead_code, reason = "the simulation uses more of it")]
mod random;
#[path = "../support/mod.rs"]
mod support;
mod world;

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cut::Cut;
use world::{Outcome, World};

/// With as many seeds, every kind of cut must have been made.
const SEEDS_REACHING_ALL: u64 = 20;

fn setting(name: &str, default: u64) -> u64 {
    match env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")),
        Err(_) => default,
    }
}

/// What was seen over all seeds.
#[derive(Default)]
struct Totals {
    seeds: u64,
    remotes: u64,
    intruders_refused: u64,
    reconnects: u64,
    cuts: [u64; Cut::ALL.len()],
    slowest: Duration,
    simulated: Duration,
}

impl Totals {
    fn add(&mut self, outcome: &Outcome) {
        self.seeds += 1;
        self.remotes += outcome.remotes;
        self.intruders_refused += outcome.intruders_refused;
        self.reconnects += outcome.reconnects;
        for cut in &outcome.cuts {
            self.cuts[cut.index()] += 1;
        }
        self.slowest = self.slowest.max(outcome.healed_after);
        self.simulated += outcome.simulated;
    }

    fn print(&self, begin: Instant) {
        let seconds = begin.elapsed().as_secs_f64();
        println!("figure seeds: {}", self.seeds);
        println!("figure seeds a second: {:.1}", self.seeds as f64 / seconds);
        println!("figure simulated hours: {:.1}", self.simulated.as_secs_f64() / 3_600.0);
        println!("figure remote campaigns: {}", self.remotes);
        for cut in Cut::ALL {
            println!("figure links cut {}: {}", cut.text(), self.cuts[cut.index()]);
        }
        println!("figure reconnects: {}", self.reconnects);
        println!("figure second Connects refused at a living bus: {}", self.intruders_refused);
        println!("figure slowest recovery after healing, simulated s: {:.1}", self.slowest.as_secs_f64());
    }
}

/// One seed. The message of a panic is what was violated.
fn play(seed: u64, shown: bool) -> Result<Outcome, String> {
    let played = catch_unwind(AssertUnwindSafe(|| World::new(seed, shown).run()));
    played.unwrap_or_else(|_| Err("there was a panic, see above".into()))
}

/// Plays seeds on all processors until one of them violates something.
fn play_all(first: u64, seeds: u64, shown: bool) -> (Totals, Option<(u64, String)>) {
    let next = AtomicU64::new(first);
    let found = Mutex::new((Totals::default(), None::<(u64, String)>));
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + seeds || found.lock().expect("no panic while it is held").1.is_some() {
                return;
            }
            let outcome = play(seed, shown);
            let mut found = found.lock().expect("no panic while it is held");
            match outcome {
                Ok(outcome) => found.0.add(&outcome),
                Err(violation) => found.1 = Some((seed, violation)),
            }
        }
    };
    let threads = if shown { 1 } else { thread::available_parallelism().map_or(1, usize::from) };
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    found.into_inner().expect("no panic while it was held")
}

#[test]
fn after_a_minute_of_partition_all_agree_and_nobody_is_locked_out_or_displaced() {
    let (first, seeds) = (setting("PARTITION_SEED", 1), setting("PARTITION_SEEDS", 8));
    let begin = Instant::now();
    let (totals, violation) = play_all(first, seeds, env::var("PARTITION_TRACE").is_ok_and(|shown| shown == "1"));
    totals.print(begin);
    if let Some((seed, violation)) = violation {
        println!("figure violating seed: {seed}");
        println!("replay: PARTITION_SEED={seed} PARTITION_SEEDS=1 PARTITION_TRACE=1 cargo test --test partition");
        panic!("seed {seed}: {violation}");
    }
    let all_made = totals.cuts.iter().all(|&count| count > 0);
    assert!(seeds < SEEDS_REACHING_ALL || all_made, "some kind of cut was never made: {:?}", totals.cuts);
}
