//! The outbox for a person's eyes: what waits and what failed, and what can be done about it.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::super::convert::naive;
use super::super::entity::outbox;
use super::super::{Ledger, LedgerError, in_time};
use super::open;
use crate::limits::OUTBOX_LIFE;

/// How much is in the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    /// Rows that wait to be sent.
    pub waiting: u64,
    /// Rows that were given up and not dropped.
    pub failed: u64,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its number.
    pub id: i64,
    /// Where it goes.
    pub chat: Option<i64>,
    /// What it is for, such as `tg:1:42:answer`.
    pub purpose: String,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
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
    pub async fn outbox(&self, limit: u64) -> Result<Vec<Shown>, LedgerError> {
        in_time(async { Ok(list(&self.readers, limit).await?) }).await
    }

    /// How much is in the outbox.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn outbox_depth(&self) -> Result<Depth, LedgerError> {
        in_time(async { Ok(depth(&self.readers).await?) }).await
    }

    /// Gives a row that failed or waits another try at once; `false` where there is none of that number.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn outbox_retry(&self, id: i64) -> Result<bool, LedgerError> {
        let written = self.chore(move |conn, shared| {
            Box::pin(async move {
                let now = shared.clock.now();
                let again = outbox::ActiveModel {
                    failed_at: Set(None),
                    not_before: Set(naive(now)),
                    expires_at: Set(Some(naive(now + OUTBOX_LIFE))),
                    ..Default::default()
                };
                let rows = outbox::Entity::update_many().set(again).filter(outbox::Column::Id.eq(id));
                Ok(rows.filter(outbox::Column::SentAt.is_null()).exec(conn).await?.rows_affected)
            })
        });
        Ok(written.await? > 0)
    }

    /// Gives up a row that waits, or forgets one that failed; `false` where there is none of that number. The row
    /// stays, marked as settled, so that its purpose is not served a second time.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn outbox_drop(&self, id: i64) -> Result<bool, LedgerError> {
        let written = self.chore(move |conn, shared| {
            Box::pin(async move {
                let gone = outbox::ActiveModel {
                    sent_at: Set(Some(naive(shared.clock.now()))),
                    failed_at: Set(None),
                    last_error: Set(Some("dropped by hand".to_owned())),
                    ..Default::default()
                };
                let rows = outbox::Entity::update_many().set(gone).filter(outbox::Column::Id.eq(id));
                Ok(rows.filter(outbox::Column::SentAt.is_null()).exec(conn).await?.rows_affected)
            })
        });
        Ok(written.await? > 0)
    }
}

/// What waits and what failed, the oldest first.
pub(in crate::ledger) async fn list(conn: &impl ConnectionTrait, limit: u64) -> Result<Vec<Shown>, DbErr> {
    let unsent = outbox::Entity::find().filter(outbox::Column::SentAt.is_null());
    let rows = unsent.order_by_asc(outbox::Column::Id).limit(limit).all(conn).await?;
    Ok(rows.into_iter().map(shown).collect())
}

/// How much is in the outbox.
pub(in crate::ledger) async fn depth(conn: &impl ConnectionTrait) -> Result<Depth, DbErr> {
    let waiting = outbox::Entity::find().filter(open()).count(conn).await?;
    let failed = outbox::Entity::find().filter(outbox::Column::FailedAt.is_not_null());
    Ok(Depth { waiting, failed: failed.count(conn).await? })
}

fn shown(row: outbox::Model) -> Shown {
    Shown {
        id: row.id,
        chat: row.chat,
        purpose: row.dedupe,
        created_at: row.created_at.and_utc(),
        attempts: row.attempts,
        next_at: row.failed_at.is_none().then(|| row.not_before.and_utc()),
        last_error: row.last_error,
    }
}
