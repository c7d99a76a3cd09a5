//! What is committed stays, what is not is gone, and the connection is the writer's all the while.

use std::pin::pin;
use std::time::Duration;

use futures_util::poll;
use tempfile::TempDir;

use super::*;
use crate::ledger::dialect;

/// Books of one table, and two writers of them.
struct Books {
    _folder: TempDir,
    ours: Connection,
    theirs: Connection,
}

async fn books() -> Books {
    let folder = tempfile::tempdir().expect("a folder");
    let address = format!("sqlite://{}?mode=rwc", folder.path().join("books.db").display());
    let address = Address::parse(&address).expect("an address");
    let mut ours = Connection::open(&address).await.expect("a connection");
    let theirs = Connection::open(&address).await.expect("a connection");
    ours.pool().execute_unprepared("CREATE TABLE kept (number INTEGER PRIMARY KEY)").await.expect("a table");
    // Lives as long as its connection, and is seen by no other.
    ours.pool().execute_unprepared("CREATE TEMP TABLE own (number INTEGER)").await.expect("a table");
    Books { _folder: folder, ours, theirs }
}

fn sql(text: &str) -> Statement {
    Statement::from_string(DbBackend::Sqlite, text)
}

fn insert(number: i64) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, "INSERT INTO kept VALUES (?)", [number.into()])
}

async fn numbers(conn: &impl ConnectionTrait) -> Vec<i64> {
    let rows = conn.query_all_raw(sql("SELECT number FROM kept ORDER BY number")).await.expect("rows");
    rows.iter().map(|row| row.try_get_by_index(0).expect("a number")).collect()
}

/// Whether it is still the connection of the beginning.
async fn is_the_same(conn: &impl ConnectionTrait) -> bool {
    conn.query_all_raw(sql("SELECT number FROM temp.own")).await.is_ok()
}

#[tokio::test]
async fn what_is_committed_is_seen_and_what_is_rolled_back_is_not() {
    let Books { mut ours, mut theirs, _folder } = books().await;
    let first = ours.begin().await.expect("it begins");
    assert_eq!(first.execute_raw(insert(1)).await.expect("a row").rows_affected(), 1);
    assert_eq!(numbers(&first).await, [1]);
    assert!(numbers(theirs.pool()).await.is_empty());
    ours.commit(first).await.expect("it is committed");
    let second = ours.begin().await.expect("it begins");
    assert_eq!(numbers(&second).await, [1], "it begins with what it reads");
    second
        .execute_unprepared("INSERT INTO kept VALUES (2); INSERT INTO kept VALUES (3)")
        .await
        .expect("rows");
    ours.rollback(second).await.expect("it is rolled back");
    assert_eq!(numbers(theirs.pool()).await, [1]);
}

#[tokio::test]
async fn it_is_alone_from_its_first_statement_to_its_end() {
    let Books { mut ours, mut theirs, _folder } = books().await;
    let refused = || sql("PRAGMA busy_timeout = 1");
    theirs.pool().query_one_raw(refused()).await.expect("a setting");
    for begins_with_a_read in [true, false] {
        let txn = ours.begin().await.expect("it begins");
        if begins_with_a_read {
            numbers(&txn).await;
        } else {
            txn.execute_unprepared("DELETE FROM kept").await.expect("it deletes");
        }
        let busy = theirs.pool().execute_raw(insert(1)).await.expect_err("the lock is taken");
        assert!(dialect::is_busy(&busy), "{busy}");
        ours.commit(txn).await.expect("it is committed");
        theirs.pool().execute_raw(insert(1)).await.expect("the lock is free");
    }
}

#[tokio::test]
async fn one_that_did_nothing_ends_well() {
    let Books { mut ours, mut theirs, _folder } = books().await;
    let txn = ours.begin().await.expect("it begins");
    theirs.pool().execute_raw(insert(1)).await.expect("nothing is locked");
    ours.commit(txn).await.expect("it ends");
    assert!(ours.kept.is_some());
    let txn = ours.begin().await.expect("it begins");
    ours.rollback(txn).await.expect("it ends");
    assert!(ours.kept.is_some() && is_the_same(ours.pool()).await);
}

#[tokio::test]
async fn the_connection_stays_from_batch_to_batch_and_chores_have_it_between() {
    let Books { mut ours, _folder, .. } = books().await;
    for number in 0..3 {
        let txn = ours.begin().await.expect("it begins");
        assert!(is_the_same(&txn).await);
        txn.execute_raw(insert(number)).await.expect("a row");
        ours.commit(txn).await.expect("it is committed");
        assert!(ours.kept.is_some(), "it does not go back to the pool");
        assert!(number == 1 || is_the_same(ours.pool()).await, "every second goes on without a chore");
    }
}

#[tokio::test]
async fn one_that_is_dropped_left_nothing_behind() {
    let Books { mut ours, mut theirs, _folder } = books().await;
    let txn = ours.begin().await.expect("it begins");
    txn.execute_raw(insert(1)).await.expect("a row");
    drop(txn);
    let txn = ours.begin().await.expect("it begins on another connection");
    assert!(numbers(&txn).await.is_empty());
    assert!(!is_the_same(&txn).await);
    ours.rollback(txn).await.expect("it ends");
    theirs.pool().execute_raw(insert(2)).await.expect("the lock is free");
}

#[tokio::test]
async fn one_whose_statement_nobody_waits_for_left_nothing_behind() {
    let Books { mut ours, mut theirs, _folder } = books().await;
    for begins in ["DELETE FROM kept", ""] {
        let txn = ours.begin().await.expect("it begins");
        if !begins.is_empty() {
            txn.execute_unprepared(begins).await.expect("it deletes");
        }
        let long = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) \
                    INSERT INTO kept SELECT i FROM n RETURNING number";
        {
            let mut running = pin!(txn.query_all_raw(sql(long)));
            assert!(poll!(&mut running).is_pending(), "it takes a while");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        drop(txn);
        theirs.pool().execute_raw(insert(-1)).await.expect("the lock is free in the end");
        assert_eq!(numbers(theirs.pool()).await, [-1]);
        assert_eq!(numbers(ours.pool()).await, [-1]);
        theirs.pool().execute_unprepared("DELETE FROM kept").await.expect("it deletes");
    }
}

#[tokio::test]
async fn one_that_failed_can_be_rolled_back_and_the_next_begins() {
    let Books { mut ours, mut theirs, _folder } = books().await;
    let txn = ours.begin().await.expect("it begins");
    txn.execute_raw(insert(1)).await.expect("a row");
    assert!(txn.execute_raw(insert(1)).await.is_err(), "the number is taken");
    assert!(txn.execute_raw(insert(2)).await.is_err() && txn.query_one_raw(sql("SELECT 1")).await.is_err());
    ours.rollback(txn).await.expect("it is rolled back");
    let txn = ours.begin().await.expect("it begins");
    assert!(numbers(&txn).await.is_empty());
    ours.commit(txn).await.expect("it ends");
    ours.close().await.expect("it is closed");
    theirs.pool().execute_raw(insert(1)).await.expect("the lock is free");
}

#[tokio::test]
async fn one_that_failed_is_not_committed() {
    let Books { mut ours, mut theirs, _folder } = books().await;
    let txn = ours.begin().await.expect("it begins");
    txn.execute_raw(insert(1)).await.expect("a row");
    assert!(txn.query_all_raw(sql("SELECT nothing")).await.is_err());
    assert!(ours.commit(txn).await.is_err());
    assert!(numbers(theirs.pool()).await.is_empty());
    theirs.pool().execute_raw(insert(2)).await.expect("the lock is free");
}

#[tokio::test]
async fn one_that_could_not_begin_writes_nothing() {
    let Books { mut ours, mut theirs, _folder } = books().await;
    ours.pool().query_one_raw(sql("PRAGMA busy_timeout = 1")).await.expect("a setting");
    for begins_with_a_read in [true, false, true] {
        let held = theirs.begin().await.expect("it begins");
        held.execute_raw(insert(1)).await.expect("it has the lock");
        let txn = ours.begin().await.expect("it begins later");
        let busy = if begins_with_a_read {
            txn.query_all_raw(sql("SELECT number FROM kept")).await.map(|_| ())
        } else {
            txn.execute_raw(insert(2)).await.map(|_| ())
        };
        let busy = busy.expect_err("the lock is taken");
        assert!(dialect::is_busy(&busy) && dialect::is_passing(&busy), "{busy}");
        theirs.rollback(held).await.expect("it is rolled back");
        assert!(txn.execute_raw(insert(3)).await.is_err(), "it would be kept by itself");
        assert!(ours.rollback(txn).await.is_err(), "there is nothing to roll back");
        assert!(numbers(theirs.pool()).await.is_empty());
        // The same text, on another connection and on the same.
        for _ in 0..2 {
            let txn = ours.begin().await.expect("it begins");
            assert!(numbers(&txn).await.is_empty());
            ours.commit(txn).await.expect("it ends");
        }
        ours.pool().query_one_raw(sql("PRAGMA busy_timeout = 1")).await.expect("a setting");
    }
}
