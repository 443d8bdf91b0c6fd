// SPDX-License-Identifier: GPL-3.0-or-later
//! The files of a ledger: their names, the lock on them, and how one takes its place whole or not at all.
//!
//! The lock is a file of its own, so that it also covers the moments in which the ledger is made or set aside. The
//! operating system drops it when the process ends, however it ends.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::error::OpenError;
use crate::protocol::CampaignId;

/// What SQLite keeps beside its main file.
const COMPANIONS: [&str; 2] = ["-wal", "-journal"];

/// What a damaged ledger's name ends in.
const DAMAGED: &str = ".damaged";

/// The names of one campaign's ledger.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    main: PathBuf,
}

/// Held for as long as the ledger is open.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Drop for Lock {
    /// A lock ends with the last descriptor of its file, and a program that this process starts has, for a moment, all
    /// of them: said aloud, the end does not wait for that.
    fn drop(&mut self) {
        if let Err(error) = self.file.unlock() {
            tracing::warn!(%error, "the lock on a ledger was not released");
        }
    }
}

impl Files {
    /// The ledger of a host campaign in a folder, which is made if there is none.
    pub fn new(folder: &Path, campaign: CampaignId) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), main: folder.join(format!("{campaign}.ledger")) })
    }

    /// Where the ledger stands.
    pub fn main(&self) -> &Path {
        &self.main
    }

    /// Takes the ledger for this process and this session.
    pub fn lock(&self) -> Result<Lock, OpenError> {
        let unavailable = |error: io::Error| OpenError::Unavailable { reason: error.to_string() };
        let path = with_suffix(&self.main, ".lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(unavailable)?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
            Err(TryLockError::Error(error)) => Err(unavailable(error)),
        }
    }

    /// Whether the ledger is there, or at least something that belongs to one.
    pub fn exist(&self) -> io::Result<bool> {
        exists_with_companions(&self.main)
    }

    /// A name beside the ledger that no file has yet: `….suffix`, `….suffix.2` and so on.
    pub fn unused(&self, suffix: &str) -> io::Result<PathBuf> {
        for path in self.numbered(suffix) {
            if !exists_with_companions(&path)? {
                return Ok(path);
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    fn numbered(&self, suffix: &str) -> impl Iterator<Item = PathBuf> {
        let first = with_suffix(&self.main, suffix);
        let later = (2..).map({
            let first = first.clone();
            move |count: u32| with_suffix(&first, &format!(".{count}"))
        });
        std::iter::once(first).chain(later)
    }

    /// The damaged ledger that was set aside last.
    pub fn last_set_aside(&self) -> io::Result<Option<PathBuf>> {
        let mut last = None;
        for path in self.numbered(DAMAGED) {
            if !exists_with_companions(&path)? {
                break;
            }
            last = Some(path);
        }
        Ok(last)
    }

    /// Renames a damaged ledger with all that belongs to it and returns its new name. Never deletes anything.
    ///
    /// The main file goes first: what a crash leaves behind is then an orphan, which is noticed, and not a ledger that
    /// lacks what stood in its write-ahead log.
    pub fn set_aside(&self) -> io::Result<PathBuf> {
        let aside = self.unused(DAMAGED)?;
        if self.main.try_exists()? {
            fs::rename(&self.main, &aside)?;
        }
        for companion in COMPANIONS {
            let path = with_suffix(&self.main, companion);
            if path.try_exists()? {
                fs::rename(path, with_suffix(&aside, companion))?;
            }
        }
        sync_folder(&self.folder)?;
        Ok(aside)
    }
}

/// Lets `make` write a file, and gives it its name when it is complete and on the disk.
///
/// What an earlier attempt left behind is removed. A name that is taken is an error.
pub fn place<E: From<io::Error>>(path: &Path, make: impl FnOnce(&Path) -> Result<(), E>) -> Result<(), E> {
    if path.try_exists()? {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists).into());
    }
    let part = with_suffix(path, ".part");
    remove(&part)?;
    let made = make(&part).and_then(|()| Ok(OpenOptions::new().write(true).open(&part)?.sync_all()?));
    if let Err(error) = made {
        // The first error is the one to tell; what cannot be removed now is removed by the next attempt.
        let _ = remove(&part);
        return Err(error);
    }
    fs::rename(&part, path)?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))?;
    Ok(())
}

fn remove(path: &Path) -> io::Result<()> {
    for suffix in COMPANIONS.into_iter().chain([""]) {
        match fs::remove_file(with_suffix(path, suffix)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn exists_with_companions(path: &Path) -> io::Result<bool> {
    for suffix in COMPANIONS.into_iter().chain([""]) {
        if with_suffix(path, suffix).try_exists()? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes a rename durable. Windows has no such call: there the file system's own journal does it.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_ends_with_its_ledger_whoever_has_a_copy_of_the_descriptor() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = Files::new(folder.path(), CampaignId::from_u128(1)).expect("made");
        let lock = files.lock().expect("nobody has it");
        assert!(matches!(files.lock(), Err(OpenError::InUse)));
        // As a program that is being started has one.
        let _copy = lock.file.try_clone().expect("another descriptor");
        drop(lock);
        files.lock().expect("nobody has it any more");
    }
}
