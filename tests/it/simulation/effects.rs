//! What took effect, read from the books in one snapshot after each step; and the search for an order in which the model
//! would have done the same. What ran at the same time may stand in any order, but for the log, which has its own.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use countersign::domain::operation::Request;
use countersign::domain::outcome::Outcome;
use countersign::domain::release::{Release, Sealed};
use countersign::ledger::entity::{
    approvals, cards, decision_log, deliveries, operations, outbox, pending_items,
};
use sea_orm::{
    AccessMode, ColumnTrait, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, IsolationLevel,
    QueryFilter, QueryOrder, Statement, TransactionTrait,
};

use super::model::Model;

/// An operation that took effect.
#[derive(Clone, Debug)]
pub struct Done {
    pub number: i64,
    pub key: String,
    pub at: DateTime<Utc>,
    pub outcome: Outcome,
    pub answered: String,
}

/// A row of the log.
#[derive(Clone, Debug)]
pub struct Final {
    pub release: Release,
    pub hash: String,
}

/// The books at one moment; of operations and the log what is new.
pub struct Snapshot {
    pub operations: Vec<Done>,
    pub log: Vec<Final>,
    pub items: Vec<pending_items::Model>,
    pub votes: Vec<approvals::Model>,
    pub outbox: Vec<outbox::Model>,
    pub cards: Vec<cards::Model>,
    /// How many rows tell each decision.
    pub told: BTreeMap<i64, usize>,
}

/// Numbers of operations may be committed out of their order: so far back they are looked for.
const OUT_OF_ORDER: i64 = 100;

impl Snapshot {
    /// Reads what there is; operations that are not `known`, and the log after that number.
    pub async fn read(conn: &DatabaseConnection, known: &BTreeMap<i64, String>, log: i64) -> Self {
        at_rest(conn).await;
        let isolation =
            (conn.get_database_backend() == DbBackend::Postgres).then_some(IsolationLevel::RepeatableRead);
        let access = isolation.map(|_| AccessMode::ReadOnly);
        let txn = conn.begin_with_config(isolation, access).await.unwrap();
        let last = known.last_key_value().map_or(0, |(number, _)| *number);
        let rows = operations::Entity::find().filter(operations::Column::Id.gt(last - OUT_OF_ORDER));
        let rows = rows.order_by_asc(operations::Column::Id).all(&txn).await.unwrap();
        let operations = rows.into_iter().filter(|row| !known.contains_key(&row.id)).map(done).collect();
        let rows = decision_log::Entity::find().filter(decision_log::Column::Number.gt(log));
        let rows = rows.order_by_asc(decision_log::Column::Number).all(&txn).await.unwrap();
        let log = rows.into_iter().map(final_now).collect();
        let items = pending_items::Entity::find().all(&txn).await.unwrap();
        let votes = approvals::Entity::find().filter(approvals::Column::WithdrawnAt.is_null());
        let votes = votes.all(&txn).await.unwrap();
        let outbox = outbox::Entity::find().all(&txn).await.unwrap();
        let cards = cards::Entity::find().all(&txn).await.unwrap();
        let mut told = BTreeMap::new();
        for row in deliveries::Entity::find().all(&txn).await.unwrap() {
            *told.entry(row.number).or_default() += 1;
        }
        txn.rollback().await.unwrap();
        Self { operations, log, items, votes, outbox, cards, told }
    }
}

/// Waits until no transaction is open on PostgreSQL: one that began before what this snapshot shows, and commits after it, may
/// have found that something was not there yet. What stands still or was left by its caller has none. SQLite has one at a time.
async fn at_rest(conn: &DatabaseConnection) {
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND backend_type = 'client backend' AND state <> 'idle' AND pid <> pg_backend_pid()";
    while conn.get_database_backend() == DbBackend::Postgres {
        let row = conn.query_one_raw(Statement::from_string(DbBackend::Postgres, open)).await.unwrap();
        if row.unwrap().try_get_by_index::<i64>(0).unwrap() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn done(row: operations::Model) -> Done {
    let outcome = Outcome::from_stored(&row.outcome).unwrap();
    Done { number: row.id, key: row.key, at: row.created_at.and_utc(), outcome, answered: row.answered }
}

fn final_now(row: decision_log::Model) -> Final {
    let sealed = Sealed { entry: row.entry, hash: row.hash };
    assert!(sealed.holds(), "decision {} is not as it was sealed", row.number);
    Final { release: Release::from_stored(&sealed.entry).unwrap(), hash: sealed.hash }
}

/// How many orders are tried at most.
const TRIES_MAX: usize = 50_000;

/// The model after all of this, in an order in which it holds.
pub fn explain(model: &Model, operations: &[(&Done, &Request)], log: &[Final]) -> Result<Model, String> {
    let mut search = Search { log, tries: 0, deepest: (0, String::new()) };
    let left: Vec<_> = operations.to_vec();
    search.from(model, &left, 0).ok_or_else(|| {
        let (left, why) = &search.deepest;
        format!("no order explains what took effect; where {left} effects are left: {why}")
    })
}

struct Search<'a> {
    log: &'a [Final],
    tries: usize,
    /// How far it came, and what did not hold there.
    deepest: (usize, String),
}

impl Search<'_> {
    fn from(&mut self, model: &Model, left: &[(&Done, &Request)], logged: usize) -> Option<Model> {
        if left.is_empty() && logged == self.log.len() {
            return Some(model.clone());
        }
        for n in 0..left.len() {
            let (done, request) = left[n];
            let mut next = model.clone();
            let told = || format!("R{} ({}) {:?}", done.number, done.key, done.outcome);
            if self.holds(next.took_effect(done, request), told, left, logged) {
                let mut rest = left.to_vec();
                rest.remove(n);
                if let Some(found) = self.from(&next, &rest, logged) {
                    return Some(found);
                }
            }
        }
        let Final { release, hash } = self.log.get(logged)?;
        let mut next = model.clone();
        let told = || format!("decision {} about item {}", release.number, release.item_id);
        if self.holds(next.became_final(release, hash), told, left, logged) {
            return self.from(&next, left, logged + 1);
        }
        None
    }

    fn holds(
        &mut self,
        checked: Result<(), String>,
        told: impl Fn() -> String,
        left: &[(&Done, &Request)],
        logged: usize,
    ) -> bool {
        self.tries += 1;
        if let Err(why) = checked {
            let left = left.len() + self.log.len() - logged;
            if self.deepest.1.is_empty() || left < self.deepest.0 {
                self.deepest = (left, format!("{}: {why}", told()));
            }
            return false;
        }
        self.tries < TRIES_MAX
    }
}
