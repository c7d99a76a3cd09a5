//! What is known of chats: which Telegram asked to leave alone, which became supergroups, in which the bot is no more.
//!
//! A copy in memory decides whether an answer may ride where no transaction asks; it is read again every second.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    QuerySelect,
};

use super::convert::naive;
use super::entity::{cards, chats, outbox};
use super::{Ledger, LedgerError};
use crate::clock::Clock;

/// The state of a chat in which the bot can write.
const ACTIVE: &str = "active";
/// Waiting chats that are kept in mind at most.
const WAITING_MAX: u64 = 10_000;

/// Chats that are left alone for a while, of which no table knows, at most.
const RESTING_MAX: usize = 10_000;

/// Lost chats that are told at most.
const LOST_MAX: u64 = 100;

#[derive(Debug, Default)]
struct Copy {
    blocked: HashMap<i64, DateTime<Utc>>,
    /// As `blocked`, of which no table knows: strangers' chats.
    resting: HashMap<i64, DateTime<Utc>>,
    waiting: BTreeSet<i64>,
    moved: HashMap<i64, i64>,
}

/// The copy of `chats` in memory; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Chats(Arc<RwLock<Copy>>);

impl Chats {
    fn may_ride(&self, chat: i64, clock: &Clock) -> bool {
        let copy = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // The time is asked only where it matters: nearly every chat may be written to.
        let is_alone = |alone: &HashMap<_, _>| alone.get(&chat).is_some_and(|until| *until > clock.now());
        !copy.waiting.contains(&chat) && !is_alone(&copy.blocked) && !is_alone(&copy.resting)
    }

    /// Nothing rides into the chat before `until`.
    pub(super) fn leave_alone(&self, chat: i64, until: DateTime<Utc>, now: DateTime<Utc>) {
        let mut copy = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if copy.resting.len() >= RESTING_MAX {
            copy.resting.retain(|_, until| *until > now);
        }
        if copy.resting.len() < RESTING_MAX {
            let known = copy.resting.entry(chat).or_insert(until);
            *known = Ord::max(until, *known);
        }
    }

    /// Something waits for the chat from now on; the next reading says whether it still does.
    pub(super) fn wait(&self, chat: i64) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).waiting.insert(chat);
    }

    fn was(&self, chat: i64) -> Option<i64> {
        let copy = self.0.read().unwrap_or_else(PoisonError::into_inner);
        copy.moved.iter().find(|(_, to)| **to == chat).map(|(from, _)| *from)
    }

    /// Reads the tables again.
    pub(super) async fn refresh(&self, conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<(), DbErr> {
        let rows = chats::Entity::find()
            .filter(chats::Column::BlockedUntil.is_not_null().or(chats::Column::MigratedTo.is_not_null()))
            .all(conn)
            .await?;
        let waiting: Vec<Option<i64>> = outbox::Entity::find()
            .select_only()
            .column(outbox::Column::Chat)
            .distinct()
            .filter(super::outbox::in_line(now))
            .limit(WAITING_MAX)
            .into_tuple()
            .all(conn)
            .await?;
        let blocked = rows.iter().filter_map(|row| Some((row.id, row.blocked_until?.and_utc()))).collect();
        let moved = rows.iter().filter_map(|row| Some((row.id, row.migrated_to?))).collect();
        let waiting = waiting.into_iter().flatten().collect();
        let mut copy = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let resting = std::mem::take(&mut copy.resting);
        *copy = Copy { blocked, resting, waiting, moved };
        Ok(())
    }
}

/// Nothing is sent to the chat before `until`, nor before what Telegram asked for earlier: messages and edits are on
/// their way at the same time, and each is told its own pause.
pub(super) async fn block(conn: &impl ConnectionTrait, chat: i64, until: DateTime<Utc>) -> Result<(), DbErr> {
    let known = Expr::col((chats::Entity, chats::Column::BlockedUntil));
    let later = Expr::case(known.clone().gt(naive(until)), known).finally(naive(until));
    let over = OnConflict::column(chats::Column::Id).value(chats::Column::BlockedUntil, later).to_owned();
    let model = chats::ActiveModel { blocked_until: Set(Some(naive(until))), ..row(chat) };
    chats::Entity::insert(model).on_conflict(over).exec_without_returning(conn).await.map(|_| ())
}

/// The chat stands so from now on.
pub(super) async fn stand(conn: &impl ConnectionTrait, chat: i64, state: &str) -> Result<(), DbErr> {
    change(conn, chats::ActiveModel { state: Set(state.to_owned()), ..row(chat) }, &[chats::Column::State])
        .await
}

/// A message arrived in the chat: if it was lost, it is so no more.
pub(super) async fn reached(conn: &impl ConnectionTrait, chat: i64) -> Result<(), DbErr> {
    chats::Entity::update_many()
        .set(chats::ActiveModel { state: Set(ACTIVE.to_owned()), ..Default::default() })
        .filter(chats::Column::Id.eq(chat))
        .filter(chats::Column::State.ne(ACTIVE))
        .exec(conn)
        .await
        .map(|_| ())
}

/// The group became a supergroup: what waits for it goes there, outside the old group's topics and messages.
pub(super) async fn moved(conn: &impl ConnectionTrait, from: i64, to: i64) -> Result<(), DbErr> {
    let model =
        chats::ActiveModel { migrated_to: Set(Some(to)), state: Set("moved".to_owned()), ..row(from) };
    change(conn, model, &[chats::Column::MigratedTo, chats::Column::State]).await?;
    // Its messages did not come along.
    cards::Entity::delete_many().filter(cards::Column::Chat.eq(from)).exec(conn).await?;
    let there = outbox::ActiveModel {
        chat: Set(Some(to)),
        thread: Set(None),
        reply_to: Set(None),
        ..Default::default()
    };
    outbox::Entity::update_many()
        .set(there)
        .filter(outbox::Column::Chat.is_in([from, to]))
        .filter(outbox::Column::SentAt.is_null())
        .filter(outbox::Column::FailedAt.is_null())
        .exec(conn)
        .await
        .map(|_| ())
}

/// The chats in which the bot cannot write, and why, some of them.
pub(super) async fn lost(conn: &impl ConnectionTrait) -> Result<Vec<(i64, String)>, DbErr> {
    let lost = chats::Entity::find().filter(chats::Column::State.ne(ACTIVE)).limit(LOST_MAX);
    Ok(lost.all(conn).await?.into_iter().map(|row| (row.id, row.state)).collect())
}

fn row(chat: i64) -> chats::ActiveModel {
    chats::ActiveModel {
        id: Set(chat),
        title: NotSet,
        state: Set(ACTIVE.to_owned()),
        blocked_until: NotSet,
        migrated_to: NotSet,
    }
}

async fn change(
    conn: &impl ConnectionTrait,
    model: chats::ActiveModel,
    columns: &[chats::Column],
) -> Result<(), DbErr> {
    let over = OnConflict::column(chats::Column::Id).update_columns(columns.iter().copied()).to_owned();
    chats::Entity::insert(model).on_conflict(over).exec_without_returning(conn).await.map(|_| ())
}

impl Ledger {
    /// Whether an answer may ride into this chat, as far as memory knows: Telegram did not ask to wait, and nothing
    /// older waits to be sent.
    #[must_use]
    pub fn may_ride(&self, chat: i64) -> bool {
        self.shared.chats.may_ride(chat, &self.shared.clock)
    }

    /// Nothing rides into this chat before `until`: kept in memory alone, for strangers' chats.
    pub fn leave_alone(&self, chat: i64, until: DateTime<Utc>) {
        self.shared.chats.leave_alone(chat, until, self.shared.clock.now());
    }

    /// The group that became this supergroup, if one did.
    #[must_use]
    pub fn group_before(&self, chat: i64) -> Option<i64> {
        self.shared.chats.was(chat)
    }

    /// Remembers that a group became a supergroup.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn chat_moved(&self, from: i64, to: i64) -> Result<(), LedgerError> {
        self.chore(move |conn, _| Box::pin(async move { Ok(moved(conn, from, to).await.map(|()| 1)?) }))
            .await?;
        let now = self.shared.clock.now();
        super::in_time(async { Ok(self.shared.chats.refresh(&self.readers, now).await?) }).await
    }

    /// Remembers how a chat stands: `active`, `removed`, `blocked`; says whether that is news.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn chat_stands(&self, chat: i64, state: &'static str) -> Result<bool, LedgerError> {
        let before =
            super::in_time(async { Ok(chats::Entity::find_by_id(chat).one(&self.readers).await?) }).await?;
        let before = before.map_or_else(|| ACTIVE.to_owned(), |row| row.state);
        if before == state {
            return Ok(false);
        }
        self.chore(move |conn, _| Box::pin(async move { Ok(stand(conn, chat, state).await.map(|()| 1)?) }))
            .await?;
        Ok(true)
    }
}
