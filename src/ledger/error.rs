// SPDX-License-Identifier: GPL-3.0-or-later
//! What can go wrong with a ledger, in sentences for players. None holds what an entry says.

use std::path::PathBuf;

use crate::protocol::CampaignId;
use crate::protocol::entry::EntryError;

/// Why a ledger could not be opened. Nothing was changed in any of these cases, a damaged file's name excepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Something in it is not as it was written.
    #[error("the session's ledger is damaged: {damage}; it is kept as {}", kept.display())]
    Damaged {
        /// What was found.
        damage: Damage,
        /// Where the damaged file is now.
        kept: PathBuf,
    },
    /// A damaged one was set aside before, and nothing has taken its place.
    #[error(
        "the session's ledger was damaged and is kept as {}: put a backup in its place, or begin a new session",
        kept.display()
    )]
    SetAside {
        /// Where the damaged file is.
        kept: PathBuf,
    },
    /// There is none, and the campaign's save knows that there was one.
    #[error(
        "this campaign's session was hosted before, and its ledger is not at {}: put it there, or a backup of it, or \
         begin a new session",
        file.display()
    )]
    Missing {
        /// Where it was looked for.
        file: PathBuf,
    },
    /// Another process, or another session of this one, has it open.
    #[error("the session's ledger is in use: is this campaign hosted by another program?")]
    InUse,
    /// A newer version wrote it.
    #[error("the session's ledger has format {found}, this version knows formats up to {known}: please update")]
    Newer {
        /// The file's format.
        found: i64,
        /// The newest format that this library knows.
        known: i64,
    },
    /// It is of another host campaign.
    #[error("the ledger belongs to the host campaign {found}, not to {wanted}")]
    OtherCampaign {
        /// Whose it is.
        found: CampaignId,
        /// Who wants to host.
        wanted: CampaignId,
    },
    /// The file or its folder cannot be used.
    #[error("the session's ledger cannot be opened: {reason}")]
    Unavailable {
        /// As the operating system or the storage engine put it.
        reason: String,
    },
    /// An entry that is as it was written cannot be understood.
    #[error("entry {number} of the session's ledger {problem}")]
    Unreadable {
        /// Which.
        number: u64,
        /// What about it.
        problem: EntryError,
    },
}

/// How a ledger differs from what was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It does not even look like one.
    #[error("the file is not a ledger")]
    NotALedger,
    /// Only the files that accompany it are there.
    #[error("its main file is missing")]
    MainFileMissing,
    /// An entry's content and its hash do not fit each other, or not the entries before it.
    #[error("entry {0} was changed or stands in another's place")]
    EntryChanged(u64),
    /// There are later entries, but not this one.
    #[error("entry {0} is missing")]
    EntryMissing(u64),
    /// The entries fit each other, but not the end that was noted.
    #[error("its last entries, or the names of its session and campaign, were changed or are missing")]
    EndChanged,
    /// The storage engine cannot make sense of it.
    #[error("its structure is broken ({0})")]
    Structure(String),
}

/// Why an open ledger could not be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No room is left.
    #[error("the disk is full")]
    Full,
    /// Writing is forbidden.
    #[error("the ledger, or its disk, is write-protected")]
    WriteProtected,
    /// Somebody else holds a lock on it.
    #[error("another program holds the ledger")]
    InUse,
    /// What was read is not what was written.
    #[error("the ledger is damaged: {0}")]
    Damaged(#[from] Damage),
    /// A backup would have replaced a file.
    #[error("{} is there already", .0.display())]
    Exists(PathBuf),
    /// Any other failure.
    #[error("the ledger's disk failed: {0}")]
    Failed(String),
    /// The simulated machine is off.
    #[error("the power is off")]
    PowerOff,
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full,
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::WriteProtected,
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::WriteProtected,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(Damage::Structure(error.to_string()))
            }
            _ => Self::Failed(error.to_string()),
        }
    }
}
