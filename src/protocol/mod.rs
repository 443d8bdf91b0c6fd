// SPDX-License-Identifier: GPL-3.0-or-later
//! Bytes in, checked domain values out: generated types, limits, validation, envelope (protocol.md section 1).
//!
//! A room's messages stand in the file of the room's name. Nothing behind this module sees a value that was not checked.

pub mod address;
pub mod count;
pub mod domain;
pub mod entry;
pub mod envelope;
pub mod force;
pub mod handshake;
pub mod hex;
pub mod invitation;
pub mod key;
pub mod limits;
pub mod link;
pub mod member;
pub mod message;
pub mod money;
pub mod refusal;
pub mod roster;
pub mod settlement;
pub mod standing;
pub mod team;
pub mod timeline;
pub mod transfer;
pub mod trust;
pub mod version;

/// Types generated from `proto/`: the wire contract, the bridge to Java, and what ledger and memento hold.
pub mod proto {
    #![allow(missing_docs, clippy::all)]
    mod generated {
        include!(concat!(env!("OUT_DIR"), "/messages.rs"));
    }
    pub use generated::google::protobuf::{Any, Timestamp};
    pub use generated::mekhqonline::*;
}

/// Tonic's client and server of the one service, over raw frames.
pub mod service {
    #![allow(missing_docs, clippy::all, clippy::too_many_lines)]
    include!(concat!(env!("OUT_DIR"), "/mekhqonline.MekHQHost.rs"));
}

pub use address::HostAddress;
pub use domain::{CampaignDate, CampaignDetails, CampaignId, Text};
pub use message::{BusMessage, Payload};
pub use refusal::{Invalid, Refusal};

/// The major number of our own protocol: must be equal on both sides (protocol.md section 2, point 4).
pub const PROTOCOL_MAJOR: u32 = 1;

/// What this library can do beyond the protocol's base. Rooms add their names here.
pub const FEATURES: &[&str] = &[];
