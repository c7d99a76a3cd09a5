//! Statements of which none needs another's rows, on their way to the database together.
//!
//! Each way to SQLite and back is a hop to another thread, each row that comes back is one more, and both cost more than most
//! statements: there all go as one text, and what neighbours read comes back as one row, of a JSON text for each.
//! PostgreSQL prepares one statement at a time, and is given one after the other.

use std::collections::VecDeque;

use futures_util::future::try_join;
use sea_orm::sea_query::{InsertStatement, SelectStatement};
use sea_orm::sqlx::Row;
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, FromQueryResult, QueryResult, Statement, StatementBuilder,
    TryGetableMany, Values,
};
use serde::de::DeserializeOwned;

use super::LedgerError;

/// What is on its way.
pub(super) struct Trip {
    backend: DbBackend,
    legs: Vec<Leg>,
}

struct Leg {
    statement: Statement,
    gives: Gives,
}

/// What comes back of a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gives {
    Nothing,
    /// Rows of so many columns.
    Rows(usize),
    /// How many rows it wrote.
    Count,
}

impl Trip {
    /// Nothing yet, for the database of `conn`.
    pub(super) fn on(conn: &impl ConnectionTrait) -> Self {
        Self { backend: conn.get_database_backend(), legs: Vec::new() }
    }

    /// A statement that gives no rows.
    pub(super) fn write(&mut self, query: &impl StatementBuilder) {
        self.add(query, Gives::Nothing);
    }

    /// An insert whose rows are counted: those that a conflict left as they were are none.
    pub(super) fn count(&mut self, insert: &InsertStatement) {
        self.add(insert, Gives::Count);
    }

    /// What gives rows, in no order.
    pub(super) fn read(&mut self, mut query: SelectStatement) {
        let mut columns = 0;
        query.exprs_mut_for_each(|_| columns += 1);
        self.add(&query, Gives::Rows(columns));
    }

    fn add(&mut self, query: &impl StatementBuilder, gives: Gives) {
        self.legs.push(Leg { statement: self.backend.build(query), gives });
    }

    /// Runs what was added so far, which is to be writes alone: what follows has to know what stands after them, or to hold a lock
    /// no longer than itself.
    pub(super) async fn stop(&mut self, conn: &impl ConnectionTrait) -> Result<(), DbErr> {
        let so_far = Self { backend: self.backend, legs: std::mem::take(&mut self.legs) };
        so_far.go(conn).await.map(|_| ())
    }

    /// Runs the statements in their order; gives what each of them gave that gives anything. After an error the transaction is
    /// over.
    pub(super) async fn go(self, conn: &impl ConnectionTrait) -> Result<Brought, DbErr> {
        if self.backend == DbBackend::Sqlite && self.legs.len() > 1 {
            return self.together(conn).await;
        }
        let mut brought = VecDeque::new();
        for Leg { statement, gives } in self.legs {
            if let Gives::Rows(_) = gives {
                brought.push_back(Load::Rows(conn.query_all_raw(statement).await?));
                continue;
            }
            let written = conn.execute_raw(statement).await?;
            if gives == Gives::Count {
                brought.push_back(Load::Count(written.rows_affected()));
            }
        }
        Ok(Brought(brought))
    }

    /// Runs the statements while `next` gets ready, whose own come after them; gives what both gave. After an error of either the
    /// transaction is over, and a statement may still be running. PostgreSQL is given one statement after the other all the same:
    /// there `next` begins when these are done.
    pub(super) async fn go_before<T>(
        self,
        conn: &impl ConnectionTrait,
        next: impl Future<Output = Result<T, LedgerError>>,
    ) -> Result<(Brought, T), LedgerError> {
        if self.backend != DbBackend::Sqlite {
            return Ok((self.go(conn).await?, next.await?));
        }
        // Whoever is polled first asks for the connection first, and has it to the end of its one text.
        try_join(async { Ok(self.go(conn).await?) }, next).await
    }

    async fn together(self, conn: &impl ConnectionTrait) -> Result<Brought, DbErr> {
        let wanted: Vec<Gives> =
            self.legs.iter().map(|leg| leg.gives).filter(|gives| *gives != Gives::Nothing).collect();
        let (mut sql, mut values, mut reads) = (String::new(), Vec::new(), false);
        for Leg { statement, gives } in self.legs {
            if let Gives::Rows(columns) = gives {
                sql.push_str(if reads { "," } else { "SELECT " });
                sql.push_str(&as_json(&statement.sql, columns));
            } else {
                sql.push_str(if reads { ";" } else { "" });
                sql.push_str(&statement.sql);
                sql.push(';');
                sql.push_str(if gives == Gives::Count { "SELECT changes();" } else { "" });
            }
            reads = matches!(gives, Gives::Rows(_));
            values.extend(statement.values.map(|values| values.0).unwrap_or_default());
        }
        let all = Statement { sql, values: Some(Values(values)), db_backend: self.backend };
        let rows = conn.query_all_raw(all).await?;
        let places = |row: &QueryResult| row.try_as_sqlite_row().map_or(0, Row::len);
        let cells: Vec<_> =
            rows.iter().flat_map(|row| (0..places(row)).map(move |place| (row, place))).collect();
        if cells.len() != wanted.len() {
            // What is counted decides whether keys are ours: it must not be taken from another's rows.
            return Err(out_of_step());
        }
        let load = |((row, place), gives): ((&QueryResult, usize), Gives)| match gives {
            Gives::Count => row.try_get_by_index::<i64>(place).map(|count| Load::Count(count.unsigned_abs())),
            Gives::Nothing | Gives::Rows(_) => row.try_get_by_index(place).map(Load::Json),
        };
        cells.into_iter().zip(wanted).map(load).collect::<Result<_, _>>().map(Brought)
    }
}

/// An expression that gives all rows of a query as one JSON text, an array of an array for each.
fn as_json(query: &str, columns: usize) -> String {
    let names = (0..columns).map(|column| format!("c{column}")).collect::<Vec<_>>().join(",");
    format!("(WITH r({names}) AS ({query}) SELECT json_group_array(json_array({names})) FROM r) AS rows")
}

/// What one statement of a trip gave.
enum Load {
    Rows(Vec<QueryResult>),
    Json(String),
    Count(u64),
}

/// What a trip brought back, in the order of its statements.
pub(super) struct Brought(VecDeque<Load>);

impl Brought {
    /// The rows of the next read; the fields of `M` are its columns, in their order.
    pub(super) fn rows<M: FromQueryResult + DeserializeOwned>(&mut self) -> Result<Vec<M>, DbErr> {
        self.all(|row| M::from_query_result(row, ""))
    }

    /// The same as tuples.
    pub(super) fn tuples<T: TryGetableMany + DeserializeOwned>(&mut self) -> Result<Vec<T>, DbErr> {
        self.all(|row| Ok(T::try_get_many_by_index(row)?))
    }

    fn all<T: DeserializeOwned>(
        &mut self,
        of_row: impl Fn(&QueryResult) -> Result<T, DbErr>,
    ) -> Result<Vec<T>, DbErr> {
        match self.0.pop_front() {
            Some(Load::Rows(rows)) => rows.iter().map(of_row).collect(),
            Some(Load::Json(text)) => serde_json::from_str(&text)
                .map_err(|error| DbErr::Json(format!("rows of {}: {error}", std::any::type_name::<T>()))),
            Some(Load::Count(_)) | None => Err(out_of_step()),
        }
    }

    /// How many rows the next insert wrote that was to be counted.
    pub(super) fn count(&mut self) -> Result<u64, DbErr> {
        match self.0.pop_front() {
            Some(Load::Count(count)) => Ok(count),
            _ => Err(out_of_step()),
        }
    }
}

fn out_of_step() -> DbErr {
    DbErr::Custom("what came back is not what was asked for".to_owned())
}

#[cfg(test)]
mod tests;
