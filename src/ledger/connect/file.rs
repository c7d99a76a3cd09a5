//! Whether an SQLite database is still the file it was: SQLite goes on writing into one that was deleted or replaced,
//! and all of that would be lost.

use std::fs::OpenOptions;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::Address;

/// Makes the file that is missing, for its owner alone to read: what SQLite keeps beside it is then as it is. Where it cannot
/// be made, SQLite says why.
pub(super) fn make_private(path: &Path) {
    drop(OpenOptions::new().write(true).create_new(true).mode(0o600).open(path));
}

/// Says so where a file that is there is empty. Nothing in it tells one that was emptied from one that is new and was not
/// written to yet.
pub(super) fn tell_if_empty(path: &Path) {
    if std::fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() == 0) {
        tracing::warn!(
            file = %path.display(),
            "the database's file is empty, and new books begin in it; if it held some, stop and put the last backup in its place"
        );
    }
}

/// The file as it was when the database was opened.
#[derive(Clone, Debug)]
pub struct FileMark {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl FileMark {
    /// The mark of a database that is open; `None` for one that is no file.
    #[must_use]
    pub fn of(address: &Address) -> Option<Self> {
        let path = address.file()?.to_owned();
        let found = std::fs::metadata(&path).ok()?;
        Some(Self { path, device: found.dev(), inode: found.ino() })
    }

    /// Bytes of the write-ahead log beside it.
    #[must_use]
    pub fn log_bytes(&self) -> u64 {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        std::fs::metadata(log).map_or(0, |found| found.len())
    }

    /// Whether the same file still stands at its path.
    #[must_use]
    pub fn holds(&self) -> bool {
        std::fs::metadata(&self.path).is_ok_and(|now| (now.dev(), now.ino()) == (self.device, self.inode))
    }
}
