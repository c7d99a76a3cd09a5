//! All that differs between the databases: what their errors mean, and how they lock.
//!
//! Rows are locked by sea-orm's `lock_exclusive()` everywhere: it writes `for update` on PostgreSQL and nothing on
//! SQLite, where a transaction that writes is alone anyway.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::sqlx;
use sea_orm::sqlx::sqlite::SqliteError;
use sea_orm::{
    ColumnTrait, ColumnType, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqliteTransactionMode, Statement, TransactionOptions,
};

/// Whether the same statements may well succeed when they are run again, on a fresh connection: a deadlock, a lock
/// that was waited for in vain, a timeout, a lost connection, a full disk.
pub fn is_passing(err: &DbErr) -> bool {
    is_away(err)
        || match sqlx_error(err) {
            // What a connection says that is out of step; it is thrown away.
            Some(sqlx::Error::Protocol(_) | sqlx::Error::BeginFailed) => true,
            Some(sqlx::Error::Database(error)) => match code(error.as_ref()) {
                // BUSY, LOCKED, NOMEM, INTERRUPT, and PROTOCOL: a race for the lock.
                Code::Sqlite(code) => matches!(code, 5 | 6 | 7 | 9 | 15),
                // Serialization failure, deadlock, lock timeout, statement timeout, lack of resources.
                Code::Postgres(code) => {
                    matches!(code.as_str(), "40001" | "40P01" | "55P03" | "57014") || code.starts_with("53")
                }
            },
            _ => false,
        }
}

/// Whether the database cannot be used at all for now: no connection, a shutdown, a disk that fails or is full.
pub fn is_away(err: &DbErr) -> bool {
    if matches!(err, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
        return true;
    }
    match sqlx_error(err) {
        Some(
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed,
        ) => true,
        Some(sqlx::Error::Database(error)) => match code(error.as_ref()) {
            // READONLY, IOERR, FULL, CANTOPEN: the disk, which somebody can mend.
            Code::Sqlite(code) => matches!(code, 8 | 10 | 13 | 14),
            // Connection exceptions; shutdown, crash, starting up; a transaction ended for idling; a standby that only
            // reads; too many connections; a full disk.
            Code::Postgres(code) => {
                code.starts_with("08")
                    || code.starts_with("57P")
                    || matches!(code.as_str(), "25P03" | "25006" | "53300" | "53100")
            }
        },
        _ => false,
    }
}

/// Whether the database's own files are damaged: it passes once somebody puts back what was there.
pub(super) fn is_damaged(err: &DbErr) -> bool {
    match sqlx_error(err) {
        Some(sqlx::Error::Database(error)) => match code(error.as_ref()) {
            // CORRUPT, NOTADB.
            Code::Sqlite(code) => matches!(code, 11 | 26),
            // Data or an index corrupted.
            Code::Postgres(code) => matches!(code.as_str(), "XX001" | "XX002"),
        },
        _ => false,
    }
}

/// What the driver says, and what to do where that is not to be seen from it.
pub(super) fn told(err: &DbErr) -> String {
    if is_damaged(err) {
        return format!("{err}: it is damaged; keep a copy of it as it is, and restore the last backup");
    }
    err.to_string()
}

/// Whether SQLite's file is locked by another connection at this moment.
pub(super) fn is_busy(err: &DbErr) -> bool {
    match sqlx_error(err) {
        Some(sqlx::Error::Database(error)) => matches!(code(error.as_ref()), Code::Sqlite(5 | 6)),
        _ => false,
    }
}

/// How a transaction that writes begins. A deferred one would fail on SQLite at its first write, without waiting,
/// when another has written since its first read. PostgreSQL's isolation is a setting of the session.
pub(super) const fn writing(backend: DbBackend) -> TransactionOptions {
    let mode = match backend {
        DbBackend::Sqlite => Some(SqliteTransactionMode::Immediate),
        _ => None,
    };
    TransactionOptions { isolation_level: None, access_mode: None, sqlite_transaction_mode: mode }
}

/// Whether a transaction that writes is the only one: nothing that it read can change under it.
pub(super) fn is_alone(conn: &impl ConnectionTrait) -> bool {
    conn.get_database_backend() == DbBackend::Sqlite
}

/// What asks which server answers; one that was started again is another. SQLite has none.
pub(super) fn which_server(backend: DbBackend) -> Option<Statement> {
    let started = "SELECT CAST(pg_postmaster_start_time() AS text)";
    (backend == DbBackend::Postgres).then(|| Statement::from_string(backend, started))
}

/// What reads the highest number that an operation ever had on SQLite: whoever writes alone gives the next ones itself.
pub(super) fn last_number() -> SelectStatement {
    let given = "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'operations'), 0)";
    let stored = "coalesce((SELECT max(id) FROM operations), 0)";
    Query::select().expr(Expr::cust(format!("max({given}, {stored})"))).take()
}

/// Makes this transaction the only one that changes the schema, and gives it time. On SQLite it is already alone.
pub(super) async fn lock_schema(txn: &DatabaseTransaction) -> Result<(), DbErr> {
    if txn.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    txn.execute_unprepared("SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = '60s'").await?;
    txn.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({SCHEMA_LOCK})")).await.map(|_| ())
}

/// Keeps these tables from everybody else until this transaction ends, on PostgreSQL, and gives it all the time it takes.
pub(super) async fn keep_to_itself(txn: &DatabaseTransaction, tables: &[&str]) -> Result<(), DbErr> {
    let tables = tables.join(", ");
    txn.execute_unprepared(&format!("LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")).await?;
    let unbounded = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";
    txn.execute_unprepared(unbounded).await.map(|_| ())
}

/// The next row that PostgreSQL numbers itself gets the number after `last`; 0 leaves a new table as it is.
pub(super) async fn go_on_after(txn: &DatabaseTransaction, table: &str, last: u64) -> Result<(), DbErr> {
    if last > 0 {
        let sequence = format!("SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})");
        txn.execute_unprepared(&sequence).await?;
    }
    Ok(())
}

/// The order of a column by its bytes, which is SQLite's own: PostgreSQL sorts texts as the database's language does.
pub(super) fn by_bytes<C: ColumnTrait>(backend: DbBackend, column: C) -> Expr {
    let is_text = matches!(column.def().get_column_type(), ColumnType::String(_) | ColumnType::Text);
    let column = column.into_expr();
    if backend == DbBackend::Postgres && is_text {
        return Expr::cust_with_expr("$1 COLLATE \"C\"", column);
    }
    column
}

/// Keeps the roster as it is until this transaction ends or, `alone`, makes it the only one that reads or changes it. Taken
/// before any row is locked, so that nobody who waits for it holds something up. On SQLite a transaction that writes is alone.
pub(super) async fn lock_roster(txn: &impl ConnectionTrait, alone: bool) -> Result<(), DbErr> {
    if txn.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let lock = if alone { "pg_advisory_xact_lock" } else { "pg_advisory_xact_lock_shared" };
    txn.execute_unprepared(&format!("SELECT {lock}({ROSTER_LOCK})")).await.map(|_| ())
}

/// Alone at a start, which may change much and has the time for it. It waits for the lock no longer than an operation does:
/// whoever decides waits behind it.
pub(super) async fn lock_roster_at_start(txn: &DatabaseTransaction) -> Result<(), DbErr> {
    if txn.get_database_backend() == DbBackend::Postgres {
        txn.execute_unprepared("SET LOCAL statement_timeout = '60s'").await?;
    }
    lock_roster(txn, true).await
}

/// The moment `later` from now by which leases are judged, in naive UTC: PostgreSQL's own clock, which all instances
/// share; on SQLite, which one machine has to itself, ours.
pub(super) fn lease_time(backend: DbBackend, now: DateTime<Utc>, later: Duration) -> Expr {
    match backend {
        DbBackend::Postgres => Expr::cust(format!(
            "((clock_timestamp() AT TIME ZONE 'UTC') + make_interval(secs => {}))",
            later.as_secs_f64()
        )),
        _ => Expr::value((now + later).naive_utc()),
    }
}

/// Whole seconds since 1970 of a stored time.
pub(super) fn unix_seconds(backend: DbBackend, time: Expr) -> Expr {
    let (postgres, sqlite) =
        ("CAST(floor(extract(epoch FROM $1)) AS bigint)", "CAST(strftime('%s', ?) AS integer)");
    let sql = if backend == DbBackend::Postgres { postgres } else { sqlite };
    Expr::cust_with_expr(sql, time)
}

/// The number of the advisory lock on the schema: "csign" in ASCII.
const SCHEMA_LOCK: i64 = 0x63_73_69_67_6e;

/// The number of the advisory lock on the roster: "roles" in ASCII.
const ROSTER_LOCK: i64 = 0x72_6f_6c_65_73;

enum Code {
    /// The primary result code.
    Sqlite(i32),
    /// SQLSTATE.
    Postgres(String),
}

fn code(error: &dyn sqlx::error::DatabaseError) -> Code {
    let code = error.code().unwrap_or_default();
    if error.try_downcast_ref::<SqliteError>().is_some() {
        // The lowest byte of an extended result code is the primary one.
        Code::Sqlite(code.parse::<i32>().unwrap_or_default() & 0xff)
    } else {
        Code::Postgres(code.into_owned())
    }
}

fn sqlx_error(err: &DbErr) -> Option<&sqlx::Error> {
    match err {
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => Some(error.as_ref()),
        _ => None,
    }
}
