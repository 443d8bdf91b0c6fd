// SPDX-License-Identifier: GPL-3.0-or-later
//! How far the host has come with a campaign on its present bus (protocol.md section 5, "Connecting"). Nothing of it
//! outlives the bus.

use std::collections::BTreeSet;

use crate::protocol::settlement::{Cursor, HoldKey};

/// A campaign on its present bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its opening ping has not come: nobody knows what its save has applied.
    Silent,
    /// Its save has applied what the ledger does not have.
    Quarantined {
        /// Where that save stands.
        left: Cursor,
        /// The last adjustment of another campaign that it has heard of.
        news: Cursor,
    },
    /// Replay and listing are on their way to it.
    Listed {
        /// The number of the last settlement that was sent.
        sent: u64,
        /// What it has said so far that it holds.
        held: BTreeSet<HoldKey>,
        /// It has said all, but what follows from it could not be recorded yet.
        said_all: bool,
    },
    /// It holds what it has promised.
    Confirmed {
        /// The number of the last settlement that was sent.
        sent: u64,
    },
}

impl Stage {
    /// The number of the last settlement that was sent; none where none may be.
    pub(super) fn sent(&mut self) -> Option<&mut u64> {
        match self {
            Self::Silent | Self::Quarantined { .. } => None,
            Self::Listed { sent, .. } | Self::Confirmed { sent } => Some(sent),
        }
    }
}
