// SPDX-License-Identifier: GPL-3.0-or-later
//! A host in a process of its own, which can be killed. The test program is started anew for it.

use std::env;
use std::io::{BufRead, BufReader, Lines};
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use distributed_mekhq::net::{host, runtime};

use super::support::{host_options, logs};

/// The host campaign.
pub const HOST: u128 = 100;

/// Where the host listens. A port that is free while its host is dead is one that the system may give to a client, which
/// would then connect to itself: so clients have another address, where a computer has more than one of its own.
pub const ADDRESS: Ipv4Addr =
    if cfg!(target_os = "linux") { Ipv4Addr::new(127, 0, 0, 2) } else { Ipv4Addr::new(127, 0, 0, 1) };

/// Set for the program that is the host: its port, 0 for any, and its data folder.
const PORT: &str = "KILLED_HOST_PORT";
const FOLDER: &str = "KILLED_HOST_FOLDER";
const PREFIX: &str = "host says ";

/// A running host.
pub struct HostProcess {
    child: Child,
    input: ChildStdin,
    /// Kept: a program whose output nobody takes fails.
    output: Lines<BufReader<ChildStdout>>,
    pub port: u16,
}

impl HostProcess {
    pub fn start(folder: &Path, port: u16) -> Self {
        Self::start_as(Command::new(env::current_exe().expect("this program has a file")), folder, port)
    }

    /// As the child of another program, whose arguments end with the program to run.
    #[cfg(target_os = "linux")]
    pub fn start_under(mut watcher: Command, folder: &Path) -> Self {
        watcher.arg(env::current_exe().expect("this program has a file"));
        Self::start_as(watcher, folder, 0)
    }

    fn start_as(mut program: Command, folder: &Path, port: u16) -> Self {
        let mut child = program
            .args(["--exact", "host::the_host_of_the_other_tests", "--nocapture"])
            .env(PORT, port.to_string())
            .env(FOLDER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts");
        let input = child.stdin.take().expect("piped");
        let mut output = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut said = output.by_ref().map_while(Result::ok);
        let port = said.find_map(|line| line.split_once(PREFIX)?.1.parse().ok()).expect("the host lives");
        Self { child, input, output, port }
    }

    /// Killed at once and without a word, as by `kill -9`, and started again.
    pub fn kill_and_start(&mut self, folder: &Path) {
        self.child.kill().expect("it runs");
        let status = self.child.wait().expect("a child");
        assert!(!status.success(), "the host ended by itself");
        *self = Self::start(folder, self.port);
    }

    /// By closing the session.
    pub fn stop(mut self) {
        drop(self.input);
        self.output.for_each(drop);
        assert!(self.child.wait().expect("a child").success(), "the host failed");
    }
}

#[test]
fn the_host_of_the_other_tests() {
    let (Some(folder), Ok(port)) = (env::var_os(FOLDER), env::var(PORT)) else { return };
    logs::begin();
    let mut options = host_options(HOST, port.parse().expect("a port"), Path::new(&folder));
    options.bind_address = Some(ADDRESS.into());
    let session = host::start(&runtime::handle().expect("threads"), options).expect("a host");
    println!("{PREFIX}{}", session.port().expect("a host has a port"));
    std::thread::scope(|scope| {
        scope.spawn(|| while session.events().take().is_some() {});
        // Ends when the other test closes it, or is no more.
        std::io::stdin().lines().for_each(drop);
        session.close();
    });
}
