// SPDX-License-Identifier: GPL-3.0-or-later
//! Programs that talk by lines, played together: what each says is printed with its name in front, and the play waits
//! for lines, never for time.
//!
//! One thread, the caller's, owns everything; a thread per pipe only reads lines and sends them to it. A deadline for
//! the whole play stands behind every wait. Whatever way the play ends, no program outlives the stage.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};

use crate::command::for_each_line;

const EXIT_POLL: Duration = Duration::from_millis(10);

/// Who is on the stage, by order of entering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Actor(usize);

/// The programs of one play.
pub struct Stage {
    cast: Vec<Member>,
    sender: Sender<Heard>,
    receiver: Receiver<Heard>,
    deadline: Instant,
}

struct Member {
    name: &'static str,
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Vec<String>,
    /// Lines before this one have been waited for already.
    next: usize,
    open_pipes: usize,
}

enum Heard {
    Line(Actor, String),
    End(Actor),
}

impl Stage {
    /// An empty stage. Every wait together may take `limit`.
    pub fn new(limit: Duration) -> Self {
        let (sender, receiver) = mpsc::channel();
        Self { cast: Vec::new(), sender, receiver, deadline: Instant::now() + limit }
    }

    /// Starts a program under a name.
    pub fn enter(&mut self, name: &'static str, command: &mut Command) -> Result<Actor> {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().with_context(|| format!("cannot start {name}"))?;
        let actor = Actor(self.cast.len());
        listen(actor, child.stdout.take(), &self.sender);
        listen(actor, child.stderr.take(), &self.sender);
        let stdin = child.stdin.take();
        self.cast.push(Member { name, child, stdin, lines: Vec::new(), next: 0, open_pipes: 2 });
        Ok(actor)
    }

    /// Types a line to a program.
    pub fn say(&mut self, actor: Actor, line: &str) -> Result<()> {
        let member = &mut self.cast[actor.0];
        println!("{} > {line}", padded(member.name));
        let stdin = member.stdin.as_mut().context("nobody listens any more")?;
        writeln!(stdin, "{line}")
            .and_then(|()| stdin.flush())
            .with_context(|| format!("{} listens no more", member.name))
    }

    /// Waits until a program has said a line with all these parts, after the last one waited for, and gives it.
    pub fn expect(&mut self, actor: Actor, parts: &[&str]) -> Result<String> {
        loop {
            let member = &mut self.cast[actor.0];
            let fresh = &member.lines[member.next..];
            if let Some(index) = fresh.iter().position(|line| parts.iter().all(|part| line.contains(part))) {
                let line = fresh[index].clone();
                member.next += index + 1;
                return Ok(line);
            }
            let name = member.name;
            ensure!(member.open_pipes > 0, "{name} ended without a line with {parts:?}");
            self.hear().with_context(|| format!("{name} said no line with {parts:?}"))?;
        }
    }

    /// Waits until a program has ended by itself, and expects its exit code.
    pub fn expect_exit(&mut self, actor: Actor, code: i32) -> Result<()> {
        while self.cast[actor.0].open_pipes > 0 {
            self.hear().with_context(|| format!("{} did not end", self.cast[actor.0].name))?;
        }
        let member = &mut self.cast[actor.0];
        let status = loop {
            if let Some(status) = member.child.try_wait()? {
                break status;
            }
            ensure!(Instant::now() < self.deadline, "{} did not end", member.name);
            thread::sleep(EXIT_POLL);
        };
        println!("{} . ended with {status}", padded(member.name));
        ensure!(status.code() == Some(code), "{} ended with {status}, not with {code}", member.name);
        Ok(())
    }

    /// How many lines all programs together have said.
    pub fn lines_heard(&self) -> usize {
        self.cast.iter().map(|member| member.lines.len()).sum()
    }

    fn hear(&mut self) -> Result<()> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        match self.receiver.recv_timeout(left) {
            Ok(Heard::Line(actor, line)) => {
                let member = &mut self.cast[actor.0];
                println!("{} | {line}", padded(member.name));
                member.lines.push(line);
                Ok(())
            }
            Ok(Heard::End(actor)) => {
                self.cast[actor.0].open_pipes -= 1;
                Ok(())
            }
            Err(RecvTimeoutError::Timeout) => bail!("the play took too long"),
            Err(RecvTimeoutError::Disconnected) => Err(anyhow!("the stage is closed")),
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for member in &mut self.cast {
            // Fails only for a program that has ended already.
            let _ = member.child.kill();
            let _ = member.child.wait();
        }
    }
}

fn padded(name: &str) -> String {
    format!("{name:<9}")
}

fn listen(actor: Actor, pipe: Option<impl Read + Send + 'static>, sender: &Sender<Heard>) {
    let sender = sender.clone();
    thread::spawn(move || {
        if let Some(pipe) = pipe {
            for_each_line(pipe, |line| sender.send(Heard::Line(actor, line)).is_ok());
        }
        // The stage may be gone already.
        let _ = sender.send(Heard::End(actor));
    });
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::process::Command;
    use std::time::{Duration, Instant};

    use super::Stage;

    const GENEROUS: Duration = Duration::from_secs(20);

    /// A program that is there wherever these tests are: this test program, listing its tests.
    fn lister() -> Command {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--list", "a_missing_line"]);
        command
    }

    #[test]
    fn lines_are_found_in_their_order_and_the_exit_code_is_judged() {
        let mut stage = Stage::new(GENEROUS);
        let actor = stage.enter("lister", &mut lister()).unwrap();
        assert!(stage.expect(actor, &["stage", "a_missing_line"]).unwrap().contains("tests"));
        assert!(stage.expect(actor, &["1 test"]).is_ok());
        assert!(stage.expect_exit(actor, 7).is_err());
        assert_eq!(stage.lines_heard(), 3);
    }

    #[test]
    fn a_missing_line_ends_the_play_when_the_program_ends() {
        let mut stage = Stage::new(GENEROUS);
        let actor = stage.enter("lister", &mut lister()).unwrap();
        let error = stage.expect(actor, &["nobody says this"]).unwrap_err();
        assert!(format!("{error:#}").contains("ended without"), "{error:#}");
    }

    #[test]
    fn a_silent_program_ends_the_play_at_its_deadline_and_does_not_outlive_it() {
        let mut stage = Stage::new(Duration::from_millis(50));
        // The compiler waits for a program on its standard input.
        let mut silent = Command::new("rustc");
        silent.arg("-");
        let begin = Instant::now();
        let actor = stage.enter("silent", &mut silent).unwrap();
        let error = stage.expect(actor, &["nobody says this"]).unwrap_err();
        assert!(format!("{error:#}").contains("too long"), "{error:#}");
        drop(stage);
        assert!(begin.elapsed() < GENEROUS);
    }
}
