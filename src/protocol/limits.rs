// SPDX-License-Identifier: GPL-3.0-or-later
//! Every limit of the protocol in one place (protocol.md section 1, "Limits").

/// A unary request before authentication.
pub const UNAUTHENTICATED_BYTES_MAX: usize = 16 * 1024;

/// A message on the bus, envelope included, and the answer to Connect.
pub const MESSAGE_BYTES_MAX: usize = 512 * 1024;

/// HTTP/2 streams a connection may have open.
pub const STREAMS_PER_CONNECTION_MAX: u32 = 4;

/// Characters of names, locations and other one-line texts.
pub const TEXT_CHARS_MAX: usize = 200;

/// Characters of a unit's id.
pub const UNIT_ID_CHARS_MAX: usize = 64;

/// Bytes of a MekHQ version.
pub const VERSION_BYTES_MAX: usize = 64;

/// Bytes of a feature's name.
pub const FEATURE_BYTES_MAX: usize = 64;

/// Bytes of a password.
pub const PASSWORD_BYTES_MAX: usize = 1_024;

/// Bytes of a reason meant for people; longer ones are cut at a character.
pub const REASON_BYTES_MAX: usize = 1_024;

/// Bytes of an envelope's metadata, keys and values together.
pub const METADATA_BYTES_MAX: usize = 4 * 1024;

/// Campaigns on a roster besides the host. Fits a message even when every text has its full length.
pub const CAMPAIGNS_MAX: usize = 255;

/// Debts that a roster shows of a campaign.
pub const SHOWN_DEBTS_MAX: usize = 4;

/// Skips that a roster shows of a campaign: the last ones.
pub const SHOWN_SKIPS_MAX: usize = 2;

/// Bytes of a daily log's line.
pub const LOG_ENTRY_BYTES_MAX: usize = 8 * 1024;

/// Bytes of a memento's text: far more than its sessions need, little beside a save.
pub const MEMENTO_BYTES_MAX: usize = 1024 * 1024;

/// Malformed messages within a minute that end a bus.
pub const MALFORMED_PER_MINUTE_MAX: usize = 10;

/// Currencies in which a campaign may be in debt to a session.
pub const DEBTS_MAX: usize = 16;

/// Skipped settlements of a campaign that are remembered and told; the last ones.
pub const SKIPS_MAX: usize = 64;
