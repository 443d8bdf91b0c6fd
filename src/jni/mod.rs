// SPDX-License-Identifier: GPL-3.0-or-later
//! The JNI boundary: the only place with `unsafe`, and the only one that knows Java.
//!
//! An export is a thin shell in [`exports`]: decode, look the session up by its id, call something that knows no JNI.
//! Every export runs under one guard ([`failure`]), which turns refusals, errors and panics into one Java exception.
//! Java lends its threads: no thread of ours is ever attached to the JVM.

#![allow(unsafe_code, reason = "the boundary is what `unsafe` is allowed for; each block carries its argument")]

mod assets;
mod bindings;
mod books;
mod campaigns;
mod convert;
mod delivery;
mod exports;
mod failure;
mod load;
mod logging;
pub mod options;
mod registry;
mod statements;
mod test_hooks;
