//! Opens connections: one that writes, a few that read, each with its settings from the first statement on.

mod address;
mod file;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr,
    Statement, TransactionTrait,
};

use self::address::Target;
pub use self::address::{Address, AddressError};
pub use self::file::FileMark;
use super::dialect;
use crate::limits::BATCH_DEADLINE;

/// How long opening a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long asking for the reason may take, after a connection could not be had.
const REASON_TIMEOUT: Duration = Duration::from_millis(500);
/// How long SQLite waits for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(4);
/// What SQLite's log is cut back to after a checkpoint, in bytes.
const JOURNAL_SIZE_LIMIT: &str = "67108864";
/// What SQLite keeps of the file in memory while it writes, in KiB (negative: KiB, not pages). With its own 2 MB a full
/// batch is written twice, and every index is read again; see `benches/README.md`.
const WRITER_CACHE: &str = "-4096";
/// How long a PostgreSQL statement waits for a lock.
const LOCK_TIMEOUT_MS: u64 = 2_000;
/// How long a PostgreSQL statement may run.
const STATEMENT_TIMEOUT_MS: u64 = 4_000;
/// After this long without a statement PostgreSQL ends a transaction that somebody left open.
const IDLE_TRANSACTION_TIMEOUT_MS: u64 = 10_000;
/// Writer tasks, each with one connection: while one waits for its commit, the other decides.
const POSTGRES_WRITERS: usize = 2;
/// Connections that read.
const SQLITE_READERS: u32 = 2;
/// Connections that read.
const POSTGRES_READERS: u32 = 4;
/// How often a first connection is tried while another process turns a new SQLite file to its log.
const OPEN_ATTEMPTS: u32 = 50;
const OPEN_PAUSE: Duration = Duration::from_millis(20);

// A lock that is waited for in vain is told as such before the whole transaction is given up.
const _: () = assert!((LOCK_TIMEOUT_MS as u128) < BATCH_DEADLINE.as_millis());
const _: () =
    assert!(LOCK_TIMEOUT_MS < STATEMENT_TIMEOUT_MS && STATEMENT_TIMEOUT_MS < IDLE_TRANSACTION_TIMEOUT_MS);

/// Why there is no connection. Names the database as [`Address`] shows itself: without user and password.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No answer, or one that refuses us.
    #[error(
        "cannot open the database ({address}): {}; check DATABASE_URL, and that the database is there",
        .address.trouble().unwrap_or_else(|| dialect::told(.cause))
    )]
    Unreachable {
        /// Where it was looked for.
        address: Address,
        /// What the driver says.
        cause: DbErr,
    },
    /// SQLite does not hold a setting without which a commit may be lost.
    #[error(
        "the database ({address}) does not hold {pragma}={wanted} but {found}: put the file on a local disk"
    )]
    NotDurable {
        /// Where it is.
        address: Address,
        /// The setting.
        pragma: &'static str,
        /// As it must be.
        wanted: &'static str,
        /// As it is.
        found: String,
    },
}

impl Address {
    /// How many writer tasks the database can use, each with a connection of its own. SQLite has one write lock.
    pub const fn writers(&self) -> usize {
        match self.0 {
            Target::Sqlite(..) => 1,
            Target::Postgres(_) => POSTGRES_WRITERS,
        }
    }

    /// Opens a connection that writes: a pool of exactly one.
    ///
    /// # Errors
    /// When it cannot be had within 3 s, or SQLite would not keep what it commits.
    pub async fn open_writer(&self) -> Result<DatabaseConnection, ConnectError> {
        self.open_writing("DEFAULT").await
    }

    /// The same for small transactions: what SQLite may have to take back of a statement stays in memory, which else would be
    /// a file of its own for each that changes more than 64 KiB (`PRAGMA temp_store`, <https://sqlite.org/tempfiles.html>).
    ///
    /// # Errors
    /// As [`Address::open_writer`].
    pub async fn open_batch_writer(&self) -> Result<DatabaseConnection, ConnectError> {
        self.open_writing("MEMORY").await
    }

    async fn open_writing(&self, temp_store: &'static str) -> Result<DatabaseConnection, ConnectError> {
        match &self.0 {
            Target::Sqlite(options, makes) => {
                let options = sqlite(options)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .pragma("cache_size", WRITER_CACHE)
                    .pragma("journal_size_limit", JOURNAL_SIZE_LIMIT)
                    .pragma("temp_store", temp_store);
                file::tell_if_empty(options.get_filename());
                if *makes {
                    file::make_private(options.get_filename());
                }
                let conn = self.open(sqlite_pool(options, 1)).await?;
                self.must_hold(&conn, "journal_mode", "wal").await?;
                self.must_hold(&conn, "synchronous", "2").await?;
                Ok(conn)
            }
            Target::Postgres(options) => {
                let options = postgres(options)
                    .options([("lock_timeout", LOCK_TIMEOUT_MS)])
                    .options([("idle_in_transaction_session_timeout", IDLE_TRANSACTION_TIMEOUT_MS)])
                    .options([("default_transaction_isolation", "read committed")]);
                self.open(postgres_pool(options, 1)).await
            }
        }
    }

    /// Opens the connections that only read, and cannot do otherwise. They do not make a missing SQLite file.
    ///
    /// # Errors
    /// When none can be had within 3 s.
    pub async fn open_readers(&self) -> Result<DatabaseConnection, ConnectError> {
        let mut pool = match &self.0 {
            Target::Sqlite(options, _) => {
                let options = sqlite(options).create_if_missing(false).pragma("query_only", "ON");
                sqlite_pool(options, SQLITE_READERS)
            }
            Target::Postgres(options) => {
                let options = postgres(options).options([("default_transaction_read_only", "on")]);
                postgres_pool(options, POSTGRES_READERS)
            }
        };
        // Nobody throws a reader away after an error: one that rested is asked whether it still lives.
        pool.test_before_acquire_if_idle_for(Duration::from_secs(1));
        self.open(pool).await
    }

    async fn open(&self, pool: ConnectOptions) -> Result<DatabaseConnection, ConnectError> {
        let mut attempts = 1;
        loop {
            match Database::connect(pool.clone()).await {
                Ok(conn) => return Ok(conn),
                // SQLite does not wait for a lock while it turns a new file to its log: BUSY comes at once.
                Err(cause) if dialect::is_busy(&cause) && attempts < OPEN_ATTEMPTS => {
                    attempts += 1;
                    tokio::time::sleep(OPEN_PAUSE).await;
                }
                Err(cause) => return Err(self.unreachable(self.reason().await.unwrap_or(cause))),
            }
        }
    }

    /// Why PostgreSQL cannot be reached. The pool rides out a short restart, and then says only that time was up.
    async fn reason(&self) -> Option<DbErr> {
        let Target::Postgres(options) = &self.0 else { return None };
        let asked = tokio::time::timeout(REASON_TIMEOUT, postgres(options).connect()).await.ok()?;
        asked.err().map(|error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))
    }

    async fn must_hold(
        &self,
        conn: &DatabaseConnection,
        pragma: &'static str,
        wanted: &'static str,
    ) -> Result<(), ConnectError> {
        let found = read_pragma(conn, pragma).await.map_err(|cause| self.unreachable(cause))?;
        if found == wanted {
            return Ok(());
        }
        Err(ConnectError::NotDurable { address: self.clone(), pragma, wanted, found })
    }

    fn unreachable(&self, cause: DbErr) -> ConnectError {
        ConnectError::Unreachable { address: self.clone(), cause }
    }
}

/// Begins a transaction that writes: on SQLite it holds the write lock from here on, on PostgreSQL it is READ
/// COMMITTED.
///
/// # Errors
/// When there is no connection, or SQLite's lock was waited for in vain.
pub async fn begin(conn: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    conn.begin_with_options(dialect::writing(conn.get_database_backend())).await
}

async fn read_pragma(conn: &DatabaseConnection, pragma: &str) -> Result<String, DbErr> {
    let statement = Statement::from_string(conn.get_database_backend(), format!("PRAGMA {pragma}"));
    let row = conn.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound(format!("PRAGMA {pragma}")))?;
    // Some are texts, some numbers.
    row.try_get_by_index::<String>(0)
        .or_else(|_| row.try_get_by_index::<i64>(0).map(|number| number.to_string()))
}

fn sqlite(options: &SqliteConnectOptions) -> SqliteConnectOptions {
    options.clone().foreign_keys(true).busy_timeout(BUSY_TIMEOUT).disable_statement_logging()
}

/// With the session settings that every connection has from its start; sqlx itself sets the time zone to UTC.
fn postgres(options: &PgConnectOptions) -> PgConnectOptions {
    let name = options.get_application_name().unwrap_or("countersign").to_owned();
    options
        .clone()
        .application_name(&name)
        .options([("statement_timeout", STATEMENT_TIMEOUT_MS)])
        .disable_statement_logging()
}

fn sqlite_pool(options: SqliteConnectOptions, connections: u32) -> ConnectOptions {
    // The address in the options is a stand-in: sea-orm wants one, and would log it.
    let mut pool = pool("sqlite:countersign.db", connections);
    pool.map_sqlx_sqlite_opts(move |_| options.clone());
    pool
}

fn postgres_pool(options: PgConnectOptions, connections: u32) -> ConnectOptions {
    let mut pool = pool("postgres://localhost/countersign", connections);
    pool.map_sqlx_postgres_opts(move |_| options.clone());
    pool
}

fn pool(stand_in: &str, connections: u32) -> ConnectOptions {
    let mut pool = ConnectOptions::new(stand_in);
    pool.max_connections(connections)
        .connect_timeout(CONNECT_TIMEOUT)
        .acquire_timeout(CONNECT_TIMEOUT)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire(false);
    pool
}

#[cfg(test)]
mod tests;
