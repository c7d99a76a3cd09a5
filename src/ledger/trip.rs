//! Statements of which none needs another's rows, on their way to the database together.
//!
//! Each way to SQLite and back is a hop to another thread, each row that comes back is one more, and both cost more than most
//! statements: there all go as one text, and what neighbours read comes back as one row, of a JSON text for each.
//! PostgreSQL prepares one statement at a time, and is given one after the other.

use std::collections::VecDeque;

use sea_orm::sea_query::{InsertStatement, SelectStatement};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, FromQueryResult, QueryResult, Statement, StatementBuilder,
    TryGetableMany, Values,
};
use serde::de::DeserializeOwned;

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

    /// A statement whose rows nobody reads.
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

    /// Runs what was added so far, writes alone: what follows is to know what stands after them, or to hold a lock no longer than
    /// itself.
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
        let cells = rows.iter().flat_map(|row| (0..row.column_names().len()).map(move |place| (row, place)));
        let load = |((row, place), gives): ((&QueryResult, usize), Gives)| match gives {
            Gives::Count => row.try_get_by_index::<i64>(place).map(|count| Load::Count(count.unsigned_abs())),
            Gives::Nothing | Gives::Rows(_) => row.try_get_by_index(place).map(Load::Json),
        };
        cells.zip(wanted).map(load).collect::<Result<_, _>>().map(Brought)
    }
}

/// An expression that gives all rows of a query as one JSON text, an array of an array for each.
fn as_json(query: &str, columns: usize) -> String {
    let names = (0..columns).map(|column| format!("c{column}")).collect::<Vec<_>>().join(",");
    format!("(WITH r({names}) AS ({query}) SELECT json_group_array(json_array({names})) FROM r)")
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
            Some(Load::Json(text)) => {
                serde_json::from_str(&text).map_err(|error| DbErr::Json(error.to_string()))
            }
            Some(Load::Count(_)) | None => Err(DbErr::Json("no rows where some were to be read".to_owned())),
        }
    }

    /// How many rows the next insert wrote that was to be counted.
    pub(super) fn count(&mut self) -> Result<u64, DbErr> {
        match self.0.pop_front() {
            Some(Load::Count(count)) => Ok(count),
            _ => Err(DbErr::Json("no count where one was to be read".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query};
    use sea_orm::{ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, TransactionTrait};
    use serde::Deserialize;

    use super::*;

    /// What is hard to carry in a text: quotes, line breaks, what looks like JSON, the ends of numbers, nothing.
    const ODD: [(i64, Option<&str>); 6] = [
        (i64::MIN, Some("\"quoted\" and 'quoted' \\ \u{2028}\n\t")),
        (-1, Some("[1,{\"a\":null}]")),
        (0, None),
        (1, Some("")),
        (9_007_199_254_740_993, Some("Ж 🦀 \u{200d} e\u{301}")),
        (i64::MAX, Some("null")),
    ];

    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, FromQueryResult, Deserialize)]
    struct Kept {
        number: i64,
        said: Option<String>,
    }

    async fn books() -> DatabaseConnection {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1).sqlx_logging(false);
        let conn = Database::connect(options).await.expect("SQLite");
        let table = "CREATE TABLE kept (number INTEGER PRIMARY KEY, said TEXT)";
        conn.execute_unprepared(table).await.expect("a table");
        conn
    }

    fn keep(rows: &[(i64, Option<&str>)]) -> InsertStatement {
        let mut insert = Query::insert();
        insert.into_table(Alias::new("kept")).columns([Alias::new("number"), Alias::new("said")]);
        for (number, said) in rows {
            insert.values_panic([Expr::value(*number), Expr::value(said.map(str::to_owned))]);
        }
        let unless_there = OnConflict::column(Alias::new("number")).do_nothing().to_owned();
        insert.on_conflict(unless_there).take()
    }

    fn kept() -> SelectStatement {
        let columns = [Alias::new("number"), Alias::new("said")];
        Query::select().columns(columns).from(Alias::new("kept")).take()
    }

    fn numbers(above: i64) -> SelectStatement {
        let number = || Expr::col(Alias::new("number"));
        Query::select().expr(number()).from(Alias::new("kept")).and_where(number().gt(above)).take()
    }

    async fn kept_alone(txn: &DatabaseTransaction) -> Vec<Kept> {
        let mut trip = Trip::on(txn);
        trip.read(kept());
        trip.go(txn).await.expect("a trip").rows().expect("rows")
    }

    #[tokio::test]
    async fn what_comes_back_together_is_what_comes_back_alone() {
        let conn = books().await;
        let txn = conn.begin().await.expect("a transaction");
        let mut trip = Trip::on(&txn);
        trip.read(kept());
        trip.count(&keep(&ODD));
        trip.count(&keep(&ODD[1..3]));
        trip.read(kept());
        trip.read(numbers(0));
        trip.read(numbers(i64::MAX));
        trip.write(&keep(&[(7, None)]));
        trip.read(numbers(1));
        let mut brought = trip.go(&txn).await.expect("a trip");
        assert_eq!(brought.rows::<Kept>().expect("no rows yet"), []);
        assert_eq!(brought.count().expect("a count"), 6);
        assert_eq!(brought.count().expect("a count"), 0, "they are there already");
        let mut together: Vec<Kept> = brought.rows().expect("rows");
        together.sort();
        let odd = ODD.map(|(number, said)| Kept { number, said: said.map(str::to_owned) });
        assert_eq!(together, odd);
        let mut above: Vec<(i64,)> = brought.tuples().expect("numbers");
        above.sort_unstable();
        assert_eq!(above, [(1,), (9_007_199_254_740_993,), (i64::MAX,)]);
        assert_eq!(brought.tuples::<(i64,)>().expect("no rows"), []);
        assert_eq!(brought.tuples::<(i64,)>().expect("numbers").len(), 3);
        let mut alone = kept_alone(&txn).await;
        alone.retain(|kept| kept.number != 7);
        assert_eq!(alone, odd);
    }

    #[tokio::test]
    async fn a_fault_on_the_way_is_the_whole_trips() {
        let conn = books().await;
        let txn = conn.begin().await.expect("a transaction");
        let mut trip = Trip::on(&txn);
        trip.read(kept());
        trip.read(Query::select().expr(Expr::cust("json('{')")).take());
        assert!(trip.go(&txn).await.is_err());
        let mut trip = Trip::on(&txn);
        trip.read(kept());
        trip.read(numbers(0));
        let mut brought = trip.go(&txn).await.expect("a trip");
        assert!(brought.count().is_err(), "rows are no count");
    }
}
