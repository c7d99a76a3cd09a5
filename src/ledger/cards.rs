//! Cards: which messages show which items, and which of them are behind.
//!
//! A decision marks its items' cards as due in its own transaction; the one sender then brings them to what the item is
//! by that time. Whoever notes what a card shows locks the item first: else a decision that commits at that moment would
//! not see the card, nor the note the decision, and the card would stay as it is for good.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait,
    Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use super::convert::naive;
use super::entity::{cards, chats, pending_items};
use super::trip::Trip;
use super::{Ledger, LedgerError, connect, in_time, lease};
use crate::domain::card::HASH_DIGITS;
use crate::domain::ids::ItemId;
use crate::domain::place::Place;
use crate::domain::shown::Shown;
use crate::limits::IDS_IN_STATEMENT;

/// A message that is behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// Where it stands; `message` is the message itself.
    pub place: Place,
    /// The items it shows, in their order.
    pub items: Vec<ItemId>,
    /// Whether it is the end of its item's whole detail, and no card.
    pub is_detail: bool,
    /// Tries to bring it up to date that failed.
    pub attempts: u32,
}

/// What became of a message that was behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Brought {
    /// It shows this now.
    UpToDate(Shown),
    /// It is tried again at this time.
    Later(DateTime<Utc>),
    /// Telegram asked to leave the chat alone until then.
    Blocked(DateTime<Utc>),
    /// It is no more, or cannot be changed any more.
    Gone,
}

/// Marks the cards of these items as behind.
pub(super) fn due(trip: &mut Trip, items: &BTreeSet<ItemId>, now: DateTime<Utc>) {
    let ids: Vec<i64> = items.iter().map(|id| id.get()).collect();
    for some in ids.chunks(IDS_IN_STATEMENT) {
        let due = cards::Entity::update_many()
            .col_expr(cards::Column::DueAt, Expr::value(naive(now)))
            .col_expr(cards::Column::Attempts, Expr::value(0))
            .filter(cards::Column::ItemId.is_in(some.iter().copied()));
        trip.write(due.as_query());
    }
}

/// Notes what a message shows; where an item has changed meanwhile, the card is behind at once. Whether it is a detail is
/// told once: what is noted first stays so.
pub(super) async fn note(
    conn: &impl ConnectionTrait,
    place: Place,
    shown: &Shown,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let ids: BTreeSet<i64> = shown.items.iter().map(|(id, _)| id.get()).collect();
    let items = pending_items::Entity::find()
        .filter(pending_items::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(pending_items::Column::Id)
        .lock_exclusive()
        .all(conn)
        .await?;
    let versions: BTreeMap<i64, i32> = items.into_iter().map(|item| (item.id, item.version)).collect();
    let rows = shown.items.iter().filter(|(id, _)| versions.contains_key(&id.get())).map(|(id, version)| {
        let behind = versions.get(&id.get()).is_some_and(|present| present > version);
        cards::ActiveModel {
            id: NotSet,
            item_id: Set(id.get()),
            chat: Set(place.chat),
            thread: Set(place.topic),
            message_id: Set(shown.message),
            shown_version: Set(*version),
            attempts: Set(0),
            due_at: Set(behind.then(|| naive(now))),
            is_detail: Set(shown.is_detail),
        }
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    let place = [cards::Column::Chat, cards::Column::MessageId, cards::Column::ItemId];
    let told = [cards::Column::ShownVersion, cards::Column::Attempts, cards::Column::DueAt];
    let over = OnConflict::columns(place).update_columns(told).to_owned();
    cards::Entity::insert_many(rows).on_conflict(over).exec_without_returning(conn).await.map(|_| ())
}

/// The cards of these messages, in the order of their items.
async fn of_message(conn: &impl ConnectionTrait, places: &[Place]) -> Result<Vec<cards::Model>, DbErr> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let any = places.iter().fold(Condition::any(), |any, place| {
        let here = cards::Column::Chat.eq(place.chat);
        any.add(here.and(cards::Column::MessageId.eq(place.message.unwrap_or_default())))
    });
    cards::Entity::find().filter(any).order_by_asc(cards::Column::ItemId).all(conn).await
}

impl Ledger {
    /// The items that this message shows, in their order.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn items_shown_in(&self, chat: i64, message: i64) -> Result<Vec<ItemId>, LedgerError> {
        let place = Place { chat, topic: None, message: Some(message) };
        let shown = in_time(async { Ok(of_message(&self.readers, &[place]).await?) }).await?;
        Ok(shown.iter().map(|card| ItemId::stored(card.item_id)).collect())
    }

    /// A button of this message was pressed: what it shows is brought to what its item is now. A message that nobody
    /// remembers is one of ours only if the press tells the first digits of the item's content hash; one that is known shows
    /// what it shows, whatever the press says.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn card_pressed(&self, place: Place, item: ItemId, hash: String) -> Result<(), LedgerError> {
        let Some(message) = place.message else { return Ok(()) };
        let noted = self.chore(move |conn, shared| {
            Box::pin(async move {
                let txn = connect::begin(conn).await?;
                let known = of_message(&txn, &[place]).await?;
                let ours = if known.is_empty() {
                    let row = pending_items::Entity::find_by_id(item.get()).one(&txn).await?;
                    row.is_some_and(|row| row.content_hash.get(..HASH_DIGITS) == Some(hash.as_str()))
                } else {
                    known.iter().any(|row| row.item_id == item.get())
                };
                if ours {
                    // Version 0 is behind whatever the item is.
                    let shown = Shown { message, items: vec![(item, 0)], is_detail: false, asks: None };
                    note(&txn, place, &shown, shared.clock.now()).await?;
                }
                txn.commit().await?;
                Ok(1)
            })
        });
        noted.await?;
        self.shared.cards_due();
        Ok(())
    }

    /// Messages that are behind, of each chat the newest, but for chats that are to be left alone. None, when the lease of
    /// this epoch is not held any more.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn cards_behind(
        &self,
        now: DateTime<Utc>,
        epoch: i64,
        limit: u64,
    ) -> Result<Vec<Behind>, LedgerError> {
        in_time(async {
            let blocked = Query::select()
                .column(chats::Column::Id)
                .from(chats::Entity)
                .and_where(chats::Column::BlockedUntil.gt(naive(now)))
                .to_owned();
            let newest = Query::select()
                .expr(cards::Column::Id.max())
                .from(cards::Entity)
                .and_where(cards::Column::DueAt.lte(naive(now)))
                .and_where(cards::Column::Chat.not_in_subquery(blocked))
                .group_by_col(cards::Column::Chat)
                .to_owned();
            let due = cards::Entity::find()
                .filter(cards::Column::Id.in_subquery(newest))
                .filter(lease::is_held(lease::TELEGRAM, epoch))
                .order_by(cards::Column::Id, Order::Desc)
                .limit(limit)
                .all(&self.readers)
                .await?;
            let place = |row: &cards::Model| Place {
                chat: row.chat,
                topic: row.thread,
                message: Some(row.message_id),
            };
            let places: Vec<Place> = due.iter().map(place).collect();
            let all = of_message(&self.readers, &places).await?;
            let mut behind = Vec::with_capacity(due.len());
            for row in due {
                let here =
                    |other: &&cards::Model| (other.chat, other.message_id) == (row.chat, row.message_id);
                let items = all.iter().filter(here).map(|other| ItemId::stored(other.item_id)).collect();
                let attempts = u32::try_from(row.attempts).unwrap_or_default();
                behind.push(Behind { place: place(&row), items, is_detail: row.is_detail, attempts });
            }
            Ok(behind)
        })
        .await
    }

    /// Writes down what became of a message; nothing, when the lease of this epoch is not held any more.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn card_brought(&self, place: Place, brought: Brought, epoch: i64) -> Result<(), LedgerError> {
        let noted = self.chore(move |conn, shared| {
            Box::pin(async move {
                let txn = connect::begin(conn).await?;
                if lease::holds(&txn, lease::TELEGRAM, epoch).await? {
                    write(&txn, place, &brought, shared.clock.now()).await?;
                }
                txn.commit().await?;
                Ok(1)
            })
        });
        noted.await.map(|_| ())
    }

    /// Waits until this instance has made cards fall behind.
    pub async fn cards_changed(&self) {
        self.shared.behind.notified().await;
    }
}

async fn write(
    txn: &impl ConnectionTrait,
    place: Place,
    brought: &Brought,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let here = || {
        let here = cards::Column::Chat.eq(place.chat);
        here.and(cards::Column::MessageId.eq(place.message.unwrap_or_default()))
    };
    match brought {
        Brought::UpToDate(shown) => note(txn, place, shown, now).await,
        Brought::Later(at) => cards::Entity::update_many()
            .col_expr(cards::Column::DueAt, Expr::value(naive(*at)))
            .col_expr(cards::Column::Attempts, Expr::col(cards::Column::Attempts).add(1))
            .filter(here())
            .filter(cards::Column::DueAt.is_not_null())
            .exec(txn)
            .await
            .map(|_| ()),
        Brought::Blocked(until) => super::chats::block(txn, place.chat, *until).await,
        Brought::Gone => cards::Entity::delete_many().filter(here()).exec(txn).await.map(|_| ()),
    }
}
