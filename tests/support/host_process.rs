// SPDX-License-Identifier: GPL-3.0-or-later
//! A host in a process of its own, which answers each line on its input with its size. A test program that includes
//! this file is started anew for one of its tests.

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use distributed_mekhq::net::host;
use distributed_mekhq::net::runtime;
use distributed_mekhq::session::Event;
use memory_stats::memory_stats;

use super::support::host_options;

/// Set for the program that is the host.
const IS_HOST: &str = "TEST_IS_HOST";
const PREFIX: &str = "host says ";

/// A running host.
pub struct HostProcess {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    pub port: u16,
}

impl HostProcess {
    pub fn start() -> Self {
        Self::start_as(Command::new(env::current_exe().expect("this program has a file")))
    }

    /// With no more than as many descriptors, hard limit included. Unix only.
    #[allow(dead_code, reason = "not every test that has a host process does this to it")]
    pub fn start_with_descriptors(count: u32) -> Self {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", &format!("ulimit -n {count} && exec \"$0\" \"$@\"")])
            .arg(env::current_exe().expect("a file"));
        Self::start_as(shell)
    }

    fn start_as(mut program: Command) -> Self {
        let mut child = program
            .args(["--exact", "host_process::the_host_of_the_other_test", "--nocapture"])
            .env(IS_HOST, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts");
        let input = child.stdin.take().expect("piped");
        let output = BufReader::new(child.stdout.take().expect("piped"));
        let mut host = Self { child, input, output, port: 0 };
        host.port = host.answer().try_into().expect("a port");
        host
    }

    /// The largest that it has been since this was first asked.
    #[allow(dead_code, reason = "not every test that has a host process asks for this")]
    pub fn peak_bytes(&mut self) -> u64 {
        writeln!(self.input, "how large?").expect("the host lives");
        self.answer()
    }

    /// Its process.
    #[allow(dead_code, reason = "not every test that has a host process asks for this")]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn answer(&mut self) -> u64 {
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(self.output.read_line(&mut line).expect("text"), 0, "the host has ended");
            if let Some((_, number)) = line.split_once(PREFIX) {
                return number.trim().parse().expect("a number");
            }
        }
    }

    pub fn stop(mut self) {
        drop(self.input);
        assert!(self.child.wait().expect("a child").success(), "the host failed");
    }
}

fn resident_bytes() -> u64 {
    // A process without descriptors cannot even ask.
    memory_stats().map_or(0, |stats| stats.physical_mem as u64)
}

/// Watches closer than any queue could fill and drain again.
fn watch(peak: &AtomicU64) {
    loop {
        peak.fetch_max(resident_bytes(), Ordering::Relaxed);
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn the_host_of_the_other_test() {
    if env::var_os(IS_HOST).is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let options = host_options(100, 0, folder.path());
    let session = Arc::new(host::start(&runtime::handle().expect("threads"), options).expect("a host"));
    let playing = Arc::clone(&session);
    // All on one team, so that a log goes to seven others.
    thread::spawn(move || {
        while let Some(events) = playing.events().take() {
            for event in events {
                if let Event::CampaignJoined(details) = event {
                    let _ = playing.assign_team(details.id, 2);
                }
            }
        }
    });
    let peak = Arc::new(AtomicU64::new(0));
    println!("{PREFIX}{}", session.port().expect("a host has a port"));
    for (number, _) in std::io::stdin().lines().enumerate() {
        if number == 0 {
            peak.store(resident_bytes(), Ordering::Relaxed);
            let watched = Arc::clone(&peak);
            thread::spawn(move || watch(&watched));
        }
        println!("{PREFIX}{}", peak.load(Ordering::Relaxed));
    }
    session.close();
}
