//! Decisions from before the log of decisions came: they are entered in their order, by the first program that knows it.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use countersign::clock::Clock;
use countersign::domain::new_item::content_hash;
use countersign::domain::release::Release;
use countersign::domain::world::Rulebook;
use countersign::ledger::connect::Address;
use countersign::ledger::{Ledger, Options, Since, migrate, probe};
use countersign::points::Points;
use migration::Migrator;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use sea_orm_migration::MigratorTrait;

use super::{on_each_database, rows, steps};

on_each_database!(decisions_from_before_are_entered_in_their_order);

/// Decided out of the order of their numbers; one that expired; one that can still be taken back for an hour.
const OLD: &str = r#"
INSERT INTO pending_items (kind, title, client, submit_key, ordinal, content_hash, rules, state, created_at, expires_at,
                           decided_at, released_at) VALUES
    ('travel', 'a', 'hr', 'old', 0, '', '{"undo_window_s":10}', 'approved', '2026-02-01 08:00:00', NULL,
     '2026-02-03 08:00:00', NULL),
    ('travel', 'b', 'hr', 'old', 1, '', '{"undo_window_s":0}', 'rejected', '2026-02-01 08:00:00', NULL,
     '2026-02-01 09:00:00', '2026-02-01 09:00:00'),
    ('travel', 'c', 'hr', 'old', 2, '', '{}', 'expired', '2026-02-01 08:00:00', '2026-02-02 08:00:00', NULL, NULL),
    ('travel', 'd', 'hr', 'old', 3, '', '{"undo_window_s":3600}', 'approved', '2026-02-01 08:00:00', NULL,
     '2026-03-01 12:03:00', NULL);
"#;

/// The hashes of the rows are made up; a program's are those of their content.
async fn hash(conn: &DatabaseConnection) {
    let all = "SELECT id, kind, title, detail, payload FROM pending_items";
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), all)).await.unwrap();
    for row in rows {
        let text = |column| row.try_get::<Option<String>>("", column).unwrap();
        let payload = text("payload").map(|json| serde_json::from_str(&json).unwrap()).unwrap_or_default();
        let (kind, title, detail) = (text("kind").unwrap(), text("title").unwrap(), text("detail"));
        let hash = content_hash(&kind, &title, detail.as_deref(), &payload);
        let id: i64 = row.try_get("", "id").unwrap();
        let seal = format!("UPDATE pending_items SET content_hash = '{hash}' WHERE id = {id}");
        conn.execute_unprepared(&seal).await.unwrap();
    }
}

async fn decisions_from_before_are_entered_in_their_order(address: Address) {
    let conn = address.open_writer().await.unwrap();
    for step in steps().iter().take_while(|step| !step.contains("decision_log")) {
        Migrator::up(&conn, Some(1)).await.unwrap();
        conn.execute_unprepared(&std::fs::read_to_string(rows(step)).unwrap()).await.unwrap();
    }
    conn.execute_unprepared(OLD).await.unwrap();
    hash(&conn).await;
    migrate::up(&conn).await.unwrap();
    // An older program that still runs beside this one knows no time of the end.
    let beside =
        "UPDATE pending_items SET state = 'rejected', decided_at = '2026-03-01 12:03:30' WHERE id = 5";
    conn.execute_unprepared(beside).await.unwrap();
    conn.close().await.unwrap();

    let now: DateTime<Utc> = "2026-03-01T12:04:00Z".parse().unwrap();
    let options = Options {
        clock: Clock::frozen(now),
        rulebook: Rulebook {
            receivers: BTreeSet::from(["erp".to_owned()]),
            ..Rulebook::new(BTreeSet::new(), 100, 0)
        },
        key_retention: TimeDelta::days(7),
        announce: countersign::ledger::Announce::Places(Vec::new()),
        points: Points::default(),
    };
    let ledger = Ledger::open(&address, options).await.unwrap();
    assert!(ledger.next_release().await.unwrap().is_some_and(|at| at < now));
    assert_eq!(ledger.release_due().await.unwrap(), 5);
    // Old news is told to nobody; what was decided beside this program is.
    let told: Vec<i64> = ledger.deliveries(9).await.unwrap().iter().map(|row| row.item_id).collect();
    assert_eq!(told, [5]);
    let page = ledger.decisions(Since { limit: 9, ..Since::default() }).await.unwrap();
    let log: Vec<Release> =
        page.rows.iter().map(|(_, sealed)| Release::from_stored(&sealed.entry).unwrap()).collect();
    let mut items: Vec<i64> = log.iter().map(|one| one.item_id.get()).collect();
    // The one without a time comes first or last, as the database orders it.
    items.retain(|id| *id != 5);
    assert_eq!(items, [7, 8, 6, 1], "in the order of the decisions");
    let rent = log.iter().find(|one| one.item_id.get() == 1).unwrap();
    assert_eq!(rent.released_at, "2026-03-01T12:04:00Z".parse::<DateTime<Utc>>().unwrap());
    assert_eq!(rent.decided_by[0].name.as_deref(), Some("@lee"));
    assert_eq!(
        ledger.next_release().await.unwrap(),
        Some(now + TimeDelta::minutes(59)),
        "#9 is still open to undo"
    );
    assert_eq!(probe::verify_log(&address, None).await.unwrap().unwrap().findings, [""; 0]);
    ledger.close().await;
}
