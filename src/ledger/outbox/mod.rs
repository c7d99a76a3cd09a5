//! What is to be sent once its transaction is over: rows are written in the operation's own transaction, sent by one
//! instance afterwards, and kept until they are delivered or have visibly failed.

mod sending;
mod shown;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{ExprTrait, InsertStatement, OnConflict, Query, SelectStatement, UnionType};
use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait,
    QueryTrait,
};

pub use self::sending::{Due, Settled};
pub use self::shown::{Depth, Shown};
pub(super) use self::shown::{depth, list};
use super::convert::naive;
use super::entity::{chats, outbox};
use super::options::Announce;
use super::recipients::recipients;
use super::trip::Trip;
use super::{Ledger, LedgerError};
use crate::domain::caller::Actor;
use crate::domain::event::{Event, Outgoing, answer_to};
use crate::domain::ids::ItemId;
use crate::domain::new_item::NewItem;
use crate::domain::operation::{Answered, Operation, Request};
use crate::domain::outcome::Outcome;
use crate::domain::place::Place;
use crate::domain::receipt::Standing;
use crate::domain::world::World;
use crate::limits::{
    CARDS_APART_MAX, CARDS_GATHER, LISTED_ITEMS_MAX, OUTBOX_LIFE, QUESTION_PAUSE, TRIES_IN_LINE,
};

/// How the purpose of a card's row begins.
const CARD: &str = "card:";

/// A row that is neither sent nor given up.
fn open() -> Condition {
    Condition::all().add(outbox::Column::SentAt.is_null()).add(outbox::Column::FailedAt.is_null())
}

/// New items are shown a moment later, so that those of a burst stand in one message; and a question follows the answer
/// that asks it.
const fn pause(event: &Event) -> TimeDelta {
    match event {
        Event::Card { .. } => CARDS_GATHER,
        Event::AskWhy { .. } => QUESTION_PAUSE,
        _ => TimeDelta::zero(),
    }
}

/// An open row that others of its chat wait for: one that was put off from its beginning holds nobody up, nor does one
/// that failed so often that the fault may be its own.
pub(super) fn in_line(now: DateTime<Utc>) -> Condition {
    let begun =
        outbox::Column::NotBefore.lte(naive(now)).or(outbox::Column::Attempts.between(1, TRIES_IN_LINE - 1));
    open().add(begun)
}

/// Stores rows; one whose purpose has a row already is left out. Gives how many were new.
pub(super) async fn store(
    conn: &impl ConnectionTrait,
    rows: &[Outgoing],
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    match insert(rows, now) {
        Some(insert) => Ok(conn.execute(&insert).await?.rows_affected()),
        None => Ok(0),
    }
}

/// What stores rows, where there are any.
pub(super) fn insert(rows: &[Outgoing], now: DateTime<Utc>) -> Option<InsertStatement> {
    if rows.is_empty() {
        return None;
    }
    let models = rows.iter().map(|row| outbox::ActiveModel {
        id: NotSet,
        event: Set(row.event.to_stored()),
        chat: Set(Some(row.place.chat)),
        thread: Set(row.place.topic),
        reply_to: Set(row.place.message),
        dedupe: Set(row.dedupe.clone()),
        created_at: Set(naive(now)),
        not_before: Set(naive(now + pause(&row.event))),
        expires_at: Set(Some(naive(now + OUTBOX_LIFE))),
        claimed_until: Set(None),
        attempts: Set(0),
        sent_at: Set(None),
        failed_at: Set(None),
        last_error: Set(None),
    });
    let once = OnConflict::column(outbox::Column::Dedupe).do_nothing().to_owned();
    Some(outbox::Entity::insert_many(models).on_conflict(once).into_query())
}

/// Those of `chats` in which an answer must not ride now: Telegram asked to wait, or something older waits to be sent.
pub(super) fn held_up(chats: &BTreeSet<i64>, now: DateTime<Utc>) -> SelectStatement {
    let mut blocked = Query::select();
    blocked
        .column(chats::Column::Id)
        .from(chats::Entity)
        .and_where(chats::Column::Id.is_in(chats.iter().copied()))
        .and_where(chats::Column::BlockedUntil.gt(naive(now)));
    let waiting = Query::select()
        .column(outbox::Column::Chat)
        .from(outbox::Entity)
        .and_where(outbox::Column::Chat.is_in(chats.iter().copied()))
        .cond_where(in_line(now))
        .take();
    blocked.union(UnionType::Distinct, waiting).take()
}

/// The same as it stands now, of the chats into which the answers to these requests want to ride.
pub(super) async fn held_up_now(
    conn: &impl ConnectionTrait,
    requests: &[&Request],
    now: DateTime<Utc>,
) -> Result<BTreeSet<i64>, DbErr> {
    let riding = riding(requests);
    if riding.is_empty() {
        return Ok(riding);
    }
    let mut trip = Trip::on(conn);
    trip.read(held_up(&riding, now));
    Ok(trip.go(conn).await?.tuples::<(i64,)>()?.into_iter().map(|(chat,)| chat).collect())
}

/// The chats into which the answers to these requests want to ride.
pub(super) fn riding(requests: &[&Request]) -> BTreeSet<i64> {
    let riding = requests.iter().filter(|request| request.answered == Answered::Rode);
    riding.filter_map(|request| request.place.map(|place| place.chat)).collect()
}

/// How the answer to each request leaves, where these chats are held up.
pub(super) fn answered(requests: &[&Request], held_up: &BTreeSet<i64>) -> Vec<Answered> {
    let way = |request: &&Request| match request.place {
        Some(place) if request.answered == Answered::Rode && held_up.contains(&place.chat) => {
            Answered::Outbox
        }
        _ => request.answered,
    };
    requests.iter().map(way).collect()
}

/// The rows that answer those requests whose answer leaves by the outbox.
pub(super) fn answers(
    requests: &[&Request],
    answered: &[Answered],
    numbers: &BTreeMap<String, i64>,
) -> Vec<Outgoing> {
    let row = |(request, answered): (&&Request, &Answered)| {
        let (Answered::Outbox, Some(place), Actor::Person(reader)) =
            (answered, request.place, &request.caller.actor)
        else {
            return None;
        };
        let operation = *numbers.get(request.key.as_str())?;
        let event = Event::Receipt { operation, standing: Standing::New, reader: *reader, replaces: false };
        Some(Outgoing { place, event, dedupe: answer_to(&request.key) })
    };
    requests.iter().zip(answered).filter_map(row).collect()
}

/// The rows that show new items where they are announced: a card each, or a list where one submission brings many.
pub(super) fn cards(done: &[(&Request, &Outcome)], world: &World, announce: &Announce) -> Vec<Outgoing> {
    let places = recipients(announce, &world.roster);
    let mut rows = Vec::new();
    for (request, outcome) in done {
        let (Operation::Submit { items, .. }, Outcome::Submitted { ids, known }) =
            (&request.operation, outcome)
        else {
            continue;
        };
        for recipient in &places {
            let meant = |item: &NewItem| recipient.is_shown(world.rulebook.rules(item.kind()));
            let new = ids.iter().zip(items).filter(|(id, item)| !known.contains(id) && meant(item));
            let ids: Vec<ItemId> = new.map(|(id, _)| *id).collect();
            let size = if ids.len() > CARDS_APART_MAX { LISTED_ITEMS_MAX } else { 1 };
            rows.extend(ids.chunks(size).map(|items| card(&recipient.place, items)));
        }
    }
    rows
}

fn card(place: &Place, items: &[ItemId]) -> Outgoing {
    let (first, topic) =
        (items.first().map(|id| id.get()).unwrap_or_default(), place.topic.unwrap_or_default());
    Outgoing {
        place: *place,
        event: Event::Card { items: items.to_vec() },
        dedupe: format!("{CARD}{first}:{}:{topic}", place.chat),
    }
}

impl Ledger {
    /// Puts something into the outbox, unless its purpose has a row already; says whether it was new.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn enqueue(&self, outgoing: Outgoing) -> Result<bool, LedgerError> {
        let (chat, waits) = (outgoing.place.chat, pause(&outgoing.event) > TimeDelta::zero());
        let stored = self
            .chore(move |conn, shared| {
                Box::pin(async move { Ok(store(conn, &[outgoing], shared.clock.now()).await?) })
            })
            .await?;
        if stored > 0 && !waits {
            self.shared.posted(&[chat]);
        }
        Ok(stored > 0)
    }

    /// Waits until this instance has put something into the outbox.
    pub async fn posted(&self) {
        self.shared.post.notified().await;
    }
}
