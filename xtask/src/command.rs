// SPDX-License-Identifier: GPL-3.0-or-later
//! Running other programs.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread;

use anyhow::{Context, Result, ensure};

/// Variables in which `cargo run` names its own folders to the dynamic loader.
const LIBRARY_PATHS: [&str; 4] = ["LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PATH"];

/// How a program ended, and the lines of both its outputs in the order in which they came.
#[derive(Debug)]
pub struct Finished {
    pub success: bool,
    pub lines: Vec<String>,
}

/// A command as a user would call it: a JVM must not find the library through the folders that `cargo run` adds to
/// the loader's path.
pub fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    let own = env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf));
    for name in LIBRARY_PATHS {
        if let (Some(own), Some(value)) = (&own, env::var_os(name)) {
            match without_folders_below(&value, own) {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
    }
    command
}

fn without_folders_below(value: &OsString, own: &Path) -> Option<OsString> {
    let kept: Vec<_> = env::split_paths(value).filter(|folder| !folder.starts_with(own)).collect();
    if kept.is_empty() { None } else { env::join_paths(kept).ok() }
}

/// Runs a command whose output goes straight to ours, and expects it to succeed.
pub fn run(command: &mut Command) -> Result<()> {
    let status = status(command)?;
    ensure!(status.success(), "{} ended with {status}", shown(command));
    Ok(())
}

/// Runs a command whose output goes straight to ours.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    announce(command);
    command.stdin(Stdio::null()).status().with_context(|| format!("cannot start {}", shown(command)))
}

/// Runs a command, shows its output as it comes, and keeps it.
pub fn echoed(command: &mut Command) -> Result<Finished> {
    announce(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    let (sender, receiver) = mpsc::channel();
    forward(child.stdout.take(), sender.clone());
    forward(child.stderr.take(), sender);
    let mut lines = Vec::new();
    for line in receiver {
        println!("{line}");
        lines.push(line);
    }
    let success = child.wait()?.success();
    Ok(Finished { success, lines })
}

/// Runs a command without showing anything, and gives both its outputs as one text.
pub fn quiet(command: &mut Command) -> Result<String> {
    let finished = finished(command)?;
    let text = finished.lines.join("\n");
    ensure!(finished.success, "{} failed: {}", shown(command), text.trim());
    Ok(text)
}

/// Runs a command without showing anything; its errors follow its output.
pub fn finished(command: &mut Command) -> Result<Finished> {
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", shown(command)))?;
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let lines = text.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
    Ok(Finished { success: output.status.success(), lines })
}

fn forward(pipe: Option<impl Read + Send + 'static>, sender: Sender<String>) {
    if let Some(pipe) = pipe {
        thread::spawn(move || for_each_line(pipe, |line| sender.send(line).is_ok()));
    }
}

/// Calls `take` with each line until the end of the pipe or until it says no. A line that is not UTF-8 is shown with
/// replacement characters instead of ending the output.
pub fn for_each_line(pipe: impl Read, mut take: impl FnMut(String) -> bool) {
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    while matches!(reader.read_until(b'\n', &mut line), Ok(1..)) {
        let text = String::from_utf8_lossy(&line);
        if !take(text.trim_end_matches(['\r', '\n']).to_owned()) {
            return;
        }
        line.clear();
    }
}

fn announce(command: &Command) {
    println!("$ {}", shown(command));
}

/// The command for people: the program without its folder, and its arguments.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_stem().unwrap_or(command.get_program());
    let words: Vec<_> = std::iter::once(program).chain(command.get_args()).map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::ffi::OsString;
    use std::path::Path;

    use super::{for_each_line, without_folders_below};

    #[test]
    fn folders_of_the_build_are_taken_from_the_loader_path_and_others_stay() {
        let join = |folders: &[&str]| env::join_paths(folders).unwrap();
        let mixed = join(&["/p/target/debug/deps", "/usr/lib", "/p/target/debug"]);
        assert_eq!(without_folders_below(&mixed, Path::new("/p/target/debug")), Some(join(&["/usr/lib"])));
        assert_eq!(without_folders_below(&OsString::from("/p/target/debug"), Path::new("/p/target/debug")), None);
    }

    #[test]
    fn a_line_that_is_not_utf_8_does_not_end_the_output() {
        let mut lines = Vec::new();
        for_each_line(&b"one\r\n\xff\nlast"[..], |line| {
            lines.push(line);
            true
        });
        assert_eq!(lines, ["one", "\u{fffd}", "last"]);
    }
}
