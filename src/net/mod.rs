// SPDX-License-Identifier: GPL-3.0-or-later
//! Plumbing between the rules and the world: tonic host and remote, buses, the tasks that own a session.
//!
//! One task owns each session's state. Everything else speaks to it through bounded queues, so the rules need no lock.

mod books_inbox;
pub mod campaign;
pub mod certificate;
pub mod codec;
pub mod connection;
pub mod drive;
pub mod events;
pub mod gate;
pub mod host;
pub mod host_calls;
pub mod host_service;
pub mod host_task;
pub mod invite;
pub mod keeper;
pub mod keys;
pub mod outgoing;
pub mod private_file;
pub mod reach;
pub mod remote;
pub mod remote_bus;
pub mod runtime;
pub mod session;
pub mod status;
pub mod tls;
pub mod transport;
pub mod trust;
