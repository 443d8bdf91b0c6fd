// SPDX-License-Identifier: GPL-3.0-or-later
//! Small files that are for one user's eyes, or decide whom that user trusts.
//!
//! A file takes its place whole, and is on the disk when that is said: who reads it finds all of it or the one before.
//! On Unix it has mode 0600, and a folder made for it 0700. On Windows both inherit the access rights of the folder that
//! they lie in, which below a user's profile are that user's own; a data folder elsewhere has the rights of its place.

use std::fs::{DirBuilder, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use tempfile::NamedTempFile;

/// What becomes of a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and writing fails with [`ErrorKind::AlreadyExists`].
    Keep,
    /// It is replaced.
    Replace,
}

/// Writes a file, and makes its folder where there is none. Blocks on the disk.
pub fn write(path: &Path, bytes: &[u8], existing: Existing) -> io::Result<()> {
    let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
    make_folder(folder)?;
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let placed = match existing {
        Existing::Keep => file.persist_noclobber(path),
        Existing::Replace => file.persist(path),
    };
    placed.map_err(|error| error.error)?;
    sync_folder(folder)
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A new name is durable once its folder is; Windows does it by itself and opens no folders.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_is_kept_or_replaced_as_asked() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("made/when/needed/file");
        write(&path, b"one", Existing::Keep).expect("written");
        assert_eq!(write(&path, b"two", Existing::Keep).map_err(|error| error.kind()), Err(ErrorKind::AlreadyExists));
        assert_eq!(fs::read(&path).expect("there"), b"one");
        write(&path, b"three", Existing::Replace).expect("written");
        assert_eq!(fs::read(&path).expect("there"), b"three");
        assert_eq!(fs::read_dir(path.parent().expect("a folder")).expect("a folder").count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_on_the_computer_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("made/file");
        write(&path, b"secret", Existing::Replace).expect("written");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().expect("a folder"))), (0o600, 0o700));
    }
}
