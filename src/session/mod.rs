// SPDX-License-Identifier: GPL-3.0-or-later
//! The rules. Pure: no I/O, no clock, no thread, no randomness; time and ids come in with the input.
//!
//! A session is a state machine: `handle(now, input) -> effects`. [`host`] and [`remote`] compose the rooms
//! ([`roster`], [`timeline`], [`team`], [`force`], [`link`]) for their side; whoever drives them carries the effects out in order.

pub mod address;
pub mod event;
pub mod force;
pub mod guesses;
pub mod host;
mod host_admission;
mod host_books;
mod host_bus;
mod host_force;
mod host_inbound;
mod host_join;
mod host_log;
pub mod host_member;
mod host_world;
pub mod link;
pub mod member;
pub mod memento;
pub mod rate;
pub mod record;
pub mod release;
pub mod remote;
mod remote_books;
mod remote_log;
mod remote_world;
pub mod roster;
pub mod settlement;
pub mod state;
pub mod team;
pub mod timeline;
pub mod transfer;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod host_books_tests;
#[cfg(test)]
mod host_ledger_tests;
#[cfg(test)]
mod host_log_tests;
#[cfg(test)]
mod host_member_tests;
#[cfg(test)]
mod host_play;
#[cfg(test)]
mod host_rate_tests;
#[cfg(test)]
mod host_tests;
#[cfg(test)]
mod host_world_tests;
#[cfg(test)]
mod remote_books_tests;
#[cfg(test)]
mod remote_force_tests;
#[cfg(test)]
mod remote_log_tests;
#[cfg(test)]
mod remote_play;
#[cfg(test)]
mod remote_tests;

pub use event::{BooksBus, BooksEvent, BusEnd, EndCause, Event};
pub use force::Visibility;
pub use record::LedgerState;
pub use state::Announcement;

use std::time::Duration;

use crate::protocol::handshake::Password;
use crate::protocol::link::Position;
use crate::protocol::member::MembershipChanged;
use crate::protocol::settlement::Adjustment;
use crate::protocol::version::VersionRule;
use crate::protocol::{BusMessage, CampaignId};

/// The moment of an input, in milliseconds of a clock that never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Now(pub u64);

impl Now {
    /// The moment this long after this one.
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.as_millis().try_into().unwrap_or(u64::MAX)))
    }

    /// How long after `earlier` this is.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

/// What the player's side tells the session. All of it was checked.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// The own campaign tells of itself.
    Announce(Announcement),
    /// Host only: puts a campaign on a team.
    AssignTeam {
        /// Whom; the host itself stays on team 1.
        campaign: CampaignId,
        /// Where, from 1.
        team: i32,
    },
    /// Host only: who may see TOEs.
    SetVisibility(Visibility),
    /// Host only: shuts a campaign out, lets it back in, or forgets its key.
    ChangeMembership(MembershipChanged),
    /// Remote only: play on while the host is out of reach, or no longer.
    ContinueWithoutHost(bool),
    /// The campaign's books have something for the host.
    Say {
        /// On this bus, and on no other.
        bus: BooksBus,
        /// What.
        message: BusMessage,
    },
    /// How far the campaign's save is, for the host.
    TellPosition {
        /// On this bus, and on no other.
        bus: BooksBus,
        /// How far.
        position: Position,
    },
    /// What came on a bus was lost on its way to the campaign's books, or makes no sense there: begin a new one, on which
    /// everything comes again.
    RenewBus(BooksBus),
    /// Host only: sets something right in a campaign's save.
    Adjust(Adjustment),
    /// Events were dropped; say where things stand.
    Resynchronise,
    /// Say goodbye and end.
    Close,
}

/// What both sides of a session are told at the start.
#[derive(Debug, Clone)]
pub struct Rules {
    /// This side's MekHQ version.
    pub version: String,
    /// Which versions of the other side are good enough.
    pub version_rule: VersionRule,
    /// What a host asks for, or what a remote campaign offers.
    pub password: Option<Password>,
    /// Deal with peers of the old contract.
    pub allow_legacy_peers: bool,
    /// Time between two pings.
    pub ping_interval: Duration,
}

/// Counts of what was passed over or refused since the session began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Messages of a type that this library does not know.
    pub unknown_types: u64,
    /// Messages or parts of messages that did not fit the contract.
    pub malformed: u64,
    /// Messages in another campaign's name.
    pub not_yours: u64,
    /// Messages that change nothing where they arrived.
    pub ignored: u64,
}
