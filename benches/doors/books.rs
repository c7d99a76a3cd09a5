//! The database that is measured, filled as far as a measurement asks for.

use countersign::domain::new_item::content_hash;
use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::world::MADE;

/// Items that pgbench decides.
const OTHERS: usize = 400_000;

/// The database that is measured.
pub enum Books {
    /// A file of its own, in a folder that goes with it.
    Sqlite(tempfile::TempDir),
    /// An empty database at this address, which pgbench uses too.
    Postgres(String),
}

impl Books {
    pub fn new(postgres: Option<&str>) -> Self {
        match postgres {
            Some(url) => Self::Postgres(url.to_owned()),
            None => Self::Sqlite(tempfile::tempdir().expect("a folder")),
        }
    }

    /// Whether nobody else writes in them.
    pub const fn are_ours(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    pub fn url(&self) -> String {
        self.beside("bench.db")
    }

    /// Another file in the same folder; PostgreSQL has but one address.
    pub fn beside(&self, file: &str) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite://{}?mode=rwc", folder.path().join(file).display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// Items that wait, and operations of long ago with their keys: they only take up room.
    pub async fn fill(&self, hand: &DatabaseConnection, keys: usize, items: usize) {
        let mut steps = self.items(items);
        if !self.are_ours() {
            // A connection of the books gives no statement the time that filling takes.
            steps.insert(0, "SET statement_timeout = 0".to_owned());
        }
        if keys > 0 {
            steps.extend(self.keys(keys));
        }
        if !self.are_ours() {
            steps.push(format!("CREATE SEQUENCE bench_next START {}", items / 3 + 1));
            steps.push(format!(
                "INSERT INTO pending_items (kind, title, client, submit_key, ordinal, content_hash, rules, state, version, \
                 created_at) SELECT 'bill', 'item', 'other', 'all', i, repeat('0', 64), '{{}}', 'pending', 1, localtimestamp \
                 FROM generate_series(1, {OTHERS}) i"
            ));
            steps.push("ANALYZE".to_owned());
        }
        for step in steps {
            hand.execute_unprepared(&step).await.expect("it fills");
        }
    }

    fn items(&self, items: usize) -> Vec<String> {
        let item = |i: usize| {
            let hash = content_hash("bill", &format!("item {i}"), None, &serde_json::Value::Null);
            let rules = if i <= MADE { r#"{"undo_window_s":3600}"# } else { "{}" };
            format!(
                "('bill', 'item {i}', 'shop', 'all', {i}, '{hash}', '{rules}', 'pending', 1, '2026-03-01 12:04:00.000')"
            )
        };
        let all: Vec<String> = (1..=items).map(item).collect();
        let insert = |some: &[String]| {
            format!(
                "INSERT INTO pending_items (kind, title, client, submit_key, ordinal, content_hash, rules, state, version, \
                 created_at) VALUES {}",
                some.join(", ")
            )
        };
        all.chunks(500).map(insert).collect()
    }

    fn keys(&self, keys: usize) -> [String; 2] {
        let (long_ago, random, hash) = match self {
            Self::Sqlite(_) => (
                "strftime('%Y-%m-%d %H:%M:%f', 'now', '-' || (i % 500000 + 1) || ' seconds')",
                "hex(randomblob(8))",
                "hex(randomblob(32))",
            ),
            Self::Postgres(_) => (
                "localtimestamp - (i % 500000 + 1) * interval '1 second'",
                "gen_random_uuid()",
                "md5(random()::text) || md5(random()::text)",
            ),
        };
        let outcome = r#"{"v":1,"type":"decided","decision":"approve","done":[],"skipped":[]}"#;
        let scope = r#"{"hash":"0","parts":{}}"#;
        [
            format!(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {keys}) \
                 INSERT INTO operations (key, actor, verb, chat, created_at, outcome, scope_parts, answered) \
                 SELECT 'old:' || {random}, 'tg:1', 'approve', 1, {long_ago}, '{outcome}', '{scope}', 'none' FROM n"
            ),
            format!(
                "INSERT INTO idempotency_keys (key, scope_hash, created_at, operation_id, token) \
                 SELECT key, {hash}, created_at, id, substr({hash}, 1, 32) FROM operations"
            ),
        ]
    }
}
