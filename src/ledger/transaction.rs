//! A writer's connection, and the transaction of a batch on it.
//!
//! On SQLite the writer keeps its one connection from batch to batch: the pool would ask it whether it lives each time it comes
//! back. And a transaction that reads first begins on the same way. Either way to SQLite's thread is one at whose end
//! the writer may wait for a core.

use std::sync::Arc;

use futures_util::TryStreamExt;
use sea_orm::prelude::async_trait::async_trait;
use sea_orm::sqlx::pool::PoolConnection;
use sea_orm::sqlx::{self, AssertSqlSafe, Executor, Sqlite};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, RuntimeErr, Statement, Values,
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

/// A transaction that writes. Dropped before its end was asked for, nothing of it was done. After an error it can only be rolled
/// back.
pub(super) enum Transaction {
    /// On SQLite.
    Kept(Mutex<Kept>),
    /// On PostgreSQL.
    Pooled(DatabaseTransaction),
}

/// SQLite's connection in the hands of a writer.
pub(super) struct Kept {
    conn: PoolConnection<Sqlite>,
    state: State,
}

/// What is open on a connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing.
    Rests,
    /// A transaction.
    Begun,
    /// A transaction in which something failed; SQLite may have ended it.
    Failed,
}

impl Connection {
    /// Opens one that writes.
    ///
    /// # Errors
    /// As [`Address::open_batch_writer`].
    pub(super) async fn open(address: &Address) -> Result<Self, ConnectError> {
        Ok(Self { pool: address.open_batch_writer().await?, kept: None })
    }

    /// The connection for something else than a batch, until the next one begins; another where the last transaction was dropped.
    pub(super) fn pool(&mut self) -> &DatabaseConnection {
        self.kept = None;
        &self.pool
    }

    /// Begins a transaction; on SQLite it has the write lock once its first statement ran.
    ///
    /// # Errors
    /// When there is no connection.
    pub(super) async fn begin(&mut self) -> Result<Transaction, DbErr> {
        if self.pool.get_database_backend() != DbBackend::Sqlite {
            return connect::begin(&self.pool).await.map(Transaction::Pooled);
        }
        if let Some(kept) = self.kept.take() {
            return Ok(Transaction::Kept(Mutex::new(kept)));
        }
        let conn = self.pool.get_sqlite_connection_pool().acquire().await.map_err(not_had)?;
        Ok(Transaction::Kept(Mutex::new(Kept { conn, state: State::Rests })))
    }

    /// Ends a transaction that began here: what it wrote is kept.
    ///
    /// # Errors
    /// When it is not known to be kept: it may be, or not. So it is where nobody waits for the end of this.
    pub(super) async fn commit(&mut self, transaction: Transaction) -> Result<(), DbErr> {
        match transaction {
            Transaction::Kept(kept) => {
                let kept = kept.into_inner();
                if kept.state == State::Failed {
                    return Err(over());
                }
                self.end(kept, "COMMIT").await
            }
            Transaction::Pooled(transaction) => transaction.commit().await,
        }
    }

    /// Ends a transaction that began here: nothing of it was done.
    ///
    /// # Errors
    /// When the connection is of no more use; nothing was done all the same.
    pub(super) async fn rollback(&mut self, transaction: Transaction) -> Result<(), DbErr> {
        match transaction {
            Transaction::Kept(kept) => self.end(kept.into_inner(), "ROLLBACK").await,
            Transaction::Pooled(transaction) => transaction.rollback().await,
        }
    }

    async fn end(&mut self, mut kept: Kept, how: &'static str) -> Result<(), DbErr> {
        if kept.state != State::Rests {
            kept.run(how).await?;
            kept.state = State::Rests;
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
    /// Runs what begins or ends a transaction.
    async fn run(&mut self, sql: &'static str) -> Result<(), DbErr> {
        let mut results = (&mut *self.conn).fetch_many(sqlx::query(sql));
        let mut is_done = false;
        while results.try_next().await.map_err(failed)?.is_some() {
            is_done = true;
        }
        // Where SQLite's thread is gone, there are no results, and that is no error to sqlx.
        if is_done { Ok(()) } else { Err(failed(sqlx::Error::WorkerCrashed)) }
    }

    /// Whether the next statement has to begin the transaction. It is taken for begun before that is known: whoever does not
    /// wait for it may leave an open one.
    fn begins(&mut self) -> Result<bool, DbErr> {
        match std::mem::replace(&mut self.state, State::Begun) {
            State::Rests => Ok(true),
            State::Begun => Ok(false),
            State::Failed => {
                self.state = State::Failed;
                Err(over())
            }
        }
    }

    /// After an error nothing else is run: SQLite may have ended the transaction, and would keep each statement by itself.
    fn judged<T>(&mut self, ended: Result<T, DbErr>) -> Result<T, DbErr> {
        if ended.is_err() {
            self.state = State::Failed;
        }
        ended
    }

    /// Reads; what was not begun begins on the same way.
    async fn rows(&mut self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let Statement { mut sql, values, .. } = statement;
        if self.begins()? {
            sql = format!("{BEGIN};{sql}");
        }
        let query = sqlx::query_with(AssertSqlSafe(sql), SqlxValues(values.unwrap_or_else(none)));
        let rows = query.fetch_all(&mut *self.conn).await.map_err(failed);
        Ok(self.judged(rows)?.into_iter().map(Into::into).collect())
    }

    /// Writes. What was not begun begins before it: the rows of both would be counted together.
    async fn write<'q>(&mut self, query: impl sqlx::Execute<'q, Sqlite> + 'q) -> Result<ExecResult, DbErr> {
        if self.begins()? {
            let begun = self.run(BEGIN).await;
            self.judged(begun)?;
        }
        let written = (&mut *self.conn).execute(query).await.map_err(failed);
        self.judged(written).map(Into::into)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if self.state != State::Rests {
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
                let values = SqlxValues(statement.values.unwrap_or_else(none));
                kept.lock().await.write(sqlx::query_with(AssertSqlSafe(statement.sql), values)).await
            }
            Self::Pooled(transaction) => transaction.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Kept(kept) => kept.lock().await.write(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await,
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

const fn none() -> Values {
    Values(Vec::new())
}

fn over() -> DbErr {
    DbErr::Custom("the transaction is over since something failed in it".to_owned())
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
