//! A copy of an SQLite file while it is in use.

use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};

use super::connect::{Address, ConnectError};

/// Why there is no copy. What was at its place before is still there.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// PostgreSQL has its own tool.
    #[error("the books are in PostgreSQL: use pg_dump, which copies them while they are in use")]
    NotAFile,
    /// There are no books yet.
    #[error("there is no {}: check DATABASE_URL", .0.display())]
    Missing(PathBuf),
    /// A backup overwrites nothing.
    #[error("{} is there already: name a new file, such as one with today's date", .0.display())]
    Exists(PathBuf),
    /// The books cannot be opened.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The copy cannot be written.
    #[error("the copy cannot be written to {}: {cause}; check the folder, its rights, and the room left", .file.display())]
    Write {
        /// The copy.
        file: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The database refused.
    #[error("the database could not be copied: {0}")]
    Database(#[from] DbErr),
    /// The copy is not what it should be.
    #[error("the copy is damaged and was thrown away: {0}")]
    Damaged(String),
}

/// Copies the books into a new file, as they stood at one moment, and checks the copy. The file appears under its name
/// only when it is whole and on disk, readable by its owner alone; a crash on the way leaves nothing of that name.
///
/// Gives its size in bytes.
///
/// # Errors
/// [`BackupError`] says why there is no copy.
pub async fn copy(address: &Address, to: &Path) -> Result<u64, BackupError> {
    let from = address.file().ok_or(BackupError::NotAFile)?;
    if !from.exists() {
        return Err(BackupError::Missing(from.to_owned()));
    }
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let failed = |cause| BackupError::Write { file: to.to_owned(), cause };
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let draft = tempfile::Builder::new().prefix(".countersign-backup-").tempdir_in(folder).map_err(failed)?;
    let file = draft.path().join("copy.db");
    let books = address.open_writer().await?;
    let copied = into(&books, &file).await;
    // A connection that cannot be closed is no reason to lose the copy.
    drop(books.close().await);
    copied?;
    check(&file).await?;
    let size = keep(&file, to).await.map_err(failed)?;
    Ok(size)
}

/// SQLite's own copy (`VACUUM INTO`): one read transaction, so that writers are not held up.
async fn into(books: &DatabaseConnection, file: &Path) -> Result<(), DbErr> {
    let name = file.to_string_lossy().into_owned();
    let copy = Statement::from_sql_and_values(books.get_database_backend(), "VACUUM INTO ?", [name.into()]);
    books.execute_raw(copy).await.map(|_| ())
}

async fn check(file: &Path) -> Result<(), BackupError> {
    let address = Address::parse(&format!("sqlite://{}", file.display()))
        .map_err(|error| BackupError::Damaged(error.to_string()))?;
    let copy = address.open_readers().await?;
    let asked = Statement::from_string(copy.get_database_backend(), "PRAGMA integrity_check");
    let found = copy.query_one_raw(asked).await;
    drop(copy.close().await);
    let found = found?.map(|row| row.try_get_by_index::<String>(0)).transpose()?.unwrap_or_default();
    if found == "ok" { Ok(()) } else { Err(BackupError::Damaged(found)) }
}

/// Brings the copy to disk, and under its name.
async fn keep(file: &Path, to: &Path) -> Result<u64, std::io::Error> {
    use std::os::unix::fs::PermissionsExt;
    let (file, to) = (file.to_owned(), to.to_owned());
    let kept = tokio::task::spawn_blocking(move || {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600))?;
        let open = std::fs::File::open(&file)?;
        open.sync_all()?;
        let size = open.metadata()?.len();
        // A link fails where something has come to be meanwhile; a rename would replace it.
        std::fs::hard_link(&file, &to)?;
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(folder)?.sync_all()?;
        Ok(size)
    });
    kept.await.map_err(std::io::Error::other)?
}
