//! What can go wrong in the ledger, and which of it passes by itself.

use sea_orm::DbErr;

use super::{connect, dialect, migrate};
use crate::telemetry::metrics;

/// Why the ledger gave no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database cannot be reached or read, or too much waits for it: the same delivery may come again later.
    #[error("the database is away or busy: {0}")]
    Away(String),
    /// It answered with a fault that will not pass by itself.
    #[error("the database refused: {0}")]
    Broken(String),
    /// Deciding this request panicked; the others of its batch went on.
    #[error("deciding this request failed")]
    Panicked,
}

impl From<DbErr> for LedgerError {
    fn from(error: DbErr) -> Self {
        let damaged = dialect::is_damaged(&error);
        let passes = dialect::is_away(&error) || dialect::is_passing(&error);
        metrics::database_error(if passes { "away" } else { "broken" });
        // Damage is mended by a person, and until then nobody's delivery may be let go.
        let error = dialect::told(&error);
        if passes || damaged { Self::Away(error) } else { Self::Broken(error) }
    }
}

/// Why the ledger could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No connection.
    #[error(transparent)]
    Connect(#[from] connect::ConnectError),
    /// The schema could not be brought up to date.
    #[error(transparent)]
    Migrate(#[from] migrate::MigrateError),
    /// A first read or write failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}
