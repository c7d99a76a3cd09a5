//! Brings up again what still waits, by rows of the outbox. When it is next stands with the item and moves on in the same
//! transaction, under the item's lock and the lease's epoch; so nothing is brought up twice for one time.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::convert::{self, naive};
use super::entity::{cards, pending_items};
use super::recipients::{Recipient, recipients};
use super::shared::Shared;
use super::{Ledger, LedgerError, connect, lease, outbox, roster};
use crate::domain::event::{Event, Outgoing};
use crate::domain::item::Item;
use crate::domain::place::Place;
use crate::domain::remind::{Turn, turn};
use crate::limits::{CARDS_APART_MAX, LISTED_ITEMS_MAX, REMIND_ITEMS};

/// An item that is brought up, and how often it was before.
type Waiting = (Item, u32);

impl Ledger {
    /// Brings up the items whose time for that has come; gives how many times were passed. None, when the lease of this
    /// epoch is not held any more.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn remind(&self, epoch: i64) -> Result<u64, LedgerError> {
        self.chore(move |conn, shared| Box::pin(remind(conn, shared, epoch))).await
    }
}

async fn remind(conn: &DatabaseConnection, shared: &Shared, epoch: i64) -> Result<u64, LedgerError> {
    let now = shared.clock.now();
    let txn = connect::begin(conn).await?;
    let rows = pending_items::Entity::find()
        .filter(pending_items::Column::RemindAt.lte(naive(now)))
        .order_by_asc(pending_items::Column::Id)
        .limit(REMIND_ITEMS)
        .lock_exclusive()
        .all(&txn)
        .await?;
    if rows.is_empty() || !lease::holds(&txn, lease::HOUSEKEEPING, epoch).await? {
        txn.rollback().await?;
        return Ok(0);
    }
    let count = rows.len() as u64;
    let (mut waiting, mut moves) = (Vec::new(), BTreeMap::<_, Vec<i64>>::new());
    for row in rows {
        let reminded = u32::try_from(row.reminded).unwrap_or_default();
        let item = convert::item(row)?;
        let id = item.id.get();
        let (at, steps) = match turn(&item, reminded, now) {
            Turn::Now(next) => {
                waiting.push((item, reminded));
                (next, 1)
            }
            Turn::Look(at) => (Some(at), 0),
            Turn::Never => (None, 0),
        };
        moves.entry((at, steps)).or_default().push(id);
    }
    move_on(&txn, moves).await?;
    let places = recipients(&shared.announce, &roster::read(&txn).await?);
    let letters = letters(&txn, &waiting, &places).await?;
    outbox::store(&txn, &letters, now).await?;
    shared.reach("remind.written").await?;
    txn.commit().await?;
    shared.posted(&letters.iter().map(|letter| letter.place.chat).collect::<Vec<_>>());
    Ok(count)
}

/// One statement for those that go the same way.
async fn move_on(
    txn: &impl ConnectionTrait,
    moves: BTreeMap<(Option<DateTime<Utc>>, i32), Vec<i64>>,
) -> Result<(), DbErr> {
    for ((at, steps), ids) in moves {
        pending_items::Entity::update_many()
            .col_expr(pending_items::Column::RemindAt, Expr::value(at.map(naive)))
            .col_expr(pending_items::Column::Reminded, Expr::col(pending_items::Column::Reminded).add(steps))
            .filter(pending_items::Column::Id.is_in(ids))
            .exec(txn)
            .await?;
    }
    Ok(())
}

/// A row for each item, as a reply to its card; where many are brought up together, one list for all.
async fn letters(
    txn: &impl ConnectionTrait,
    waiting: &[Waiting],
    places: &[Recipient],
) -> Result<Vec<Outgoing>, DbErr> {
    let mut letters = Vec::new();
    for recipient in places {
        let meant: Vec<&Waiting> =
            waiting.iter().filter(|(item, _)| recipient.is_shown(&item.rules)).collect();
        if meant.len() > CARDS_APART_MAX {
            letters.push(letter(&meant, recipient.place));
            continue;
        }
        for one in meant {
            let message = card_of(txn, &one.0, &recipient.place).await?;
            letters.push(letter(&[one], Place { message, ..recipient.place }));
        }
    }
    Ok(letters)
}

fn letter(waiting: &[&Waiting], place: Place) -> Outgoing {
    let items: Vec<_> = waiting.iter().take(LISTED_ITEMS_MAX).map(|(item, _)| item.id).collect();
    let (first, times) = waiting.first().map(|(item, times)| (item.id.get(), *times)).unwrap_or_default();
    let dedupe = format!("remind:{first}:{times}:{}:{}", place.chat, place.topic.unwrap_or_default());
    Outgoing { place, event: Event::Reminder { items, are_all: waiting.len() <= LISTED_ITEMS_MAX }, dedupe }
}

/// The last message there that shows this item.
async fn card_of(txn: &impl ConnectionTrait, item: &Item, place: &Place) -> Result<Option<i64>, DbErr> {
    let topic =
        place.topic.map_or_else(|| cards::Column::Thread.is_null(), |topic| cards::Column::Thread.eq(topic));
    let last = cards::Entity::find()
        .filter(cards::Column::ItemId.eq(item.id.get()))
        .filter(cards::Column::Chat.eq(place.chat))
        .filter(topic)
        .order_by_desc(cards::Column::Id)
        .one(txn)
        .await?;
    Ok(last.map(|card| card.message_id))
}
