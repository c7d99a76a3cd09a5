//! A look at a database from outside, for whoever sets it up: it reads, and makes nothing.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseConnection;

use super::connect::{Address, ConnectError};
use super::deliveries::{self, Delivery};
use super::log::{self, Since, Verdict};
use super::migrate::{self, MigrateError};
use super::outbox::{self, Depth, Shown};
use super::{LedgerError, OpenError, audit, chats, queries, roster};
use crate::domain::roster::Roster;
use crate::limits::DECISIONS_MAX;

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
    /// How many decisions wait to be told to receivers.
    pub deliveries: Depth,
    /// The receivers that said they are gone, and when.
    pub gone: Vec<(String, DateTime<Utc>)>,
    /// The chats in which the bot cannot write any more: `removed`, `blocked`, `moved`.
    pub lost_chats: Vec<(i64, String)>,
    /// Those who have a role besides the people of `ADMIN_IDS`.
    pub roster: Roster,
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
        deliveries: deliveries::depth(connection).await?,
        gone: deliveries::disabled(connection).await?,
        lost_chats: chats::lost(connection).await?,
        roster: roster::read(connection).await?,
    })
}

/// What waits in the outbox and what failed, the oldest first; `None` where there are no complete books yet.
///
/// # Errors
/// As [`look`].
pub async fn outbox(address: &Address, limit: u64) -> Result<Option<(Depth, Vec<Shown>)>, OpenError> {
    let Some(connection) = complete(address).await? else { return Ok(None) };
    let rows = outbox::list(&connection, limit).await.map_err(LedgerError::from)?;
    let depth = outbox::depth(&connection).await.map_err(LedgerError::from)?;
    drop(connection.close().await);
    Ok(Some((depth, rows)))
}

/// What waits to be told to receivers and what failed, the oldest first, and which receivers are gone; `None` where there
/// are no complete books yet.
///
/// # Errors
/// As [`look`].
pub async fn deliveries(address: &Address, limit: u64) -> Result<Option<Deliveries>, OpenError> {
    let Some(connection) = complete(address).await? else { return Ok(None) };
    let read = async {
        let depth = deliveries::depth(&connection).await?;
        let gone = deliveries::disabled(&connection).await?;
        Ok::<_, LedgerError>(Deliveries { depth, rows: deliveries::list(&connection, limit).await?, gone })
    };
    let found = read.await?;
    drop(connection.close().await);
    Ok(Some(found))
}

/// Deliveries as they stand.
#[derive(Clone, Debug)]
pub struct Deliveries {
    /// How many there are.
    pub depth: Depth,
    /// The first of them.
    pub rows: Vec<Delivery>,
    /// The receivers that said they are gone, and when.
    pub gone: Vec<(String, DateTime<Utc>)>,
}

/// Walks the whole log of decisions, and compares a row with the hash that somebody kept elsewhere; `None` where there are
/// no complete books.
///
/// # Errors
/// As [`look`].
pub async fn verify_log(
    address: &Address,
    holds: Option<&(i64, String)>,
) -> Result<Option<Verdict>, OpenError> {
    let Some(connection) = complete(address).await? else { return Ok(None) };
    let mut verdict = log::whole(&connection).await?;
    if let Some((number, hash)) = holds {
        let after = Since { after: number - 1, limit: 1, client: None };
        let row = log::rows(&connection, &after).await?.pop().filter(|(found, _)| found == number);
        match row {
            None => verdict.findings.push(format!("decision {number} is missing")),
            Some((_, sealed)) if sealed.hash != *hash => {
                verdict.findings.push(format!("decision {number} has another hash than the one you kept"));
            }
            Some(_) => {}
        }
    }
    drop(connection.close().await);
    Ok(Some(verdict))
}

/// Hands over every row of the log after a number, as JSON; `false` where there are no complete books.
///
/// # Errors
/// [`ExportError`]: as [`look`], or what `write` says.
pub async fn export_log(
    address: &Address,
    after: i64,
    write: &mut impl FnMut(String) -> std::io::Result<()>,
) -> Result<bool, ExportError> {
    let Some(connection) = complete(address).await? else { return Ok(false) };
    let mut since = Since { after, limit: DECISIONS_MAX, client: None };
    loop {
        let rows = log::rows(&connection, &since).await.map_err(OpenError::from)?;
        let Some((last, _)) = rows.last() else { break };
        since.after = *last;
        rows.iter().try_for_each(|(_, sealed)| write(sealed.to_json()))?;
    }
    drop(connection.close().await);
    Ok(true)
}

/// Why the log was not written out.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The books could not be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It could not be written.
    #[error(transparent)]
    Write(#[from] std::io::Error),
}

/// A connection that reads, where the schema is complete.
/// Whether there are complete books; none are made.
///
/// # Errors
/// As [`look`].
pub async fn has_books(address: &Address) -> Result<bool, OpenError> {
    let Some(connection) = complete(address).await? else { return Ok(false) };
    drop(connection.close().await);
    Ok(true)
}

async fn complete(address: &Address) -> Result<Option<DatabaseConnection>, OpenError> {
    if address.file().is_some_and(|file| !file.exists()) {
        return Ok(None);
    }
    let connection = address.open_readers().await?;
    if migrate::status(&connection).await?.iter().all(|step| step.applied) {
        return Ok(Some(connection));
    }
    drop(connection.close().await);
    Ok(None)
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
