//! Deliveries for a person's eyes: what waits and what failed, which receivers are gone, and what can be done about it.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::super::convert::naive;
use super::super::entity::deliveries::{ActiveModel, Column, Entity, Model};
use super::super::entity::receivers;
use super::super::outbox::Depth;
use super::super::{Ledger, LedgerError, in_time};
use super::open;
use crate::limits::DELIVERY_LIFE;

/// A row of the list.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// The decision's number.
    pub number: i64,
    /// The item it is about.
    pub item_id: i64,
    /// Who is told; never more of an address than its origin.
    pub receiver: String,
    /// Tries so far.
    pub attempts: i32,
    /// When it is tried next; `None` where it was given up.
    pub next_at: Option<DateTime<Utc>>,
    /// What went wrong last.
    pub last_error: Option<String>,
}

impl Ledger {
    /// What waits and what failed, the oldest first.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn deliveries(&self, limit: u64) -> Result<Vec<Delivery>, LedgerError> {
        in_time(async { Ok(list(&self.readers, limit).await?) }).await
    }

    /// How many deliveries wait, and how many failed.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn deliveries_depth(&self) -> Result<Depth, LedgerError> {
        in_time(async { Ok(depth(&self.readers).await?) }).await
    }

    /// Gives a delivery that failed or waits another day from now; every one that failed where no row is named. Gives how
    /// many those are.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn delivery_retry(&self, row: Option<i64>) -> Result<u64, LedgerError> {
        self.chore(move |conn, shared| {
            Box::pin(async move {
                let now = shared.clock.now();
                let again = ActiveModel {
                    failed_at: Set(None),
                    not_before: Set(naive(now)),
                    expires_at: Set(naive(now + DELIVERY_LIFE)),
                    ..ActiveModel::default()
                };
                let rows = Entity::update_many().set(again).filter(Column::DeliveredAt.is_null());
                let rows = match row {
                    Some(id) => rows.filter(Column::Id.eq(id)),
                    None => rows.filter(Column::FailedAt.is_not_null()),
                };
                Ok(rows.exec(conn).await?.rows_affected)
            })
        })
        .await
    }

    /// Gives up a delivery that waits, or forgets one that failed; `false` where there is none of that number.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn delivery_drop(&self, id: i64) -> Result<bool, LedgerError> {
        let dropped = self.chore(move |conn, shared| {
            Box::pin(async move {
                let settled = ActiveModel {
                    delivered_at: Set(Some(naive(shared.clock.now()))),
                    failed_at: Set(None),
                    last_error: Set(Some("dropped by hand".to_owned())),
                    ..ActiveModel::default()
                };
                let rows = Entity::update_many().set(settled).filter(Column::Id.eq(id));
                Ok(rows.filter(Column::DeliveredAt.is_null()).exec(conn).await?.rows_affected)
            })
        });
        Ok(dropped.await? > 0)
    }

    /// Tells a receiver again that said it was gone, or asked to be left alone; `false` where it did neither.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn receiver_enable(&self, name: String) -> Result<bool, LedgerError> {
        let enabled = self.chore(move |conn, _| {
            Box::pin(async move { Ok(receivers::Entity::delete_by_id(name).exec(conn).await?.rows_affected) })
        });
        Ok(enabled.await? > 0)
    }
}

/// What waits and what failed, the oldest first.
pub(in crate::ledger) async fn list(conn: &impl ConnectionTrait, limit: u64) -> Result<Vec<Delivery>, DbErr> {
    let rows = Entity::find().filter(Column::DeliveredAt.is_null());
    let rows = rows.order_by_asc(Column::Id).limit(limit).all(conn).await?;
    let shown = |row: Model| Delivery {
        id: row.id,
        number: row.number,
        item_id: row.item_id,
        receiver: row.receiver,
        attempts: row.attempts,
        next_at: row.failed_at.is_none().then(|| row.not_before.and_utc()),
        last_error: row.last_error,
    };
    Ok(rows.into_iter().map(shown).collect())
}

/// How many wait, and how many failed.
pub(in crate::ledger) async fn depth(conn: &impl ConnectionTrait) -> Result<Depth, DbErr> {
    let waiting = Entity::find().filter(open()).count(conn).await?;
    let failed = Entity::find().filter(Column::FailedAt.is_not_null()).count(conn).await?;
    Ok(Depth { waiting, failed })
}

/// The receivers that are gone by their own word, and since when.
pub(in crate::ledger) async fn disabled(
    conn: &impl ConnectionTrait,
) -> Result<Vec<(String, DateTime<Utc>)>, DbErr> {
    let rows = receivers::Entity::find()
        .filter(receivers::Column::DisabledAt.is_not_null())
        .order_by_asc(receivers::Column::Name)
        .all(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.name, row.disabled_at?.and_utc()))).collect())
}
