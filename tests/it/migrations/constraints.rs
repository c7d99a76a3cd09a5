//! The defaults, and the constraints that stay when keys are pruned.

use countersign::ledger::connect::{self, Address};
use countersign::ledger::dialect;
use countersign::ledger::entity::{idempotency_keys, pending_items};
use countersign::ledger::migrate;
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, QueryOrder, SqlErr};

use super::{full, on_each_database};

on_each_database!(
    a_key_has_its_defaults,
    one_live_vote_a_person_item_and_round,
    a_submission_is_unique_for_good,
    an_id_is_never_used_again,
    waiting_for_a_lock_passes,
);

async fn is_taken(conn: &DatabaseConnection, sql: &str) -> bool {
    match conn.execute_unprepared(sql).await {
        Ok(_) => false,
        Err(error) => {
            assert!(matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))), "{error}");
            assert!(!dialect::is_passing(&error), "it would be taken again");
            true
        }
    }
}

async fn a_key_has_its_defaults(address: Address) {
    let conn = address.open_writer().await.unwrap();
    migrate::up(&conn).await.unwrap();
    let insert =
        "INSERT INTO idempotency_keys (key, scope_hash, operation_id, token) VALUES ('k', 's', 1, 't')";
    assert!(!is_taken(&conn, insert).await);
    let row = idempotency_keys::Entity::find_by_id("k".to_owned()).one(&conn).await.unwrap().unwrap();
    assert_eq!(row.status, "applied");
    let age = countersign::clock::Clock::machine().now().naive_utc() - row.created_at;
    assert!(age.num_seconds().abs() < 60, "created_at is the present time in UTC, not {}", row.created_at);
    assert!(is_taken(&conn, insert).await);
    conn.close().await.unwrap();
}

async fn one_live_vote_a_person_item_and_round(address: Address) {
    let conn = full(&address).await;
    let item = "(SELECT id FROM pending_items WHERE external_id = 'inv-77')";
    let vote = |round: i32, by: &str| {
        format!(
            "INSERT INTO approvals (item_id, round, decided_by, decision, key, created_at) \
             VALUES ({item}, {round}, '{by}', 'approve', 'k', '2026-03-01 12:10:00')"
        )
    };
    assert!(is_taken(&conn, &vote(1, "tg:111")).await);
    assert!(!is_taken(&conn, &vote(1, "tg:222")).await);
    assert!(!is_taken(&conn, &vote(2, "tg:111")).await);
    let withdraw = format!(
        "UPDATE approvals SET withdrawn_at = '2026-03-01 12:11:00' WHERE item_id = {item} AND round = 1"
    );
    conn.execute_unprepared(&withdraw).await.unwrap();
    assert!(!is_taken(&conn, &vote(1, "tg:111")).await);
    assert!(is_taken(&conn, &vote(1, "tg:111")).await);

    let nowhere = vote(1, "tg:111").replace(item, "999999");
    let error = conn.execute_unprepared(&nowhere).await.unwrap_err();
    assert!(matches!(error.sql_err(), Some(SqlErr::ForeignKeyConstraintViolation(_))), "{error}");
    conn.close().await.unwrap();
}

fn item(client: &str, submit_key: &str, ordinal: i32, external_id: Option<&str>) -> String {
    let external_id = external_id.map_or_else(|| "NULL".to_owned(), |id| format!("'{id}'"));
    format!(
        "INSERT INTO pending_items (kind, title, client, submit_key, ordinal, external_id, content_hash, created_at) \
         VALUES ('payment', 'Rent', '{client}', '{submit_key}', {ordinal}, {external_id}, 'h', '2026-03-01 12:00:00')"
    )
}

async fn a_submission_is_unique_for_good(address: Address) {
    let conn = full(&address).await;
    conn.execute_unprepared("DELETE FROM idempotency_keys").await.unwrap();
    assert!(is_taken(&conn, &item("shop", "order-1002", 1, None)).await);
    assert!(!is_taken(&conn, &item("shop", "order-1002", 2, None)).await);
    assert!(!is_taken(&conn, &item("accounts", "order-1002", 1, None)).await);
    assert!(is_taken(&conn, &item("accounts", "april", 0, Some("inv-77"))).await);
    assert!(!is_taken(&conn, &item("shop", "april", 0, Some("inv-77"))).await);
    conn.close().await.unwrap();
}

async fn an_id_is_never_used_again(address: Address) {
    let conn = full(&address).await;
    let newest = async || {
        let rows = pending_items::Entity::find().order_by_desc(pending_items::Column::Id);
        rows.one(&conn).await.unwrap().unwrap().id
    };
    conn.execute_unprepared(&item("shop", "a", 0, None)).await.unwrap();
    let first = newest().await;
    conn.execute_unprepared(&format!("DELETE FROM pending_items WHERE id = {first}")).await.unwrap();
    conn.execute_unprepared(&item("shop", "b", 0, None)).await.unwrap();
    assert!(newest().await > first);
    conn.close().await.unwrap();
}

/// Two writers on one row: the second is told within its bound that it waited in vain, and may come again.
async fn waiting_for_a_lock_passes(address: Address) {
    let one = full(&address).await;
    let two = address.open_writer().await.unwrap();
    let write = "UPDATE meta SET value = value";
    let held = connect::begin(&one).await.unwrap();
    held.execute_unprepared(write).await.unwrap();
    let waited = async {
        let txn = connect::begin(&two).await?;
        txn.execute_unprepared(write).await?;
        txn.commit().await
    };
    let error = waited.await.unwrap_err();
    assert!(dialect::is_passing(&error) && !dialect::is_away(&error), "{error}");
    held.commit().await.unwrap();
    one.close().await.unwrap();
    two.close().await.unwrap();
}
