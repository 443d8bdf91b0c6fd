// SPDX-License-Identifier: GPL-3.0-or-later
//! Distributed MekHQ: the native library that lets MekHQ campaigns share one world.
//!
//! `docs/architecture.md` shows the rooms and which way data flows.

#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod jni;
pub mod ledger;
pub mod net;
pub mod protocol;
pub mod session;
