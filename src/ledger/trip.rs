//! Statements of which none needs another's rows, on their way to the database together.
//!
//! Each way to SQLite and back is a hop to another thread, and costs more than most statements: there all go as one text.
//! PostgreSQL prepares one statement at a time, and is given one after the other.

use std::collections::VecDeque;

use sea_orm::sqlx::{Column, Row};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, FromQueryResult, QueryResult, Statement, StatementBuilder,
    TryGetableMany, Values,
};

/// Ends the rows of a statement, where those of the next follow in one stream.
const BORDER: &str = "border";

/// What is on its way.
pub(super) struct Trip {
    backend: DbBackend,
    legs: Vec<Leg>,
}

struct Leg {
    statement: Statement,
    is_read: bool,
}

impl Trip {
    /// Nothing yet, for the database of `conn`.
    pub(super) fn on(conn: &impl ConnectionTrait) -> Self {
        Self { backend: conn.get_database_backend(), legs: Vec::new() }
    }

    /// A statement whose rows nobody reads.
    pub(super) fn write(&mut self, query: &impl StatementBuilder) {
        self.legs.push(Leg { statement: self.backend.build(query), is_read: false });
    }

    /// A statement that gives rows.
    pub(super) fn read(&mut self, query: &impl StatementBuilder) {
        self.legs.push(Leg { statement: self.backend.build(query), is_read: true });
    }

    /// Runs what was added so far, writes alone: what follows is to know what stands after them, or to hold a lock no longer than
    /// itself.
    pub(super) async fn stop(&mut self, conn: &impl ConnectionTrait) -> Result<(), DbErr> {
        let so_far = Self { backend: self.backend, legs: std::mem::take(&mut self.legs) };
        so_far.go(conn).await.map(|_| ())
    }

    /// Runs the statements in their order; gives what each read gave. After an error the transaction is over.
    pub(super) async fn go(self, conn: &impl ConnectionTrait) -> Result<Rows, DbErr> {
        if self.backend == DbBackend::Sqlite && self.legs.len() > 1 {
            return self.together(conn).await;
        }
        let mut rows = VecDeque::new();
        for Leg { statement, is_read } in self.legs {
            if is_read {
                rows.push_back(conn.query_all_raw(statement).await?);
            } else {
                conn.execute_raw(statement).await?;
            }
        }
        Ok(Rows(rows))
    }

    async fn together(self, conn: &impl ConnectionTrait) -> Result<Rows, DbErr> {
        let reads = self.legs.iter().filter(|leg| leg.is_read).count();
        let (mut sql, mut values) = (String::new(), Vec::new());
        for Leg { statement, is_read } in self.legs {
            sql.push_str(&statement.sql);
            sql.push(';');
            values.extend(statement.values.map(|values| values.0).unwrap_or_default());
            if is_read && reads > 1 {
                sql.push_str(&format!("SELECT 1 AS {BORDER};"));
            }
        }
        let all = Statement { sql, values: Some(Values(values)), db_backend: self.backend };
        let (mut rows, mut current) = (VecDeque::new(), Vec::new());
        for row in conn.query_all_raw(all).await? {
            if is_border(&row) {
                rows.push_back(std::mem::take(&mut current));
            } else {
                current.push(row);
            }
        }
        if reads == 1 {
            rows.push_back(current);
        }
        Ok(Rows(rows))
    }
}

fn is_border(row: &QueryResult) -> bool {
    let first = row.try_as_sqlite_row().and_then(|row| row.columns().first());
    first.is_some_and(|column| column.name() == BORDER)
}

/// What the reads of a trip gave, in their order.
pub(super) struct Rows(VecDeque<Vec<QueryResult>>);

impl Rows {
    /// The rows of the next read.
    pub(super) fn next<M: FromQueryResult>(&mut self) -> Result<Vec<M>, DbErr> {
        self.rows().iter().map(|row| M::from_query_result(row, "")).collect()
    }

    /// The same by the places of their columns.
    pub(super) fn tuples<T: TryGetableMany>(&mut self) -> Result<Vec<T>, DbErr> {
        self.rows().iter().map(|row| Ok(T::try_get_many_by_index(row)?)).collect()
    }

    fn rows(&mut self) -> Vec<QueryResult> {
        self.0.pop_front().unwrap_or_default()
    }
}
