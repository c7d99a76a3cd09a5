//! The exchange between the books and whoever carries: what became of the last parcels, for the next ones.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
};
use tokio::sync::oneshot;

use super::super::convert::naive;
use super::super::entity::deliveries::{ActiveModel, Column, Entity};
use super::super::entity::receivers;
use super::super::shared::Shared;
use super::super::{Ledger, LedgerError, connect};
use super::claim::{self, Parcel, Wanted};
use super::{open, over};
use crate::limits::ERROR_CHARS_MAX;

/// What became of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The row's number.
    pub id: i64,
    /// Who was told.
    pub receiver: String,
    /// How it ended.
    pub how: How,
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// It was taken.
    Delivered,
    /// It is tried again at this time; `why` names no secret.
    Later {
        /// When.
        at: DateTime<Utc>,
        /// What went wrong.
        why: String,
        /// Until when the receiver asked to be left alone.
        blocked: Option<DateTime<Utc>>,
    },
    /// It is given up, and shown by `countersign webhooks list`.
    Failed {
        /// What went wrong.
        why: String,
        /// Whether the receiver said that it is gone: it is told nothing more.
        gone: bool,
    },
    /// It was not tried to its end: the program stops.
    PutBack,
}

impl Ledger {
    /// Writes down what became of parcels, and claims others, in one transaction.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer: then nothing was written or claimed.
    pub async fn exchange(&self, ended: Vec<Ended>, wanted: Vec<Wanted>) -> Result<Vec<Parcel>, LedgerError> {
        let (claimed, told) = oneshot::channel();
        self.chore(move |conn, shared| {
            Box::pin(async move {
                let txn = connect::begin(conn).await?;
                settle(&txn, ended, shared).await?;
                let parcels = claim::take(&txn, &wanted, shared.clock.now()).await?;
                txn.commit().await?;
                // Nobody listens any more only when the program ends; the claims end by themselves.
                drop(claimed.send(parcels));
                Ok(1)
            })
        })
        .await?;
        told.await.map_err(|_| LedgerError::Away("the writer ended".to_owned()))
    }
}

async fn settle(txn: &DatabaseTransaction, ended: Vec<Ended>, shared: &Shared) -> Result<(), LedgerError> {
    let now = shared.clock.now();
    let (taken, rest): (Vec<Ended>, Vec<Ended>) =
        ended.into_iter().partition(|ended| ended.how == How::Delivered);
    if !taken.is_empty() {
        let delivered = ActiveModel {
            delivered_at: Set(Some(naive(now))),
            claimed_until: Set(None),
            failed_at: Set(None),
            ..ActiveModel::default()
        };
        Entity::update_many()
            .set(delivered)
            .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
            .filter(Column::Id.is_in(taken.iter().map(|ended| ended.id)))
            .filter(Column::DeliveredAt.is_null())
            .exec(txn)
            .await?;
        // Should they fail again, the owners are told again.
        let well: BTreeSet<&str> = taken.iter().map(|ended| ended.receiver.as_str()).collect();
        receivers::Entity::update_many()
            .col_expr(receivers::Column::ToldAt, Expr::value(None::<chrono::NaiveDateTime>))
            .filter(receivers::Column::Name.is_in(well))
            .filter(receivers::Column::ToldAt.is_not_null())
            .exec(txn)
            .await?;
    }
    let mut failed = BTreeMap::new();
    for Ended { id, receiver, how } in rest {
        note(txn, id, &how, now).await?;
        match how {
            How::Later { blocked: Some(until), .. } => leave_alone(txn, &receiver, until).await?,
            How::Failed { gone, .. } => *failed.entry(receiver).or_insert(false) |= gone,
            _ => {}
        }
    }
    over::told(txn, failed, shared).await
}

async fn note(conn: &impl ConnectionTrait, id: i64, how: &How, now: DateTime<Utc>) -> Result<(), DbErr> {
    let short = |why: &str| Set(Some(why.chars().take(ERROR_CHARS_MAX).collect()));
    let free = ActiveModel { claimed_until: Set(None), ..ActiveModel::default() };
    let change = match how {
        How::Delivered | How::PutBack => free,
        How::Later { at, why, .. } => {
            ActiveModel { not_before: Set(naive(*at)), last_error: short(why), ..free }
        }
        How::Failed { why, .. } => {
            ActiveModel { failed_at: Set(Some(naive(now))), last_error: short(why), ..free }
        }
    };
    let tries = i32::from(*how != How::PutBack);
    // Another instance may have delivered it since, if our claim was over: that stands.
    Entity::update_many()
        .set(change)
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(tries))
        .filter(Column::Id.eq(id))
        .filter(open())
        .exec(conn)
        .await
        .map(|_| ())
}

async fn leave_alone(conn: &impl ConnectionTrait, receiver: &str, until: DateTime<Utc>) -> Result<(), DbErr> {
    let row = receivers::ActiveModel {
        name: Set(receiver.to_owned()),
        blocked_until: Set(Some(naive(until))),
        disabled_at: Set(None),
        told_at: Set(None),
    };
    let over =
        OnConflict::column(receivers::Column::Name).update_column(receivers::Column::BlockedUntil).to_owned();
    receivers::Entity::insert(row).on_conflict(over).exec_without_returning(conn).await.map(|_| ())
}
