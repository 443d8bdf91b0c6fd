// SPDX-License-Identifier: GPL-3.0-or-later
//! How a refusal is spoken of: one code, one sentence (protocol.md section 1, "No silent refusal").

use std::fmt;

pub use super::proto::ErrorCode;

/// A value that does not fit the contract, and why. The text names the field and holds no player's data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub String);

impl Invalid {
    /// Says what is wrong with a field.
    pub fn field(field: &str, problem: impl fmt::Display) -> Self {
        Self(format!("{field} {problem}"))
    }
}

/// Why a call or a message was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", code.as_str_name().trim_start_matches("ERROR_CODE_"))]
pub struct Refusal {
    /// What programs act on.
    pub code: ErrorCode,
    /// What people read.
    pub reason: String,
}

impl Refusal {
    /// A refusal with its code and its sentence.
    pub fn new(code: ErrorCode, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
}

impl From<Invalid> for Refusal {
    fn from(invalid: Invalid) -> Self {
        Self::new(ErrorCode::InvalidArgument, invalid.0)
    }
}
