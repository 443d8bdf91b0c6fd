// SPDX-License-Identifier: GPL-3.0-or-later
//! A real host process is killed again and again in the middle of transfers, and watched while it lives: what it has said
//! is on its disk.
//!
//! `KILL_ROUNDS` (3) and `KILL_SEED` (1) choose how much of it is played, and which.

mod host;
#[cfg(target_os = "linux")]
mod promises;
#[path = "../simulation/random.rs"]
#[allow(dead_code, reason = "the simulation takes more chances")]
mod random;
mod storm;
#[path = "../support/mod.rs"]
mod support;
#[cfg(target_os = "linux")]
mod trace;
mod verdict;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use host::HostProcess;
use random::Random;
use storm::{CAMPAIGNS, Campaign};

/// Far beyond anything that a healthy run needs.
const WATCHDOG: Duration = Duration::from_secs(60);

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// Kills the host at so many moments of chance.
fn kill_often(host: &mut HostProcess, folder: &Path, rounds: u64, random: &mut Random, progress: &Receiver<()>) {
    for _ in 0..rounds {
        // Now and then at once, while the campaigns are still on their way back.
        let outcomes = if random.percent(10) { 0 } else { random.between(1, 60) };
        for _ in 0..outcomes {
            progress.recv_timeout(WATCHDOG).expect("transfers go on");
        }
        thread::sleep(Duration::from_micros(random.below(3_000)));
        host.kill_and_start(folder);
        // What had been under way when it died does not count for the next.
        progress.try_iter().for_each(drop);
    }
}

fn each(campaigns: &mut [Campaign], play: impl Fn(&mut Campaign) + Sync) {
    thread::scope(|scope| campaigns.iter_mut().for_each(|campaign| drop(scope.spawn(|| play(campaign)))));
}

#[test]
fn nothing_that_a_killed_host_had_said_is_lost_or_happens_twice() {
    let (rounds, seed) = (setting("KILL_ROUNDS", 3), setting("KILL_SEED", 1));
    println!("\nfigure seed: {seed}");
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = HostProcess::start(folder.path(), 0);
    let mut random = Random::new(seed);
    let (sender, progress) = channel();
    let join = |number| Campaign::join(number, host.port, Random::new(random.next()), sender.clone());
    let mut campaigns: Vec<_> = CAMPAIGNS.map(join).into();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let storms = scope.spawn(|| each(&mut campaigns, |campaign| campaign.storm(&stop)));
        kill_often(&mut host, folder.path(), rounds, &mut random, &progress);
        stop.store(true, Ordering::SeqCst);
        // Whoever waits for the host hears of the next one.
        host.kill_and_start(folder.path());
        storms.join()
    })
    .expect("every campaign is told what it must be");
    // With this host all requests die that are still on their way to it.
    host.kill_and_start(folder.path());
    each(&mut campaigns, Campaign::drain);
    let results: Vec<_> = campaigns.iter().map(Campaign::result).collect();
    each(&mut campaigns, Campaign::replay);
    let replayed: Vec<_> = campaigns.iter().map(Campaign::result).collect();
    let reloads: u64 = campaigns.iter().map(|campaign| campaign.reloads).sum();
    drop(campaigns);
    host.stop();
    println!("figure kills of a Rust host: {}", rounds + 2);
    println!("figure older saves loaded by remotes: {reloads}");
    verdict::check(&results, &replayed, folder.path());
}
