//! Items whose time is over: they end undecided, which is final at once.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::convert::{self, naive};
use super::entity::pending_items;
use super::log::{self, Callings};
use super::shared::Shared;
use super::trip::Trip;
use super::{Ledger, LedgerError, cards, connect, deliveries, in_time};
use crate::domain::ids::ItemId;
use crate::domain::item::{Item, ItemState};
use crate::limits::EXPIRE_ITEMS;

impl Ledger {
    /// Ends the items whose time is over, in small batches, and has their cards say so; gives how many there were. Done by
    /// two instances at once, each item ends once: who comes second finds it so.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn expire(&self) -> Result<u64, LedgerError> {
        // Nobody writes, or waits behind a writer, where nothing is due.
        let now = self.shared.clock.now();
        let due = pending_items::Entity::find()
            .select_only()
            .column(pending_items::Column::Id)
            .filter(is_due(now))
            .limit(1)
            .into_tuple::<i64>();
        if in_time(async { Ok(due.one(&self.readers).await?) }).await?.is_none() {
            return Ok(0);
        }
        let mut expired = 0;
        loop {
            let some = self.chore(|conn, shared| Box::pin(expire(conn, shared))).await?;
            if some > 0 {
                self.shared.cards_due();
            }
            expired += some;
            if some < EXPIRE_ITEMS {
                return Ok(expired);
            }
        }
    }
}

fn is_due(now: DateTime<Utc>) -> SimpleExpr {
    let pending = pending_items::Column::State.eq(ItemState::Pending.code());
    pending.and(pending_items::Column::ExpiresAt.lte(naive(now)))
}

async fn expire(conn: &DatabaseConnection, shared: &Shared) -> Result<u64, LedgerError> {
    let now = shared.clock.now();
    let txn = connect::begin(conn).await?;
    let rows = pending_items::Entity::find()
        .filter(is_due(now))
        .order_by_asc(pending_items::Column::Id)
        .limit(EXPIRE_ITEMS)
        .lock_exclusive()
        .all(&txn)
        .await?;
    if rows.is_empty() {
        txn.rollback().await?;
        return Ok(0);
    }
    let items: Vec<Item> = rows
        .into_iter()
        .map(|row| convert::item(row).map(|item| Item { state: ItemState::Expired, ..item }))
        .collect::<Result<_, _>>()?;
    let ids: BTreeSet<ItemId> = items.iter().map(|item| item.id).collect();
    let expired = pending_items::Entity::update_many()
        .col_expr(pending_items::Column::State, Expr::value(ItemState::Expired.code()))
        .col_expr(pending_items::Column::Version, Expr::col(pending_items::Column::Version).add(1))
        .col_expr(pending_items::Column::FinalAt, Expr::col(pending_items::Column::ExpiresAt))
        .col_expr(pending_items::Column::ReleasedAt, Expr::value(naive(now)))
        .col_expr(pending_items::Column::Logged, Expr::value(true))
        .filter(pending_items::Column::Id.is_in(ids.iter().map(|id| id.get())));
    let mut trip = Trip::on(&txn);
    trip.write(expired.as_query());
    cards::due(&mut trip, &ids, now);
    trip.go(&txn).await?;
    let head = log::locked_head(&txn).await?;
    let mut trip = Trip::on(&txn);
    let ended: Vec<&Item> = items.iter().collect();
    let numbered = log::append(&mut trip, head, &ended, &[], &Callings::default(), now);
    deliveries::store(&mut trip, &numbered, &shared.rulebook, now);
    trip.go(&txn).await?;
    txn.commit().await?;
    shared.released(ids.iter().copied());
    Ok(ids.len() as u64)
}
