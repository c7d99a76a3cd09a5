//! What is due, and whose it is meanwhile: rows are claimed for longer than a try may take, so that instances share them,
//! and nothing is sent while anything is locked.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::super::convert::{self, naive};
use super::super::entity::deliveries::{Column, Entity, Model};
use super::super::entity::{decision_log, pending_items, receivers};
use super::super::{Ledger, LedgerError, dialect, in_time};
use super::{gone, open, over, unclaimed};
use crate::domain::item::Item;
use crate::domain::release::Sealed;
use crate::limits::DELIVERY_CLAIM;

/// Receivers that one look tells.
const RECEIVERS_MAX: u64 = 256;

/// How many parcels for a receiver are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// As it is called in `deliveries`.
    pub receiver: String,
    /// At most so many.
    pub count: u64,
}

/// A decision to be told to a receiver, claimed for this instance.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// The row's number.
    pub id: i64,
    /// The decision's number.
    pub number: i64,
    /// Who is told.
    pub receiver: String,
    /// Tries so far.
    pub attempts: u32,
    /// It is given up after that.
    pub expires_at: DateTime<Utc>,
    /// The decision as it stands in the log.
    pub sealed: Sealed,
    /// The item it is about.
    pub item: Item,
}

impl Ledger {
    /// The receivers for which something is due, those with the oldest first, and whether something is to be given up.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn deliveries_due(&self) -> Result<(Vec<String>, bool), LedgerError> {
        let now = self.shared.clock.now();
        in_time(async {
            let closed = Query::select()
                .column(receivers::Column::Name)
                .from(receivers::Entity)
                .and_where(
                    receivers::Column::BlockedUntil
                        .gt(naive(now))
                        .or(receivers::Column::DisabledAt.is_not_null()),
                )
                .to_owned();
            let due: Vec<(String, i64)> = Entity::find()
                .select_only()
                .column(Column::Receiver)
                .expr_as(Column::Id.min(), "oldest")
                .filter(open())
                .filter(Column::NotBefore.lte(naive(now)))
                .filter(unclaimed(&self.readers, now))
                .filter(Column::Receiver.not_in_subquery(closed))
                .group_by(Column::Receiver)
                .order_by_asc(Expr::col("oldest"))
                .limit(RECEIVERS_MAX)
                .into_tuple()
                .all(&self.readers)
                .await?;
            let over = over::is_any(&self.readers, now).await?;
            Ok((due.into_iter().map(|(receiver, _)| receiver).collect(), over))
        })
        .await
    }
}

/// Claims what is wanted and due.
pub(super) async fn take(
    txn: &DatabaseTransaction,
    wanted: &[Wanted],
    now: DateTime<Utc>,
) -> Result<Vec<Parcel>, LedgerError> {
    let mut rows: Vec<Model> = Vec::new();
    for Wanted { receiver, count } in wanted {
        let some = Entity::find()
            .filter(open())
            .filter(Column::Receiver.eq(receiver))
            .filter(Column::NotBefore.lte(naive(now)))
            .filter(unclaimed(txn, now))
            .filter(Column::Receiver.not_in_subquery(gone()))
            .order_by_asc(Column::Id)
            .limit(*count)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .all(txn)
            .await?;
        rows.extend(some);
    }
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let until = dialect::lease_time(txn.get_database_backend(), now, DELIVERY_CLAIM);
    Entity::update_many()
        .col_expr(Column::ClaimedUntil, until)
        .filter(Column::Id.is_in(rows.iter().map(|row| row.id)))
        .exec(txn)
        .await?;
    filled(txn, rows).await
}

/// The rows with what they tell.
async fn filled(conn: &impl ConnectionTrait, rows: Vec<Model>) -> Result<Vec<Parcel>, LedgerError> {
    let entries = decision_log::Entity::find()
        .filter(decision_log::Column::Number.is_in(rows.iter().map(|row| row.number)))
        .all(conn)
        .await?;
    let entries: BTreeMap<i64, Sealed> =
        entries.into_iter().map(|row| (row.number, Sealed { entry: row.entry, hash: row.hash })).collect();
    let items = pending_items::Entity::find()
        .filter(pending_items::Column::Id.is_in(rows.iter().map(|row| row.item_id)))
        .all(conn)
        .await?;
    let items: BTreeMap<i64, Item> =
        items.into_iter().map(|row| Ok((row.id, convert::item(row)?))).collect::<Result<_, LedgerError>>()?;
    let parcel = |row: Model| {
        let (Some(sealed), Some(item)) = (entries.get(&row.number), items.get(&row.item_id)) else {
            tracing::error!(
                row = row.id,
                "a delivery tells a decision that is missing; see countersign check"
            );
            return None;
        };
        Some(Parcel {
            id: row.id,
            number: row.number,
            receiver: row.receiver,
            attempts: u32::try_from(row.attempts).unwrap_or_default(),
            expires_at: row.expires_at.and_utc(),
            sealed: sealed.clone(),
            item: item.clone(),
        })
    };
    Ok(rows.into_iter().filter_map(parcel).collect())
}
