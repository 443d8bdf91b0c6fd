// SPDX-License-Identifier: GPL-3.0-or-later
//! The targets, and how many of a run's inputs each of them gets. `cargo xtask fuzz` includes this file.

/// Name and share, in parts of the sum of all shares.
pub const SHARES: &[(&str, u64)] = &[
    ("envelope", 25),
    ("payload", 25),
    ("entry", 10),
    ("unary", 10),
    ("options", 5),
    ("text", 5),
    ("memento", 5),
    ("keys", 5),
    ("invitation", 5),
    ("known_hosts", 5),
];
