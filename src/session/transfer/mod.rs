// SPDX-License-Identifier: GPL-3.0-or-later
//! Room "transfer": wire transfers of money (protocol.md section 6).
//!
//! [`Transfers`] is what the host has recorded of them; what campaigns say about them is judged by the host's
//! [`super::settlement::Exchange`], and said by a campaign's [`super::settlement::Participant`].

mod asking;
mod judge;
mod transfers;

#[cfg(test)]
mod tests;

pub use transfers::{Transfer, TransferState, Transfers};
