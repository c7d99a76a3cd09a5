//! What SQLite itself takes, on the settings of the books and without a server: the floors of a first delivery.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use countersign::clock::Clock;
use countersign::ledger::connect::{self, Address};
use countersign::ledger::migrate;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use tokio::task::JoinSet;

use crate::books::Books;
use crate::client::Measured;
use crate::report::cpu_of;

/// What a first delivery does, as one text.
const TOGETHER: &str = include_str!("../sqlite/together.sql");
/// When it does it.
const NOW: &str = "2026-11-26 12:04:00.000";
/// As long as the entry that the log gets for an item.
const ENTRY_BYTES: usize = 350;

/// Books of the same schema beside the ones that are measured; cheap to clone.
#[derive(Clone)]
pub struct Bare {
    conn: DatabaseConnection,
    next: Arc<AtomicI64>,
}

impl Bare {
    /// Opens them, with items for so many operations.
    pub async fn new(books: &Books, operations: usize) -> Self {
        let address = Address::parse(&books.beside("bare.db")).expect("an address");
        let conn = address.open_batch_writer().await.expect("a connection");
        migrate::up(&conn).await.expect("the schema");
        for step in [
            "CREATE TABLE bare (id INTEGER PRIMARY KEY, text TEXT)".to_owned(),
            "INSERT INTO people (id, name, known_since) VALUES (1, 'Lee', '2026-03-01 12:04:00.000')"
                .to_owned(),
            format!(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) \
                 INSERT INTO pending_items (kind, title, client, submit_key, ordinal, content_hash, rules, state, version, \
                 created_at) SELECT 'bill', 'item ' || i, 'shop', 'all', i, hex(randomblob(32)), '{{}}', 'pending', 1, \
                 '2026-03-01 12:04:00.000' FROM n",
                operations * crate::ITEMS
            ),
        ] {
            conn.execute_unprepared(&step).await.expect("it fills");
        }
        Self { conn, next: Arc::default() }
    }

    /// Commits of a single row, one after the other.
    pub async fn rows(self, count: usize) -> Measured {
        let row = |_| {
            let sql = "INSERT INTO bare (text) VALUES (?)";
            Statement::from_sql_and_values(DbBackend::Sqlite, sql, ["tg:1:42".into()])
        };
        self.one_by_one(count, row).await
    }

    /// Commits of all that a first delivery writes, after reading what it reads: each one text, prepared once.
    pub async fn operations(self, count: usize) -> Measured {
        let operation = |number| Statement::from_sql_and_values(DbBackend::Sqlite, TOGETHER, values(number));
        self.one_by_one(count, operation).await
    }

    async fn one_by_one(&self, count: usize, statement: impl Fn(i64) -> Statement) -> Measured {
        let (cpu, began) = (cpu_of("server"), Clock::stopwatch());
        let mut latencies = Vec::with_capacity(count);
        for _ in 0..count {
            let one = Clock::stopwatch();
            self.conn.execute_raw(statement(self.next.fetch_add(1, Relaxed))).await.expect("it is committed");
            latencies.push(one.elapsed());
        }
        Measured { requests: count, elapsed: began.elapsed(), cpu: cpu_of("server") - cpu, latencies }
    }

    /// The same statement by statement, in a transaction for each of so many that ask at once.
    pub async fn apart(self, count: usize, at_once: usize) -> Measured {
        let (cpu, began) = (cpu_of("server"), Clock::stopwatch());
        let mut tasks = JoinSet::new();
        for _ in 0..at_once {
            let (conn, next) = (self.conn.clone(), self.next.clone());
            tasks.spawn(async move {
                let mut latencies = Vec::new();
                for _ in 0..count / at_once {
                    let one = Clock::stopwatch();
                    transaction(&conn, next.fetch_add(1, Relaxed)).await;
                    latencies.push(one.elapsed());
                }
                latencies
            });
        }
        let latencies = tasks.join_all().await.concat();
        let cpu = cpu_of("server") - cpu;
        Measured { requests: latencies.len(), elapsed: began.elapsed(), cpu, latencies }
    }
}

async fn transaction(conn: &DatabaseConnection, number: i64) {
    let txn = connect::begin(conn).await.expect("it begins");
    let all = TOGETHER.split(";\n").filter(|sql| !sql.is_empty());
    let inner = all.filter(|sql| !sql.ends_with("BEGIN IMMEDIATE") && *sql != "COMMIT");
    for sql in inner {
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values(number));
        txn.query_all_raw(statement).await.expect("it is done");
    }
    txn.commit().await.expect("it is committed");
}

fn values(number: i64) -> [sea_orm::Value; 3] {
    [number.into(), NOW.into(), "x".repeat(ENTRY_BYTES).into()]
}
