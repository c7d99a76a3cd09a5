//! Moves the books from an SQLite file to an empty PostgreSQL database.
//!
//! The file is held for writing meanwhile, so that nothing comes to it that is not copied. All of the copy, the schema too,
//! is one transaction of the target, which keeps the tables to itself: a program that starts there sees nothing of it or
//! all, and a kill leaves nothing behind. Before the commit each table is read back and held against what was read.

mod canonical;
mod table;

use std::path::PathBuf;

use chrono::{DateTime, NaiveDateTime, Utc};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder};

use self::table::Run;
pub use self::table::{Progress, TABLES};
use super::connect::{self, Address, ConnectError};
use super::dialect;
use super::entity::leases;
use super::migrate::{self, MigrateError};
use crate::limits::LEASE_LIFE;
use crate::points::Points;

/// Why nothing was copied. The target is as it was, unless [`CopyError::Commit`] says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Both addresses are one.
    #[error("--from and --to are the same database")]
    Same,
    /// The source is a PostgreSQL database.
    #[error(
        "--from must be an SQLite file: there is no way back from PostgreSQL to SQLite, and between PostgreSQL \
         servers pg_dump and pg_restore copy"
    )]
    NotFromFile,
    /// The target is an SQLite file.
    #[error(
        "--to must be a PostgreSQL database; `countersign backup FILE` copies one SQLite file to another"
    )]
    NotToPostgres,
    /// There are no books.
    #[error("there is no {}: name the SQLite file with --from, or in DATABASE_URL", .0.display())]
    Missing(PathBuf),
    /// The source lacks steps of the schema.
    #[error("the source is of an older release: run `countersign migrate up` on it with this program first")]
    OlderSource,
    /// A newer release has been at the source or the target.
    #[error("{side}: {cause}")]
    Schema {
        /// Which of the two.
        side: &'static str,
        /// What is wrong with it.
        cause: MigrateError,
    },
    /// A program works with the source.
    #[error(
        "a countersign is running on the source (it holds the lease `{lease}`): stop it first. One that was killed \
         is forgotten after {} s", LEASE_LIFE.as_secs()
    )]
    InUse {
        /// What it holds.
        lease: String,
    },
    /// The source cannot be held.
    #[error("the source cannot be held for writing, stop what else uses it: {0}")]
    Busy(DbErr),
    /// The target is not empty, and not a copy of the source either.
    #[error("the target holds rows already (table {table}): name an empty database")]
    Holds {
        /// Where the first was found.
        table: &'static str,
    },
    /// A table could not be read or written.
    #[error("table {table} could not be copied, and nothing was kept: {cause}")]
    Table {
        /// Which.
        table: &'static str,
        /// What the database says.
        cause: DbErr,
    },
    /// What was written is not what was read.
    #[error("table {table} differs from the source ({found}), and nothing was kept")]
    Differs {
        /// Which.
        table: &'static str,
        /// In what.
        found: String,
    },
    /// The last answer was lost.
    #[error(
        "whether the copy was kept is not known ({0}): run this again, which copies or says that it is there"
    )]
    Commit(DbErr),
    /// A database cannot be opened.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// A database gave an error.
    #[error("nothing was copied: {0}")]
    Database(#[from] DbErr),
    /// A test asked for it.
    #[error(transparent)]
    Failed(#[from] crate::points::Failed),
}

/// One table, as it stands in both databases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Its name.
    pub table: &'static str,
    /// Its rows.
    pub rows: u64,
    /// SHA-256 over them in the order of their keys, in lower-case hex.
    pub hash: String,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// Each table.
    pub tables: Vec<Copied>,
    /// The target was such a copy already, and nothing was written.
    pub was_there: bool,
}

/// Copies everything, or nothing. Has a few hundred rows in memory at a time; tells `progress` how far it
/// is. Run again on a finished copy that nobody used yet, it says so.
///
/// # Errors
/// [`CopyError`] says why nothing was copied.
pub async fn copy(
    (from, to): (&Address, &Address),
    now: DateTime<Utc>,
    points: &Points,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Copy, CopyError> {
    if from.to_string() == to.to_string() {
        return Err(CopyError::Same);
    }
    let file = from.file().ok_or(CopyError::NotFromFile)?;
    if to.backend() != DbBackend::Postgres {
        return Err(CopyError::NotToPostgres);
    }
    if !file.exists() {
        return Err(CopyError::Missing(file.to_owned()));
    }
    let source = from.open_writer().await?;
    let held = connect::begin(&source).await.map_err(CopyError::Busy)?;
    must_be_at_rest(&held, now.naive_utc()).await?;
    let target = to.open_writer().await?;
    let txn = connect::begin(&target).await?;
    let is_empty = prepare(&txn).await?;
    let mut run = Run { from: &held, to: &txn, writes: is_empty, points, progress };
    let tables = run.all().await?;
    points.reach("copy.commit").await?;
    txn.commit().await.map_err(CopyError::Commit)?;
    // What was only read loses nothing.
    drop(held.rollback().await);
    drop(target.close().await);
    drop(source.close().await);
    Ok(Copy { tables, was_there: !is_empty })
}

/// The source has this program's schema, and no program works with it.
async fn must_be_at_rest(source: &DatabaseTransaction, now: NaiveDateTime) -> Result<(), CopyError> {
    let is_complete = migrate::is_complete(source).await;
    if !is_complete.map_err(|cause| CopyError::Schema { side: "the source", cause })? {
        return Err(CopyError::OlderSource);
    }
    let held = leases::Entity::find().filter(leases::Column::Until.gt(now));
    match held.order_by_asc(leases::Column::Name).one(source).await? {
        Some(row) => Err(CopyError::InUse { lease: row.name }),
        None => Ok(()),
    }
}

/// Brings the target's schema up to date and keeps everybody else from its tables; tells whether they are empty.
async fn prepare(target: &DatabaseTransaction) -> Result<bool, CopyError> {
    let schema = migrate::up_within(target).await;
    schema.map_err(|cause| CopyError::Schema { side: "the target", cause })?;
    dialect::keep_to_itself(target, TABLES).await?;
    Ok(table::are_empty(target).await?)
}
