//! The one road by which decisions become final: the items are locked, the head of the log is locked, the rows are
//! written, the head is moved on, and it is committed. A decision that cannot be taken back goes it in its own
//! transaction; all others when their time has come, by any instance. Undo and release meet at the item's row.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LockBehavior, LockType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::convert::{self, naive};
use super::entity::{pending_items, people};
use super::log::{self, Callings};
use super::shared::Shared;
use super::trip::Trip;
use super::write::Before;
use super::{Ledger, LedgerError, connect, deliveries, in_time, load};
use crate::domain::caller::{Actor, Profile};
use crate::domain::ids::ItemId;
use crate::domain::item::Item;
use crate::domain::operation::{Operation, Request};
use crate::domain::release::Head;
use crate::domain::world::{Vote, World};
use crate::limits::RELEASE_ITEMS;

/// What is decided and stands in no log yet, in the words of the partial index: a bound value would keep it from being used.
fn unlogged() -> Condition {
    Condition::all().add(Expr::cust("NOT logged")).add(Expr::cust("state <> 'pending'"))
}

impl Ledger {
    /// When the next decision becomes final; a time in the past where one is due already.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn next_release(&self) -> Result<Option<DateTime<Utc>>, LedgerError> {
        in_time(async {
            let waiting = || pending_items::Entity::find().select_only().filter(unlogged());
            // What an older program decided beside this one has no time.
            let timeless: Option<i64> = waiting()
                .column(pending_items::Column::Id)
                .filter(pending_items::Column::FinalAt.is_null())
                .limit(1)
                .into_tuple()
                .one(&self.readers)
                .await?;
            if timeless.is_some() {
                return Ok(Some(DateTime::UNIX_EPOCH));
            }
            let next: Option<Option<chrono::NaiveDateTime>> =
                waiting().expr(pending_items::Column::FinalAt.min()).into_tuple().one(&self.readers).await?;
            Ok(next.flatten().map(|at| at.and_utc()))
        })
        .await
    }

    /// Releases what is due, in small batches; gives how many decisions that were. Done by several instances at once, each
    /// is released once: what one has locked, the others leave to it.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer; what was released before stays so.
    pub async fn release_due(&self) -> Result<u64, LedgerError> {
        let mut released = 0;
        loop {
            let some = self.chore(|conn, shared| Box::pin(due(conn, shared))).await?;
            released += some;
            if some < RELEASE_ITEMS {
                return Ok(released);
            }
        }
    }
}

async fn due(conn: &DatabaseConnection, shared: &Shared) -> Result<u64, LedgerError> {
    let now = shared.clock.now();
    let txn = connect::begin(conn).await?;
    let time = pending_items::Column::FinalAt.lte(naive(now)).or(pending_items::Column::FinalAt.is_null());
    // Nothing is waited for, so that the order of the locks does not matter.
    let rows = pending_items::Entity::find()
        .filter(unlogged())
        .filter(time)
        .order_by_asc(pending_items::Column::FinalAt)
        .order_by_asc(pending_items::Column::Id)
        .limit(RELEASE_ITEMS)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(&txn)
        .await?;
    let silent: BTreeSet<i64> = rows.iter().filter(|row| is_from_before(row)).map(|row| row.id).collect();
    let items: Vec<Item> = rows.into_iter().map(convert::item).collect::<Result<_, _>>()?;
    let (ripe, early): (Vec<&Item>, Vec<&Item>) =
        items.iter().partition(|item| item.final_at().is_none_or(|at| at <= now));
    if items.is_empty() {
        txn.rollback().await?;
        return Ok(0);
    }
    put_off(&txn, &early).await?;
    if !ripe.is_empty() {
        let ids = ripe.iter().map(|item| item.id).collect();
        mark(&txn, &ids, now).await?;
        let votes = load::live_votes(&txn, &ids).await?;
        let names = names(&txn, &votes).await?;
        let callings = Callings { names, labels: BTreeMap::new() }.with_labels(&txn, &ripe, &votes).await?;
        let head = log::locked_head(&txn).await?;
        let mut trip = Trip::on(&txn);
        let mut numbered = log::append(&mut trip, head, &ripe, &votes, &callings, now);
        numbered.retain(|(_, item)| !silent.contains(&item.id.get()));
        deliveries::store(&mut trip, &numbered, &shared.rulebook, now);
        trip.go(&txn).await?;
    }
    shared.reach("release.written").await?;
    txn.commit().await?;
    shared.released(ripe.iter().map(|item| item.id));
    shared.reach("release.committed").await?;
    Ok(ripe.len() as u64)
}

/// Whether the decision was final before there was a log, and is old news: the step that made the log gave it the time of
/// the decision itself, which an undo window, or a transaction that releases at once, never leaves behind.
fn is_from_before(row: &pending_items::Model) -> bool {
    row.final_at.is_some() && row.final_at == row.decided_at.or(row.expires_at)
}

/// What an older program decided can still be taken back: its time is only known now.
async fn put_off(conn: &impl ConnectionTrait, early: &[&Item]) -> Result<(), LedgerError> {
    let mut by_time: BTreeMap<Option<DateTime<Utc>>, Vec<i64>> = BTreeMap::new();
    early.iter().for_each(|item| by_time.entry(item.final_at()).or_default().push(item.id.get()));
    for (at, ids) in by_time {
        pending_items::Entity::update_many()
            .col_expr(pending_items::Column::FinalAt, Expr::value(at.map(naive)))
            .filter(pending_items::Column::Id.is_in(ids))
            .exec(conn)
            .await?;
    }
    Ok(())
}

/// Notes on the items that their decision stands in the log.
async fn mark(
    conn: &impl ConnectionTrait,
    ids: &BTreeSet<ItemId>,
    now: DateTime<Utc>,
) -> Result<(), LedgerError> {
    let released = Expr::col(pending_items::Column::ReleasedAt);
    pending_items::Entity::update_many()
        .col_expr(pending_items::Column::Logged, Expr::value(true))
        .col_expr(
            pending_items::Column::ReleasedAt,
            Func::coalesce([released, Expr::value(naive(now))]).into(),
        )
        .filter(pending_items::Column::Id.is_in(ids.iter().map(|id| id.get())))
        .exec(conn)
        .await?;
    Ok(())
}

/// What the people who voted are called now.
async fn names(conn: &impl ConnectionTrait, votes: &[Vote]) -> Result<BTreeMap<String, String>, LedgerError> {
    let person = |vote: &Vote| match Actor::parse(&vote.decided_by) {
        Some(Actor::Person(id)) => Some(id),
        _ => None,
    };
    let ids: BTreeSet<i64> = votes.iter().filter_map(person).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = people::Entity::find().filter(people::Column::Id.is_in(ids)).all(conn).await?;
    let called = |row: people::Model| {
        let profile = Profile { name: row.name, username: row.username, language: None };
        (Actor::Person(row.id).to_string(), profile.shown())
    };
    Ok(rows.into_iter().map(called).filter(|(_, name)| !name.is_empty()).collect())
}

/// Marks as released what a batch changed and nobody can take back.
pub(super) fn ripen(after: &mut World, changed: &BTreeSet<ItemId>) {
    let now = after.now;
    let changed = changed.iter().filter_map(|id| after.items.get(id).map(|item| (*id, item.is_final(now))));
    let ripe: Vec<ItemId> = changed.filter(|(_, ripe)| *ripe).map(|(id, _)| id).collect();
    for id in ripe {
        if let Some(item) = after.items.get_mut(&id) {
            item.released_at.get_or_insert(now);
        }
    }
}

/// Enters what a batch made final at once behind the `head` of the log, where it was read already; gives the items.
pub(super) async fn at_once(
    (conn, trip): (&impl ConnectionTrait, &mut Trip),
    head: Option<Head>,
    (changed, before): (&BTreeSet<ItemId>, &BTreeMap<ItemId, Before>),
    after: &World,
    requests: &[&Request],
    names: BTreeMap<String, String>,
) -> Result<Vec<ItemId>, LedgerError> {
    let stood_there = |id| before.get(id).is_some_and(|before| before.is_released);
    let items: Vec<&Item> = changed
        .iter()
        .filter_map(|id| after.items.get(id))
        .filter(|item| item.released_at.is_some() && !stood_there(&item.id))
        .collect();
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let label = |request: &&Request| match &request.operation {
        Operation::Decide { label: Some(label), .. } => {
            Some((request.key.as_str().to_owned(), label.clone()))
        }
        _ => None,
    };
    let labels = requests.iter().filter_map(label).collect();
    let callings = Callings { names, labels }.with_labels(conn, &items, &after.votes).await?;
    let head = match head {
        Some(head) => head,
        None => {
            // Whoever holds the head holds up all who release: what may be waited for goes before it.
            trip.stop(conn).await?;
            log::locked_head(conn).await?
        }
    };
    let numbered = log::append(trip, head, &items, &after.votes, &callings, after.now);
    deliveries::store(trip, &numbered, &after.rulebook, after.now);
    Ok(items.iter().map(|item| item.id).collect())
}
