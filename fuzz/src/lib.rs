// SPDX-License-Identifier: GPL-3.0-or-later
//! What the fuzzer and the short pass in the ordinary tests have in common: the targets, what they are fed with, and
//! how far that came.
//!
//! Nothing here is written per message. The messages are built from the compiled contract ([`contract`]), so a new
//! one is fuzzed from the day it stands in `proto/`; only a field whose name does not tell what it holds needs a line in
//! [`values`].

pub mod build;
pub mod contract;
pub mod coverage;
pub mod seeds;
pub mod shares;
pub mod targets;
pub mod texts;
pub mod values;
