//! What comes back together is what comes back alone.

use std::cell::Cell;
use std::pin::pin;

use futures_util::poll;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ColumnType, ConnectOptions, Database, DatabaseConnection, DatabaseTransaction,
    TransactionTrait,
};
use serde::Deserialize;

use super::*;
use crate::ledger::convert::Slim;
use crate::ledger::roster::Seat;

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
    // As the keys are claimed: of what is there, only some rows are taken over.
    let taken_over = OnConflict::column(Alias::new("number"))
        .update_column(Alias::new("said"))
        .action_and_where(Expr::col((Alias::new("kept"), Alias::new("number"))).eq(-1))
        .to_owned();
    insert.on_conflict(taken_over).take()
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
    assert_eq!(brought.count().expect("a count"), 1, "one is taken over, the other is left");
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

/// Reads one row, of another value in each of these columns, by its places and by its names.
async fn agree<M>(columns: &[impl ColumnTrait])
where
    M: FromQueryResult + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let conn = books().await;
    let mut row = Query::select();
    for (column, place) in columns.iter().zip(10..) {
        let value = match column.def().get_column_type() {
            ColumnType::Integer | ColumnType::BigInteger => Expr::value(place),
            ColumnType::DateTime => Expr::value(format!("2026-03-01 12:04:{place}")),
            _ => Expr::value(place.to_string()),
        };
        row.expr_as(value, Alias::new(column.as_str()));
    }
    let alone = conn.query_one(&row).await.expect("a row").expect("a row");
    let mut trip = Trip::on(&conn);
    trip.read(row.clone());
    trip.read(row);
    let together: Vec<M> = trip.go(&conn).await.expect("a trip").rows().expect("a row");
    assert_eq!(together, [M::from_query_result(&alone, "").expect("a row")]);
}

#[tokio::test]
async fn a_row_is_the_same_by_its_places_and_by_its_names() {
    agree::<Slim>(&Slim::COLUMNS).await;
    agree::<Seat>(&Seat::COLUMNS).await;
}

#[tokio::test]
async fn rows_that_nobody_asked_for_are_no_count() {
    let conn = books().await;
    let txn = conn.begin().await.expect("a transaction");
    let mut trip = Trip::on(&txn);
    trip.write(keep(&[(5, None)]).returning_col(Alias::new("number")));
    trip.count(&keep(&[(5, None)]));
    assert!(trip.go(&txn).await.is_err());
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

#[tokio::test]
async fn what_follows_gets_ready_meanwhile_and_comes_after() {
    let conn = books().await;
    let txn = conn.begin().await.expect("a transaction");
    let (began, gone) = (Cell::new(false), Cell::new(false));
    let mut first = Trip::on(&txn);
    first.write(&keep(&ODD[..3]));
    first.write(&keep(&ODD[3..]));
    let watched = async {
        let brought = first.go_before(&txn, async {
            began.set(true);
            let mut trip = Trip::on(&txn);
            trip.read(kept());
            Ok(trip.go(&txn).await?.rows::<Kept>()?.len())
        });
        let (_, rows) = brought.await.expect("both");
        gone.set(true);
        rows
    };
    let mut watched = pin!(watched);
    assert!(poll!(&mut watched).is_pending(), "the database has an answer at once");
    assert!(began.get() && !gone.get(), "what follows waits until the first is done");
    assert_eq!(watched.await, ODD.len(), "what follows went before");
}

#[tokio::test]
async fn an_error_of_either_is_the_error_of_both() {
    let conn = books().await;
    let nowhere = || Query::select().expr(Expr::val(1)).from(Alias::new("nowhere")).take();
    let txn = conn.begin().await.expect("a transaction");
    let mut first = Trip::on(&txn);
    first.read(nowhere());
    assert!(first.go_before(&txn, async { Ok(()) }).await.is_err());
    let mut first = Trip::on(&txn);
    first.write(&keep(&ODD));
    let refused = LedgerError::Broken("refused".to_owned());
    let ended = first.go_before(&txn, async { Err::<(), _>(refused) }).await.map(|_| ());
    assert!(ended.is_err_and(|error| error.to_string().contains("refused")));
    // What was still running is over with its transaction.
    txn.rollback().await.expect("it ends");
    let txn = conn.begin().await.expect("a transaction");
    let mut trip = Trip::on(&txn);
    trip.read(kept());
    assert_eq!(trip.go(&txn).await.expect("it is read").rows::<Kept>().expect("rows"), []);
}

#[tokio::test]
async fn what_follows_a_single_statement_or_none_comes_after() {
    let conn = books().await;
    let txn = conn.begin().await.expect("a transaction");
    for (rows, wanted) in [(&ODD[..0], 0), (&ODD[..2], 2), (&ODD[2..], ODD.len())] {
        let mut first = Trip::on(&txn);
        if !rows.is_empty() {
            first.write(&keep(rows));
        }
        let rest = async {
            let mut trip = Trip::on(&txn);
            trip.read(kept());
            Ok(trip.go(&txn).await?.rows::<Kept>()?.len())
        };
        assert_eq!(first.go_before(&txn, rest).await.expect("both").1, wanted);
    }
}
