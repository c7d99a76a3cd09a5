//! What ends the program before its time: each says what happened and what to do.

use std::net::SocketAddr;

use crate::ledger::backup::BackupError;
use crate::ledger::connect::{Address, ConnectError};
use crate::ledger::copy::CopyError;
use crate::ledger::migrate::MigrateError;
use crate::ledger::{LedgerError, OpenError};
use crate::settings::Problems;
use crate::settings::dot_env::DotEnvError;
use crate::settings::environment::UnreadableDotEnv;
use crate::telegram::polling::PollingError;

/// What ends the program before its time.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Mistakes in the settings.
    #[error(transparent)]
    Settings(#[from] Problems),
    /// `./.env` cannot be read.
    #[error(transparent)]
    DotEnv(#[from] UnreadableDotEnv),
    /// `./.env` cannot be changed.
    #[error(transparent)]
    DotEnvChange(#[from] DotEnvError),
    /// The address to listen on is taken or not ours.
    #[error(
        "cannot listen on {address}: {cause}. Set LISTEN_ADDR to an address of this machine and a port that is free"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The address for metrics is taken or not ours.
    #[error("cannot listen on {address} for metrics: {cause}. Set METRICS_ADDR to a free port, or unset it")]
    ListenForMetrics {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The books cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database cannot be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The schema cannot be changed.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// There is no copy of the books.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The books were not moved.
    #[error(transparent)]
    Move(#[from] CopyError),
    /// The database gave no answer.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Telegram's updates go elsewhere.
    #[error(transparent)]
    Polling(#[from] PollingError),
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The books are not there, or are an older program's.
    #[error(
        "there are no complete books at {0}; countersign serve makes them, and brings older ones up to date"
    )]
    NoBooks(Address),
    /// Something the user can change.
    #[error("{0}")]
    Told(String),
}
