//! A look at a database from outside, for whoever sets it up: it reads, and makes nothing.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;

use super::connect::{Address, ConnectError};
use super::migrate::{self, MigrateError};
use super::outbox::{self, Depth, Shown};
use super::{LedgerError, OpenError, audit, chats, queries};

/// What a database looks like.
#[derive(Clone, Debug)]
pub enum Probe {
    /// There is no such file yet.
    NoFile,
    /// It answers.
    There {
        /// The steps of the schema that are missing.
        missing_steps: usize,
        /// Its own clock.
        time: DateTime<Utc>,
        /// What stands in it; `None` where the schema is not complete.
        books: Option<Books>,
    },
}

/// What stands in the books.
#[derive(Clone, Debug)]
pub struct Books {
    /// What the audit found.
    pub findings: Vec<String>,
    /// How much is in the outbox.
    pub outbox: Depth,
    /// The chats in which the bot cannot write any more: `removed`, `blocked`, `moved`.
    pub lost_chats: Vec<(i64, String)>,
}

/// Looks at the database; its file is not made where it is missing.
///
/// # Errors
/// [`OpenError`] when it cannot be reached, is too new for this program, or refuses.
pub async fn look(address: &Address) -> Result<Probe, OpenError> {
    if address.file().is_some_and(|file| !file.exists()) {
        return Ok(Probe::NoFile);
    }
    let connection = address.open_readers().await?;
    let steps = migrate::status(&connection).await?;
    let missing_steps = steps.iter().filter(|step| !step.applied).count();
    let time = queries::database_time(&connection).await?;
    let books = if missing_steps == 0 { Some(read(&connection, time).await?) } else { None };
    // It was only read: a connection that does not close cleanly loses nothing.
    drop(connection.close().await);
    Ok(Probe::There { missing_steps, time, books })
}

async fn read(connection: &DatabaseConnection, time: DateTime<Utc>) -> Result<Books, LedgerError> {
    Ok(Books {
        findings: audit::findings(connection, time).await?,
        outbox: outbox::depth(connection).await?,
        lost_chats: chats::lost(connection).await?,
    })
}

/// What waits in the outbox and what failed, the oldest first; `None` where there are no complete books yet.
///
/// # Errors
/// As [`look`].
pub async fn outbox(address: &Address, limit: u64) -> Result<Option<(Depth, Vec<Shown>)>, OpenError> {
    if address.file().is_some_and(|file| !file.exists()) {
        return Ok(None);
    }
    let connection = address.open_readers().await?;
    let steps = migrate::status(&connection).await?;
    let mut found = None;
    if steps.iter().all(|step| step.applied) {
        let rows = outbox::list(&connection, limit).await.map_err(LedgerError::from)?;
        found = Some((outbox::depth(&connection).await.map_err(LedgerError::from)?, rows));
    }
    drop(connection.close().await);
    Ok(found)
}

impl OpenError {
    /// Whether the same database may be opened later, with nothing changed by a person.
    #[must_use]
    pub const fn passes(&self) -> bool {
        match self {
            Self::Connect(ConnectError::Unreachable { .. }) | Self::Ledger(LedgerError::Away(_)) => true,
            Self::Migrate(error) => matches!(error, MigrateError::Database(_)),
            Self::Connect(_) | Self::Ledger(_) => false,
        }
    }
}
