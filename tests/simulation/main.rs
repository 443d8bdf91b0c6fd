// SPDX-License-Identifier: GPL-3.0-or-later
//! Whole sessions of one host and 2 to 8 remotes under faults: the real state machines and the real messages over a
//! simulated network, disk and clock. All that happens follows from a seed, so a failing one replays alone.
//!
//! `SIMULATION_SESSIONS` (200), `SIMULATION_SEED` (1), `SIMULATION_REPEATS` (10) and `SIMULATION_TRACE=1` choose what is
//! run and shown.

mod calendar;
mod client_side;
mod counts;
mod faults;
mod healing;
mod host_side;
mod ledger;
mod network;
mod play;
mod privacy;
mod random;
mod restart;
mod trace;
mod world;

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use counts::{Counts, Reached};
use world::{Outcome, Violation, World};

/// With as many sessions, every row and every fault must have been reached.
const SESSIONS_REACHING_ALL: u64 = 1_000;

fn setting(name: &str, default: u64) -> u64 {
    match env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")),
        Err(_) => default,
    }
}

fn play(seed: u64, shown: bool) -> Outcome {
    let played = catch_unwind(AssertUnwindSafe(|| World::new(seed, shown).run()));
    played.unwrap_or_else(|_| {
        let violation = Violation { rule: "no panic", detail: "see above".into() };
        Outcome { counts: Counts::default(), hash: 0, violation: Some(violation) }
    })
}

/// Plays sessions on all processors until one violates a rule; answers with the lowest such seed that was found.
fn play_all(first: u64, sessions: u64, shown: bool) -> (Counts, Option<(u64, Violation)>) {
    let next = AtomicU64::new(first);
    let stop = AtomicBool::new(false);
    let found = Mutex::new((Counts::default(), None::<(u64, Violation)>));
    let work = || {
        while !stop.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + sessions {
                return;
            }
            let outcome = play(seed, shown);
            let mut found = found.lock().expect("no panic while it is held");
            found.0.merge(&outcome.counts);
            if let Some(violation) = outcome.violation {
                stop.store(true, Ordering::Relaxed);
                if found.1.as_ref().is_none_or(|(other, _)| seed < *other) {
                    found.1 = Some((seed, violation));
                }
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

fn print_figures(counts: &Counts, begin: Instant) {
    let seconds = begin.elapsed().as_secs_f64();
    println!("figure sessions: {}", counts.sessions);
    println!("figure steps: {}", counts.steps);
    println!("figure sessions a second: {:.0}", counts.sessions as f64 / seconds);
    println!("figure steps a second: {:.0}", counts.steps as f64 / seconds);
    for &reached in Reached::ALL {
        println!("figure {}: {}", reached.text(), counts.of(reached));
    }
}

#[test]
fn every_rule_holds_in_every_session() {
    let (first, sessions) = (setting("SIMULATION_SEED", 1), setting("SIMULATION_SESSIONS", 200));
    let begin = Instant::now();
    let (counts, violation) = play_all(first, sessions, env::var("SIMULATION_TRACE").is_ok_and(|shown| shown == "1"));
    print_figures(&counts, begin);
    if let Some((seed, Violation { rule, detail })) = violation {
        println!("figure violating seed: {seed}");
        println!("violated \"{rule}\": {detail}");
        println!(
            "replay: SIMULATION_SEED={seed} SIMULATION_SESSIONS=1 SIMULATION_TRACE=1 cargo test --test simulation"
        );
        panic!("seed {seed} violates \"{rule}\"");
    }
    let missing = counts.missing();
    let enough = sessions < SESSIONS_REACHING_ALL || missing.is_empty();
    assert!(enough, "never reached in {sessions} sessions: {missing:?}");
}

#[test]
fn the_same_seed_gives_the_same_session() {
    let (first, repeats) = (setting("SIMULATION_SEED", 1), setting("SIMULATION_REPEATS", 10));
    for seed in first..first + repeats {
        let (once, again) = (play(seed, false), play(seed, false));
        assert_eq!((once.hash, once.counts.steps), (again.hash, again.counts.steps), "seed {seed}");
    }
    println!("figure seeds with the same trace twice: {repeats}");
}
