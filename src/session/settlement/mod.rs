// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "settlement": nothing is lost and nothing happens twice (protocol.md section 5).
//!
//! What counts is not what was delivered but what a save has applied. On the campaign's side stand [`Books`], which are
//! part of the save's memento and change in the same turn as the campaign does through [`CampaignAssets`], with a session
//! or without one; and a [`Participant`], which talks to a host about them. On the host's side stand [`Accounts`], which
//! number each campaign's settlements, and the [`Exchange`], which judges what campaigns ask for. Each is driven by one
//! owner at a time, so none of them needs a lock.

mod accounts;
mod assets;
mod book;
pub(super) mod books;
mod codec;
mod exchange;
mod heard;
pub(super) mod participant;
mod settle;
mod stage;
pub mod statement;

#[cfg(test)]
mod adjustment_tests;
#[cfg(test)]
mod books_tests;
#[cfg(test)]
pub(super) mod fixture;
#[cfg(test)]
mod pause_tests;
#[cfg(test)]
mod statement_tests;
#[cfg(test)]
mod traces;

pub use accounts::Accounts;
pub use assets::{AssetsError, CampaignAssets, Delivery, Inspection, Settling};
pub use book::{Arrival, Book, Hold, Promise};
pub use books::{Books, BrokenPromise, SettleError, Settled};
pub use exchange::{Exchange, ExchangeEffect, World};
pub use participant::{BusNumber, News, Output, Participant};
