// SPDX-License-Identifier: GPL-3.0-or-later
//! What a program wrote, sent and synced, in the order in which strace saw it.
//!
//! A thread that strace has stopped at the end of a call goes on when that end is in the trace. So where one call waited
//! for the end of another, they stand in the trace in that order, whatever the clocks say.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// The calls by which bytes leave for a disk or a socket, or are made to last.
const CALLS: &str = "trace=write,pwrite64,writev,pwritev,sendto,sendmsg,fsync,fdatasync";

/// A call that has ended well.
pub struct Call {
    pub name: String,
    /// What it was made on, such as a file's path or `socket:[4711]`.
    pub on: String,
    /// Those that were really written.
    pub bytes: Vec<u8>,
    /// Places in the trace.
    pub began: usize,
    pub ended: usize,
}

/// Whether strace is there and may watch.
pub fn can_watch() -> bool {
    let mut probe = Command::new("strace");
    probe.args(["-f", "-e", CALLS, "-o", "/dev/null", "true"]).stdout(Stdio::null()).stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

/// strace, told to write the trace of the program that is still to be named into a file.
pub fn watcher(into: &Path) -> Command {
    let mut strace = Command::new("strace");
    // Longer than anything that is written at once; all in hexadecimal digits, with what each descriptor is.
    strace.args(["-f", "-y", "-xx", "-s", "4194304", "-e", CALLS, "-o"]).arg(into);
    strace
}

/// The calls of a trace in the order of their ends.
pub fn read(trace: &Path) -> Vec<Call> {
    let lines = BufReader::new(std::fs::File::open(trace).expect("a trace")).lines();
    let mut begun = HashMap::new();
    let calls = lines.enumerate().filter_map(|(place, line)| step(&mut begun, place, &line.expect("ASCII")));
    calls.collect()
}

/// What a line of a trace adds: the begin of a call, its end, or both.
fn step(begun: &mut HashMap<String, Call>, place: usize, line: &str) -> Option<Call> {
    let (thread, event) = line.split_once(' ')?;
    let event = event.trim_start();
    if let Some(call) = event.strip_suffix("<unfinished ...>") {
        begun.insert(thread.to_owned(), begin(place, call)?);
        return None;
    }
    let call = if event.starts_with("<... ") { begun.remove(thread)? } else { begin(place, event)? };
    end(call, place, event)
}

/// `NAME(FD<ON>, "BYTES", …`, where the bytes may come in parts.
fn begin(place: usize, text: &str) -> Option<Call> {
    let (name, arguments) = text.split_once('(')?;
    let (on, rest) = arguments.split_once('<')?.1.split_once('>')?;
    let on = String::from_utf8(unhex(on)?).ok()?;
    let bytes = rest.split('"').skip(1).step_by(2).map(unhex).collect::<Option<Vec<_>>>()?.concat();
    Some(Call { name: name.to_owned(), on, bytes, began: place, ended: place })
}

fn end(mut call: Call, place: usize, text: &str) -> Option<Call> {
    let result: usize = text.rsplit_once(" = ")?.1.trim().parse().ok()?;
    call.ended = place;
    call.bytes.truncate(result);
    Some(call)
}

/// `\x4d\x48…` to bytes.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.split("\\x").skip(1);
    digits.map(|digits| u8::from_str_radix(digits, 16).ok()).collect()
}

#[test]
fn a_trace_is_read_in_the_order_of_the_ends_of_its_calls() {
    let trace = tempfile::NamedTempFile::new().expect("a file");
    let lines = "7 fdatasync(3<\\x2f\\x61> <unfinished ...>\n\
        8  writev(4<\\x73>, [{iov_base=\"\\x01\\x02\", iov_len=2}, {iov_base=\"\\x03\", iov_len=1}], 2) = 2\n\
        8  write(4<\\x73>, \"\\x01\", 1) = -1 EAGAIN (Resource temporarily unavailable)\n\
        7 <... fdatasync resumed>) = 0\n\
        7 +++ exited with 0 +++\n";
    std::fs::write(trace.path(), lines).expect("written");
    let calls = read(trace.path());
    let told: Vec<_> =
        calls.iter().map(|call| (&*call.name, &*call.on, &*call.bytes, call.began, call.ended)).collect();
    assert_eq!(told, [("writev", "s", &[1, 2][..], 1, 1), ("fdatasync", "/a", &[][..], 0, 3)]);
}
