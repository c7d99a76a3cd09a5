//! Deliveries that are given up: their time is over, or their receiver is gone by its own word. The owners are told once,
//! until one is taken again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LockBehavior, LockType, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, DatabaseTransaction,
    DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::super::convert::naive;
use super::super::entity::deliveries::{Column, Entity};
use super::super::entity::{decision_log, receivers};
use super::super::shared::Shared;
use super::super::{Ledger, LedgerError, connect, outbox};
use super::{gone, open, unclaimed};
use crate::domain::event::{Event, Outgoing};
use crate::domain::place::Place;
use crate::limits::{GIVE_UP_DELIVERIES, PRUNE_KEYS};

/// Findings of one kind that the audit tells.
const FINDINGS_MAX: u64 = 20;

/// Open rows that nobody will try any more.
fn over(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Condition {
    let over =
        Condition::any().add(Column::ExpiresAt.lte(naive(now))).add(Column::Receiver.in_subquery(gone()));
    open().add(unclaimed(conn, now)).add(over)
}

/// Whether there are such rows.
pub(super) async fn is_any(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<bool, DbErr> {
    let one: Option<i64> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(over(conn, now))
        .limit(1)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(one.is_some())
}

impl Ledger {
    /// Gives up what nobody will try any more, visibly; gives how many rows that were.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn give_up_deliveries(&self) -> Result<u64, LedgerError> {
        self.chore(|conn, shared| {
            Box::pin(async move {
                let txn = connect::begin(conn).await?;
                let given_up = give_up(&txn, shared).await?;
                txn.commit().await?;
                Ok(given_up)
            })
        })
        .await
    }
}

async fn give_up(txn: &DatabaseTransaction, shared: &Shared) -> Result<u64, LedgerError> {
    let now = shared.clock.now();
    let rows: Vec<(i64, String)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Receiver])
        .filter(over(txn, now))
        .limit(GIVE_UP_DELIVERIES)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_tuple()
        .all(txn)
        .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let why = Func::coalesce([
        Expr::col(Column::LastError),
        Expr::value("its receiver is gone, or in no instance's settings"),
    ]);
    Entity::update_many()
        .col_expr(Column::FailedAt, Expr::value(naive(now)))
        .col_expr(Column::LastError, why.into())
        .filter(Column::Id.is_in(rows.iter().map(|(id, _)| *id)))
        .exec(txn)
        .await?;
    told(txn, rows.iter().map(|(_, receiver)| (receiver.clone(), false)).collect(), shared).await?;
    Ok(rows.len() as u64)
}

/// Tells the owners of receivers to which deliveries failed for good, `true` where the receiver said that it is gone: of a
/// name of the settings once until one is taken again, of addresses that a client's items brought once a day.
pub(super) async fn told(
    txn: &DatabaseTransaction,
    failed: BTreeMap<String, bool>,
    shared: &Shared,
) -> Result<(), LedgerError> {
    let now = shared.clock.now();
    for (receiver, gone) in failed {
        let (purpose, gone) = match receiver.split_once('@') {
            // An address that one item brought says nothing of the next.
            Some((client, _)) => (format!("webhook:{client}@:{}", now.date_naive()), false),
            None if is_news(txn, &receiver, gone, now).await? => {
                (format!("webhook:{receiver}:{}", now.timestamp_micros()), gone)
            }
            None => continue,
        };
        let letter = |owner: i64| Outgoing {
            place: Place { chat: owner, topic: None, message: None },
            event: Event::ReceiverFails { receiver: receiver.clone(), gone },
            dedupe: format!("{purpose}:{owner}"),
        };
        let letters: Vec<Outgoing> = shared.people.owners().into_iter().map(letter).collect();
        outbox::store(txn, &letters, now).await?;
    }
    Ok(())
}

/// Notes that the owners are told of this receiver; `false` where they were before, and nothing of it was taken since.
async fn is_news(
    txn: &DatabaseTransaction,
    receiver: &str,
    gone: bool,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let row = receivers::ActiveModel {
        name: Set(receiver.to_owned()),
        blocked_until: Set(None),
        disabled_at: Set(gone.then(|| naive(now))),
        told_at: Set(Some(naive(now))),
    };
    let column = |column| Expr::col((receivers::Entity, column)).is_null();
    let mut over = OnConflict::column(receivers::Column::Name);
    over.update_column(receivers::Column::ToldAt);
    if gone {
        over.update_column(receivers::Column::DisabledAt);
        over.action_and_where(column(receivers::Column::DisabledAt));
    } else {
        over.action_and_where(column(receivers::Column::ToldAt));
    }
    Ok(receivers::Entity::insert(row).on_conflict(over).exec_without_returning(txn).await? > 0)
}

/// Sheds what was delivered long ago, and what receivers asked for that is over. What failed stays until a person has seen
/// to it.
pub(in crate::ledger) async fn prune(conn: &DatabaseConnection, shared: &Shared) -> Result<u64, LedgerError> {
    let now = shared.clock.now();
    let delivered = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Column::DeliveredAt.lt(naive(shared.cutoff(now))))
        .limit(PRUNE_KEYS)
        .to_owned();
    let deleted = Entity::delete_many().filter(Column::Id.in_subquery(delivered)).exec(conn).await?;
    receivers::Entity::delete_many()
        .filter(receivers::Column::BlockedUntil.lt(naive(now)))
        .filter(receivers::Column::DisabledAt.is_null())
        .filter(receivers::Column::ToldAt.is_null())
        .exec(conn)
        .await?;
    Ok(deleted.rows_affected)
}

/// Deliveries that tell a decision which is not in the log.
pub(in crate::ledger) async fn findings(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let logged = Query::select().column(decision_log::Column::Number).from(decision_log::Entity).to_owned();
    let odd: Vec<(i64, i64)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Number])
        .filter(Column::Number.not_in_subquery(logged))
        .order_by_asc(Column::Id)
        .limit(FINDINGS_MAX)
        .into_tuple()
        .all(conn)
        .await?;
    let told = |(id, number)| format!("delivery {id} tells decision {number}, which is not in the log");
    Ok(odd.into_iter().map(told).collect())
}
