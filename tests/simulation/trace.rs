// SPDX-License-Identifier: GPL-3.0-or-later
//! What happened in a session, as one number, and as lines for people who want to see it.

use std::hash::{DefaultHasher, Hasher};

pub struct Trace {
    hasher: DefaultHasher,
    shown: bool,
}

impl Trace {
    pub fn new(shown: bool) -> Self {
        Self { hasher: DefaultHasher::new(), shown }
    }

    /// Something happened. The text is made only when it is shown.
    pub fn note(&mut self, now: u64, what: &'static str, number: u64, text: impl FnOnce() -> String) {
        self.hasher.write_u64(now);
        self.hasher.write(what.as_bytes());
        self.hasher.write_u64(number);
        if self.shown {
            println!("{:>9} ms  {what} {number} {}", now, text());
        }
    }

    /// These bytes reached somebody.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.hasher.write(bytes);
    }

    pub fn hash(&self) -> u64 {
        self.hasher.finish()
    }
}
