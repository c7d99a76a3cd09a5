//! Every row of every table arrives as it was, whatever is in it, and no number is given twice.

use std::collections::BTreeSet;

use countersign::ledger::connect::Address;
use countersign::ledger::copy::{self, CopyError, TABLES};
use countersign::ledger::entity;
use countersign::points::Points;
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, Statement};

use super::file;
use crate::migrations;
use crate::support::books::noon;
use crate::support::postgres;

/// The rows of every step's file, which hold every type and every odd value, in an SQLite file.
pub(super) async fn full(folder: &tempfile::TempDir) -> (Address, DatabaseConnection) {
    let address = Address::parse(&file(folder)).unwrap();
    let conn = migrations::full(&address).await;
    (address, conn)
}

async fn text(conn: &DatabaseConnection, sql: &str) -> String {
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql)).await;
    row.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// Each row as the program reads it, in one order.
async fn all<E: EntityTrait>(conn: &DatabaseConnection) -> Vec<String> {
    let mut rows: Vec<String> =
        E::find().all(conn).await.unwrap().iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn no_table_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let (_, conn) = full(&folder).await;
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let found = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await.unwrap();
    let mut found: BTreeSet<String> = found.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert!(found.remove("seaql_migrations"), "the steps: the target's own are applied there");
    let copied: BTreeSet<String> = TABLES.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(copied, found, "each table of the schema has its line in src/ledger/copy/table.rs");
    conn.close().await.unwrap();
}

macro_rules! arrive {
    ($source:ident, $target:ident: $($table:ident),* $(,)?) => {
        $(
            let here = all::<entity::$table::Entity>(&$source).await;
            assert!(!here.is_empty(), "no rows to try: {}", stringify!($table));
            assert_eq!(here, all::<entity::$table::Entity>(&$target).await, "{}", stringify!($table));
        )*
    };
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_arrives_as_it_was() {
    let Some(scratch) = postgres::fresh_database().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let (from, source) = full(&folder).await;
    // Numbers whose rows are gone are remembered: what a button names must not come to mean something else.
    source
        .execute_unprepared("DELETE FROM prompts WHERE id = 2; DELETE FROM outbox WHERE id > 2")
        .await
        .unwrap();
    let keys = "INSERT INTO idempotency_keys (key, scope_hash, operation_id, token) VALUES ('a:Z', 'x', 1, 't'), \
                ('a:a', 'x', 1, 't'), ('a:B', 'x', 1, 't'), ('a:-', 'x', 1, 't'), ('a:_', 'x', 1, 't')";
    source.execute_unprepared(keys).await.unwrap();
    let to = Address::parse(scratch.url()).unwrap();
    // After every lease of the fixtures.
    let now = noon() + chrono::TimeDelta::days(1);
    let copied = copy::copy((&from, &to), now, &Points::default(), &mut |_| {}).await.unwrap();
    assert!(!copied.was_there);
    assert_eq!(copied.tables.iter().map(|table| table.table).collect::<Vec<_>>(), TABLES);
    let target = to.open_writer().await.unwrap();
    arrive!(source, target: meta, people, deciding_clients, chats, pending_items, approvals, operations, idempotency_keys, outbox,
        cards, prompts, decision_log, decision_head, deliveries, receivers, leases);
    assert_eq!(
        text(&target, "SELECT created_at::text FROM pending_items WHERE id = 4").await,
        "2026-03-01 11:00:00.5"
    );
    assert_eq!(text(&target, "SELECT pg_typeof(logged)::text FROM pending_items LIMIT 1").await, "boolean");
    for (table, number) in [("prompts", "3"), ("outbox", "5"), ("pending_items", "9"), ("approvals", "5")] {
        let next = format!("SELECT nextval(pg_get_serial_sequence('{table}', 'id'))::text");
        assert_eq!(text(&target, &next).await, number, "{table}");
    }
    target.close().await.unwrap();
    source.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_there_is_told_and_nothing_is_kept() {
    let Some(scratch) = postgres::fresh_database().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let (from, source) = full(&folder).await;
    let to = Address::parse(scratch.url()).unwrap();
    let now = noon() + chrono::TimeDelta::days(1);
    let refused = async |damage: &str, mend: &str| {
        source.execute_unprepared(damage).await.unwrap();
        let error = copy::copy((&from, &to), now, &Points::default(), &mut |_| {}).await.unwrap_err();
        source.execute_unprepared(mend).await.unwrap();
        let target = to.open_writer().await.unwrap();
        let kept = text(&target, "SELECT count(*)::text FROM pg_tables WHERE schemaname = 'public'").await;
        assert_eq!(kept, "0", "not even the schema");
        target.close().await.unwrap();
        error
    };
    // PostgreSQL keeps no NUL in a text.
    let nul = refused(
        "UPDATE pending_items SET title = 'a' || char(0) || 'b' WHERE id = 1",
        "UPDATE pending_items SET title = 'Rent for March' WHERE id = 1",
    );
    let nul = nul.await;
    assert!(
        nul.to_string().starts_with("table pending_items could not be copied, and nothing was kept"),
        "{nul}"
    );
    let number =
        refused("UPDATE cards SET chat = 'x' WHERE id = 1", "UPDATE cards SET chat = 1 WHERE id = 1").await;
    assert!(matches!(number, CopyError::Table { table: "cards", .. }), "{number}");
    let column = refused("ALTER TABLE meta ADD COLUMN more text", "ALTER TABLE meta DROP COLUMN more").await;
    assert!(column.to_string().contains("table meta could not be copied"), "{column}");
    assert!(column.to_string().contains("other columns than this program knows"), "{column}");
    copy::copy((&from, &to), now, &Points::default(), &mut |_| {}).await.unwrap();
    source.close().await.unwrap();
}
