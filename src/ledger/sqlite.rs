// SPDX-License-Identifier: GPL-3.0-or-later
//! A ledger on a disk: one SQLite file for each host campaign.
//!
//! Two locks keep others out: our own ([`super::files`]), and SQLite's, which also stops programs that know nothing of
//! ours. SQLite's is taken before the write-ahead log is opened, so that the log's index stays in this process's memory
//! and no shared-memory file is needed.

use std::path::Path;
use std::time::Duration;

use prost::bytes::Bytes;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::chain::Chain;
use super::error::{Damage, OpenError, StoreError};
use super::files::{self, Files, Lock};
use super::{Begin, Identity, Store, schema};
use crate::protocol::CampaignId;

/// A ledger's file, open.
#[derive(Debug)]
pub struct SqliteStore {
    // Before the lock: fields are dropped in this order, and the file must be closed when the lock goes.
    connection: Connection,
    identity: Identity,
    chain: Chain,
    _lock: Lock,
}

/// Why a file cannot be opened, before it is decided what becomes of the file.
#[derive(Debug)]
pub enum Failure {
    /// Set it aside.
    Damaged(Damage),
    /// Leave it alone.
    Other(OpenError),
}

impl SqliteStore {
    /// Opens the ledger of `identity.campaign` in a folder, checks all of it, upgrades it where it is of an older
    /// format, and makes it, with `identity.session`, where there is none and one may begin.
    ///
    /// A ledger that is there keeps its own session: see [`Store::identity`]. A damaged one is set aside. From then on
    /// nothing is opened until a backup is in its place, or the player wants a new session ([`Begin::Anew`]).
    pub fn open(folder: &Path, identity: &Identity, begin: Begin) -> Result<Self, OpenError> {
        let files = Files::new(folder, identity.campaign).map_err(unavailable)?;
        let lock = files.lock()?;
        open_file(&files, identity, begin)
            .map_err(|failure| resolve(&files, failure))
            .map(|(connection, identity, chain)| Self { connection, identity, chain, _lock: lock })
    }

    #[cfg(test)]
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }
}

fn open_file(files: &Files, wanted: &Identity, begin: Begin) -> Result<(Connection, Identity, Chain), Failure> {
    if !files.main().try_exists()? {
        create(files, wanted, begin)?;
    }
    let mut connection = connect(files.main())?;
    match schema::format(&connection)? {
        schema::FORMAT => check_structure(&connection)?,
        1 => upgrade_1(files, &mut connection)?,
        found if found > schema::FORMAT => {
            return Err(Failure::Other(OpenError::Newer { found, known: schema::FORMAT }));
        }
        _ => return Err(Damage::NotALedger.into()),
    }
    let identity = schema::identity(&connection)?;
    let chain = schema::walk(&connection, &identity, &mut |_, _| {})?;
    check_campaign(identity.campaign, wanted.campaign)?;
    prepare_writing(&connection)?;
    Ok((connection, identity, chain))
}

fn create(files: &Files, identity: &Identity, begin: Begin) -> Result<(), Failure> {
    if files.exist()? {
        return Err(Damage::MainFileMissing.into());
    }
    if begin != Begin::Anew {
        if let Some(kept) = files.last_set_aside()? {
            return Err(Failure::Other(OpenError::SetAside { kept }));
        }
        if begin == Begin::NotAgain {
            return Err(Failure::Other(OpenError::Missing { file: files.main().to_owned() }));
        }
    }
    files::place(files.main(), |path| -> Result<(), StoreError> {
        let mut connection = Connection::open(path)?;
        schema::create(&mut connection, identity)?;
        Ok(connection.close().map_err(|(_, error)| error)?)
    })
    .map_err(|error| Failure::Other(unavailable(error)))
}

/// Opens a file that is there, for its checks: nothing is written until they are over, not even by closing it.
fn connect(path: &Path) -> Result<Connection, Failure> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::ZERO)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    Ok(connection)
}

fn prepare_writing(connection: &Connection) -> Result<(), Failure> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        let reason = format!("no write-ahead log on this disk, but {mode}");
        return Err(Failure::Other(OpenError::Unavailable { reason }));
    }
    Ok(())
}

fn check_structure(connection: &Connection) -> Result<(), Failure> {
    let verdict: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if verdict == "ok" { Ok(()) } else { Err(Damage::Structure(verdict).into()) }
}

fn check_campaign(found: CampaignId, wanted: CampaignId) -> Result<(), Failure> {
    if found == wanted { Ok(()) } else { Err(Failure::Other(OpenError::OtherCampaign { found, wanted })) }
}

fn upgrade_1(files: &Files, connection: &mut Connection) -> Result<(), Failure> {
    check_structure(connection)?;
    schema::check_1(connection)?;
    copy(connection, &files.unused(".v1.bak")?).map_err(|error| Failure::Other(unavailable(error)))?;
    schema::upgrade_1(connection)
}

/// Copies the whole database, the write-ahead log included, to a new file.
fn copy(connection: &Connection, to: &Path) -> Result<(), StoreError> {
    const ALL_PAGES: i32 = -1;
    if to.try_exists()? {
        return Err(StoreError::Exists(to.to_owned()));
    }
    files::place(to, |path| {
        let mut copy = Connection::open(path)?;
        match Backup::new(connection, &mut copy)?.step(ALL_PAGES)? {
            StepResult::Done => {}
            _ => return Err(StoreError::InUse),
        }
        Ok(copy.close().map_err(|(_, error)| error)?)
    })
}

fn resolve(files: &Files, failure: Failure) -> OpenError {
    match failure {
        Failure::Damaged(damage) => {
            // A file that cannot be renamed stays where it is, and its next opening fails as this one did.
            let kept = files.set_aside().unwrap_or_else(|_| files.main().to_owned());
            OpenError::Damaged { damage, kept }
        }
        Failure::Other(error) => error,
    }
}

fn unavailable(error: impl ToString) -> OpenError {
    OpenError::Unavailable { reason: error.to_string() }
}

impl Store for SqliteStore {
    fn identity(&self) -> Identity {
        self.identity
    }

    fn last(&self) -> u64 {
        self.chain.last()
    }

    fn append(&mut self, bodies: &[Bytes]) -> Result<u64, StoreError> {
        let mut chain = self.chain.clone();
        let transaction = self.connection.transaction()?;
        schema::append(&transaction, &mut chain, bodies)?;
        transaction.commit()?;
        self.chain = chain;
        Ok(self.chain.last())
    }

    fn read(&self, visit: &mut dyn FnMut(u64, &[u8])) -> Result<(), StoreError> {
        schema::walk(&self.connection, &self.identity, visit).map(drop).map_err(|failure| match failure {
            Failure::Damaged(damage) => damage.into(),
            Failure::Other(error) => StoreError::Failed(error.to_string()),
        })
    }

    fn backup(&self, to: &Path) -> Result<(), StoreError> {
        copy(&self.connection, to)
    }

    fn close(self) -> Result<(), StoreError> {
        Ok(self.connection.close().map_err(|(_, error)| error)?)
    }
}

impl From<Damage> for Failure {
    fn from(damage: Damage) -> Self {
        Self::Damaged(damage)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Other(unavailable(error))
    }
}

/// What neither the disk nor another program can be blamed for is damage.
impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Other(OpenError::InUse),
            Some(
                ErrorCode::CannotOpen
                | ErrorCode::DiskFull
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::NoLargeFileSupport
                | ErrorCode::OutOfMemory
                | ErrorCode::PermissionDenied
                | ErrorCode::ReadOnly
                | ErrorCode::SystemIoFailure,
            ) => Self::Other(unavailable(error)),
            Some(ErrorCode::NotADatabase) => Damage::NotALedger.into(),
            _ => Damage::Structure(error.to_string()).into(),
        }
    }
}
