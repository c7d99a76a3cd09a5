//! A writer's connection, and the transaction of a batch on it.
//!
//! On SQLite the writer keeps its one connection from batch to batch: the pool would ask it whether it lives each time it comes
//! back. And a transaction begins with its first statement, on the same way. Either way to SQLite's thread is one at whose end
//! the writer may wait for a core.

use std::sync::Arc;

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::{self, AssertSqlSafe, Sqlite};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, RuntimeErr, Statement,
};
use sea_query_sqlx::SqlxValues;
use tokio::sync::Mutex;

use super::connect::{self, Address, ConnectError};

/// How a transaction begins that holds SQLite's write lock from there on.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// A writer's connection.
pub(super) struct Connection {
    pool: DatabaseConnection,
    /// SQLite's, while nobody else wants it.
    kept: Option<Kept>,
}

/// A transaction that writes. Dropped before its end, nothing of it was done.
pub(super) enum Transaction {
    /// On SQLite.
    Kept(Mutex<Kept>),
    /// On PostgreSQL.
    Pooled(DatabaseTransaction),
}

/// SQLite's connection in the hands of a writer.
pub(super) struct Kept {
    conn: PoolConnection<Sqlite>,
    /// Whether a transaction is open on it.
    has_begun: bool,
}

impl Connection {
    /// Opens one that writes.
    ///
    /// # Errors
    /// As [`Address::open_batch_writer`].
    pub(super) async fn open(address: &Address) -> Result<Self, ConnectError> {
        Ok(Self { pool: address.open_batch_writer().await?, kept: None })
    }

    /// The same connection for something else than a batch, until the next one begins.
    pub(super) fn pool(&mut self) -> &DatabaseConnection {
        self.kept = None;
        &self.pool
    }

    /// Begins a transaction; on SQLite it has the write lock once its first statement ran.
    pub(super) async fn begin(&mut self) -> Result<Transaction, DbErr> {
        if self.pool.get_database_backend() != DbBackend::Sqlite {
            return connect::begin(&self.pool).await.map(Transaction::Pooled);
        }
        if let Some(kept) = self.kept.take() {
            return Ok(Transaction::Kept(Mutex::new(kept)));
        }
        let conn = self.pool.get_sqlite_connection_pool().acquire().await.map_err(not_had)?;
        Ok(Transaction::Kept(Mutex::new(Kept { conn, has_begun: false })))
    }

    /// Ends a transaction that began here: what it wrote is kept.
    pub(super) async fn commit(&mut self, transaction: Transaction) -> Result<(), DbErr> {
        match transaction {
            Transaction::Kept(kept) => self.end(kept.into_inner(), "COMMIT").await,
            Transaction::Pooled(transaction) => transaction.commit().await,
        }
    }

    /// Ends a transaction that began here: nothing of it was done.
    pub(super) async fn rollback(&mut self, transaction: Transaction) -> Result<(), DbErr> {
        match transaction {
            Transaction::Kept(kept) => self.end(kept.into_inner(), "ROLLBACK").await,
            Transaction::Pooled(transaction) => transaction.rollback().await,
        }
    }

    async fn end(&mut self, mut kept: Kept, how: &'static str) -> Result<(), DbErr> {
        if kept.has_begun {
            kept.run(how).await?;
            kept.has_begun = false;
        }
        self.kept = Some(kept);
        Ok(())
    }

    /// Closes it, whatever is open on it.
    pub(super) async fn close(self) -> Result<(), DbErr> {
        drop(self.kept);
        self.pool.close().await
    }
}

impl Kept {
    async fn run(&mut self, sql: &'static str) -> Result<(), DbErr> {
        sqlx::query(sql).execute(&mut *self.conn).await.map(|_| ()).map_err(failed)
    }

    /// Begins, unless it has.
    async fn begin(&mut self) -> Result<(), DbErr> {
        if self.has_begun {
            return Ok(());
        }
        // Before it is known how it went: whoever does not wait for it leaves an open transaction.
        self.has_begun = true;
        self.run(BEGIN).await
    }

    /// Reads; what was not begun begins on the same way.
    async fn rows(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let Statement { mut sql, values, .. } = statement;
        if !self.has_begun {
            self.has_begun = true;
            sql = format!("{BEGIN};{sql}");
        }
        let values = SqlxValues(values.unwrap_or_else(|| sea_orm::Values(Vec::new())));
        let rows = sqlx::query_with(AssertSqlSafe(sql), values).fetch_all(&mut *self.conn).await;
        Ok(rows.map_err(failed)?.into_iter().map(Into::into).collect())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if self.has_begun {
            // In the pool it would be the next one's transaction.
            self.conn.close_on_drop();
        }
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Kept(_) => DbBackend::Sqlite,
            Self::Pooled(transaction) => transaction.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::Kept(kept) => {
                let mut kept = kept.lock().await;
                // Apart: its rows would be counted too.
                kept.begin().await?;
                let values = SqlxValues(statement.values.unwrap_or_else(|| sea_orm::Values(Vec::new())));
                let query = sqlx::query_with(AssertSqlSafe(statement.sql), values);
                query.execute(&mut *kept.conn).await.map(Into::into).map_err(failed)
            }
            Self::Pooled(transaction) => transaction.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Kept(kept) => {
                let mut kept = kept.lock().await;
                kept.begin().await?;
                let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
                sql.execute(&mut *kept.conn).await.map(Into::into).map_err(failed)
            }
            Self::Pooled(transaction) => transaction.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Kept(kept) => Ok(kept.lock().await.rows(statement).await?.into_iter().next()),
            Self::Pooled(transaction) => transaction.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Kept(kept) => kept.lock().await.rows(statement).await,
            Self::Pooled(transaction) => transaction.query_all_raw(statement).await,
        }
    }
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

fn not_had(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))),
    }
}

#[cfg(test)]
mod tests;
