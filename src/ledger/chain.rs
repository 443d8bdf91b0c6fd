// SPDX-License-Identifier: GPL-3.0-or-later
//! The chain of hashes over a ledger's entries.
//!
//! Storage engines check their structure, not the values in it. Each entry's SHA-256 covers the hash before it, its
//! number and its content, and the first one covers the names of session and campaign; so nothing can change, move or
//! vanish between the first entry and the last without being seen. The hash of the last entry is kept once more, apart
//! from the entries. A ledger that was set back as a whole looks sound: cursors tell (protocol.md section 5).

use sha2::{Digest, Sha256};

use super::Identity;
use super::error::Damage;

/// A hash of the chain.
pub type Hash = [u8; 32];

/// The chain up to some entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    last: u64,
    head: Hash,
}

impl Chain {
    /// The chain of a ledger without entries.
    pub fn new(identity: &Identity) -> Self {
        let start = Sha256::new()
            .chain_update(b"mekhqonline.ledger")
            .chain_update(identity.session.as_bytes())
            .chain_update(identity.campaign.to_string());
        Self { last: 0, head: start.finalize().into() }
    }

    /// The number of the last entry; 0: there is none.
    pub fn last(&self) -> u64 {
        self.last
    }

    /// The last entry's hash.
    pub fn head(&self) -> &Hash {
        &self.head
    }

    /// Takes one more entry; returns its number. Its hash is then the [`Chain::head`].
    pub fn extend(&mut self, body: &[u8]) -> u64 {
        self.last += 1;
        let link = Sha256::new().chain_update(self.head).chain_update(self.last.to_be_bytes()).chain_update(body);
        self.head = link.finalize().into();
        self.last
    }

    /// Takes one more entry that was read, if it is the next one and unchanged.
    pub fn check(&mut self, number: u64, body: &[u8], hash: &[u8]) -> Result<(), Damage> {
        let expected = self.last + 1;
        if number != expected {
            return Err(Damage::EntryMissing(expected));
        }
        self.extend(body);
        if hash == self.head { Ok(()) } else { Err(Damage::EntryChanged(expected)) }
    }

    /// All entries were read: is this the end that was noted?
    pub fn check_end(&self, head: &[u8]) -> Result<(), Damage> {
        if head == self.head { Ok(()) } else { Err(Damage::EndChanged) }
    }
}
