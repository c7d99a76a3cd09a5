//! The schema, step by step, on each kind of database. Every step comes with a file of realistic rows.

mod backfill;
mod connections;
mod constraints;

use std::collections::BTreeSet;
use std::path::PathBuf;

use countersign::domain::outcome::Outcome;
use countersign::domain::release::Release;
use countersign::ledger::connect::Address;
use countersign::ledger::entity::{
    approvals, chats, deciding_clients, decision_head, decision_log, deliveries, idempotency_keys, leases,
    meta, operations, outbox, pending_items, people, receivers,
};
use countersign::ledger::migrate::{self, MigrateError, Step};
use migration::Migrator;
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryOrder};
use sea_orm_migration::MigratorTrait;

/// Runs each story on an empty database of each kind.
macro_rules! on_each_database {
    ($($story:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                let folder = tempfile::tempdir().unwrap();
                super::$story(crate::migrations::file(folder.path())).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $story() {
                if let Some(scratch) = crate::support::postgres::fresh_database().await {
                    let address = countersign::ledger::connect::Address::parse(scratch.url()).unwrap();
                    super::$story(address).await;
                }
            })*
        }
    };
}
use on_each_database;

on_each_database!(
    rows_survive_every_later_step,
    down_and_up_again,
    two_instances_start_on_an_empty_database,
    a_newer_database_is_refused,
);

/// The address of a SQLite file that does not exist yet.
fn file(folder: &std::path::Path) -> Address {
    Address::parse(&format!("sqlite://{}?mode=rwc", folder.join("books.db").display())).unwrap()
}

fn rows(step: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/migrations/{step}.sql"))
}

fn steps() -> Vec<String> {
    Migrator::migrations().iter().map(|step| step.name().to_owned()).collect()
}

/// The schema, and the rows of all steps.
pub async fn full(address: &Address) -> DatabaseConnection {
    let conn = address.open_writer().await.unwrap();
    for step in steps() {
        Migrator::up(&conn, Some(1)).await.unwrap();
        let sql = std::fs::read_to_string(rows(&step)).unwrap();
        conn.execute_unprepared(&sql).await.unwrap_or_else(|error| panic!("the rows of {step}: {error}"));
    }
    conn
}

#[test]
fn every_step_has_a_file_of_rows() {
    let wanted: BTreeSet<String> = steps().into_iter().map(|step| format!("{step}.sql")).collect();
    let files = rows("").parent().unwrap().read_dir().unwrap();
    let found: BTreeSet<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(
        wanted, found,
        "each step needs tests/fixtures/migrations/<step>.sql with rows for what it made"
    );
    let steps = steps();
    assert!(
        steps.is_sorted() && steps.last() == Some(&migrate::head()),
        "the newest step stands last: {steps:?}"
    );
}

async fn rows_survive_every_later_step(address: Address) {
    let conn = full(&address).await;
    // Through the entities, so that each column is known to the program under its name and type.
    assert_eq!(idempotency_keys::Entity::find().all(&conn).await.unwrap().len(), 3);
    let items = pending_items::Entity::find().order_by_asc(pending_items::Column::Id);
    let items = items.all(&conn).await.unwrap();
    assert_eq!(items.len(), 8);
    assert_eq!(items[1].title, "Order 1002 ✓");
    assert_eq!(items[3].created_at.to_string(), "2026-03-01 11:00:00.500");
    assert_eq!((items[4].state.as_str(), items[4].version, items[4].round), ("pending", 1, 1));
    let operations = operations::Entity::find().all(&conn).await.unwrap();
    assert_eq!(operations.len(), 4);
    for operation in operations {
        Outcome::from_stored(&operation.outcome).unwrap();
    }
    let votes = approvals::Entity::find().order_by_asc(approvals::Column::Id).all(&conn).await.unwrap();
    assert_eq!(votes.iter().map(|vote| vote.lapsed).collect::<Vec<_>>(), [false, false, false, true]);
    assert_eq!(deciding_clients::Entity::find().all(&conn).await.unwrap().len(), 2);
    let people = people::Entity::find().order_by_asc(people::Column::Id).all(&conn).await.unwrap();
    assert_eq!(people.len(), 8);
    assert_eq!(people[0].listed_at, Some(people[0].known_since), "ADMIN_IDS alone made people known before");
    assert_eq!(people[0].listed_since, people[0].listed_at, "named until a start says otherwise");
    assert_eq!(people[3].listed_since, None);
    assert_eq!((people[3].role.as_deref(), people[3].listed_at), (Some("approver"), None));
    assert_eq!(chats::Entity::find().all(&conn).await.unwrap().len(), 3);
    assert_eq!(outbox::Entity::find().all(&conn).await.unwrap().len(), 4);
    assert_eq!(meta::Entity::find().all(&conn).await.unwrap().len(), 2);
    assert_eq!(leases::Entity::find().all(&conn).await.unwrap().len(), 2);
    assert_eq!(deliveries::Entity::find().all(&conn).await.unwrap().len(), 3);
    assert_eq!(receivers::Entity::find().all(&conn).await.unwrap().len(), 2);
    let head = decision_head::Entity::find().one(&conn).await.unwrap().unwrap();
    let log = decision_log::Entity::find().one(&conn).await.unwrap().unwrap();
    assert_eq!((log.number, &log.hash), (head.number, &head.hash));
    assert_eq!(Release::from_stored(&log.entry).unwrap().item_id.get(), log.item_id);
    assert_eq!(migrate::up(&conn).await.unwrap(), 0, "nothing was left to do");
    conn.close().await.unwrap();
}

async fn down_and_up_again(address: Address) {
    let conn = full(&address).await;
    for left in (0..steps().len()).rev() {
        assert_eq!(migrate::down(&conn, 1).await.unwrap(), 1);
        let applied = migrate::status(&conn).await.unwrap().iter().filter(|step| step.applied).count();
        assert_eq!(applied, left);
    }
    assert_eq!(migrate::down(&conn, 1).await.unwrap(), 0);
    assert_eq!(migrate::up(&conn).await.unwrap(), steps().len());
    assert_eq!(migrate::down(&conn, 99).await.unwrap(), steps().len());
    assert_eq!(migrate::up(&conn).await.unwrap(), steps().len());
    assert_eq!(pending_items::Entity::find().count(&conn).await.unwrap(), 0);
    conn.close().await.unwrap();
}

async fn two_instances_start_on_an_empty_database(address: Address) {
    let start = async || {
        let conn = address.open_writer().await?;
        let applied = migrate::up(&conn).await.unwrap();
        conn.close().await.unwrap();
        Ok::<usize, countersign::ledger::connect::ConnectError>(applied)
    };
    let (one, two, three) = tokio::join!(start(), start(), start());
    let applied = one.unwrap() + two.unwrap() + three.unwrap();
    assert_eq!(applied, steps().len(), "each step was applied by one of them");
}

async fn a_newer_database_is_refused(address: Address) {
    let conn = address.open_writer().await.unwrap();
    migrate::up(&conn).await.unwrap();
    conn.execute_unprepared("INSERT INTO meta (name, value) VALUES ('min_program', '999')").await.unwrap();
    let refused = migrate::up(&conn).await.unwrap_err();
    assert!(matches!(refused, MigrateError::NeedsNewerProgram { .. }));
    assert_eq!(
        refused.to_string(),
        "this database needs a newer countersign: it demands schema generation 999, and this program knows 1; \
         install the newest release"
    );
    assert!(migrate::down(&conn, 1).await.is_err());

    conn.execute_unprepared("DELETE FROM meta").await.unwrap();
    let later = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20300101_000001_later', 0)";
    conn.execute_unprepared(later).await.unwrap();
    let refused = migrate::up(&conn).await.unwrap_err().to_string();
    assert!(
        refused.contains("it has the step m20300101_000001_later, which this program does not know"),
        "{refused}"
    );
    let last = migrate::status(&conn).await.unwrap().pop();
    assert_eq!(last, Some(Step { name: "m20300101_000001_later".to_owned(), applied: true }));
    conn.close().await.unwrap();
}
