//! What is due, and what became of it. Every write here asserts the epoch of the lease it is made under, in its own
//! transaction: a sender that hung may double a message, and changes nothing else.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use tokio::sync::oneshot;

use super::super::convert::naive;
use super::super::entity::{chats, outbox};
use super::super::{Ledger, LedgerError, connect, in_time, lease};
use super::{CARD, in_line, open, store};
use crate::domain::event::{Event, Outgoing};
use crate::domain::place::Place;
use crate::domain::shown::Shown;
use crate::limits::{CARDS_APART_MAX, ERROR_CHARS_MAX, LISTED_ITEMS_MAX};

/// A row whose turn it is: the oldest of its chat.
#[derive(Clone, Debug)]
pub struct Due {
    /// Its number.
    pub id: i64,
    /// Where it goes.
    pub place: Place,
    /// What is told, or why it cannot be read.
    pub event: Result<Event, String>,
    /// Tries so far.
    pub attempts: u32,
    /// Whether its time is over.
    pub expired: bool,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Telegram took it; where it is a card, this is what it shows.
    Sent(Option<Shown>),
    /// It is tried again at this time; `why` names no secret.
    Later {
        /// When.
        at: DateTime<Utc>,
        /// What went wrong.
        why: String,
    },
    /// Telegram asked to leave the chat alone until then.
    Blocked {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// It is given up, and shown by `countersign outbox list`.
    Failed {
        /// What went wrong.
        why: String,
        /// How the chat stands from now on, where that is why.
        chat: Option<&'static str>,
        /// Who is told about it.
        tell: Vec<Outgoing>,
    },
    /// The group became this supergroup: all that waits for it goes there.
    Moved {
        /// The supergroup.
        to: i64,
        /// Who is told about it.
        tell: Vec<Outgoing>,
    },
}

impl Ledger {
    /// The rows whose turn it is: of each chat the oldest, unless it waits for a later try or its chat is blocked. None,
    /// when the lease of this epoch is not held any more: whoever hung begins nothing when it goes on.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn due(&self, now: DateTime<Utc>, epoch: i64, limit: u64) -> Result<Vec<Due>, LedgerError> {
        in_time(async {
            let oldest = Query::select()
                .expr(outbox::Column::Id.min())
                .from(outbox::Entity)
                .cond_where(in_line(now))
                .and_where(outbox::Column::Chat.is_not_null())
                .group_by_col(outbox::Column::Chat)
                .to_owned();
            let blocked = Query::select()
                .column(chats::Column::Id)
                .from(chats::Entity)
                .and_where(chats::Column::BlockedUntil.gt(naive(now)))
                .to_owned();
            let rows = outbox::Entity::find()
                .filter(outbox::Column::Id.in_subquery(oldest))
                .filter(outbox::Column::NotBefore.lte(naive(now)))
                .filter(outbox::Column::Chat.not_in_subquery(blocked))
                .filter(lease::is_held(lease::TELEGRAM, epoch))
                .order_by_asc(outbox::Column::Id)
                .limit(limit)
                .all(&self.readers)
                .await?;
            Ok(rows.into_iter().filter_map(|row| due(row, now)).collect())
        })
        .await
    }

    /// Gathers the cards that wait for the same chat and topic into this row's one message, where they are many; gives the
    /// row as it is to be sent. Only the holder of the lease may: nobody else sends the others meanwhile.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn gather_cards(&self, row: Due, epoch: i64) -> Result<Due, LedgerError> {
        if !matches!(row.event, Ok(Event::Card { .. })) {
            return Ok(row);
        }
        let (gathered, told) = oneshot::channel();
        self.chore(move |conn, shared| {
            Box::pin(async move {
                let txn = connect::begin(conn).await?;
                let row = gather(&txn, row, epoch, shared.clock.now()).await?;
                txn.commit().await?;
                // Nobody listens any more only when the sender is gone.
                drop(gathered.send(row));
                Ok(1)
            })
        })
        .await?;
        told.await.map_err(|_| LedgerError::Away("the sender is gone".to_owned()))
    }

    /// Writes down what became of a row; `false` when the lease of this epoch is not held any more, or the row is
    /// settled already: then nothing was written.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn settle(&self, row: &Due, settled: Settled, epoch: i64) -> Result<bool, LedgerError> {
        let (id, place) = (row.id, row.place);
        let written = self.chore(move |conn, shared| {
            Box::pin(async move {
                let txn = connect::begin(conn).await?;
                let now = shared.clock.now();
                let written = write(&txn, id, place, &settled, epoch, now).await?;
                txn.commit().await?;
                if let Settled::Blocked { until } = settled {
                    shared.chats.leave_alone(place.chat, until, now);
                }
                Ok(written)
            })
        });
        Ok(written.await? > 0)
    }
}

async fn gather(txn: &impl ConnectionTrait, row: Due, epoch: i64, now: DateTime<Utc>) -> Result<Due, DbErr> {
    let topic = row.place.topic;
    let waiting = outbox::Entity::find()
        .filter(outbox::Column::Chat.eq(row.place.chat))
        .filter(
            topic.map_or_else(|| outbox::Column::Thread.is_null(), |topic| outbox::Column::Thread.eq(topic)),
        )
        .filter(outbox::Column::Dedupe.starts_with(CARD))
        .filter(outbox::Column::Id.gte(row.id))
        .filter(open())
        .order_by_asc(outbox::Column::Id)
        .limit(LISTED_ITEMS_MAX as u64)
        .all(txn)
        .await?;
    let (mut items, mut others) = (Vec::new(), Vec::new());
    for model in waiting {
        let Ok(Event::Card { items: more }) = Event::from_stored(&model.event) else { continue };
        if items.len() + more.len() > LISTED_ITEMS_MAX {
            break;
        }
        items.extend(more);
        others.push(model.id);
    }
    others.retain(|id| *id != row.id);
    if others.is_empty()
        || items.len() <= CARDS_APART_MAX
        || !lease::holds(txn, lease::TELEGRAM, epoch).await?
    {
        return Ok(row);
    }
    let event = Event::Card { items };
    outbox::Entity::update_many()
        .col_expr(outbox::Column::Event, Expr::value(event.to_stored()))
        .filter(outbox::Column::Id.eq(row.id))
        .exec(txn)
        .await?;
    outbox::Entity::update_many()
        .col_expr(outbox::Column::SentAt, Expr::value(naive(now)))
        .col_expr(outbox::Column::LastError, Expr::value(format!("stands in row {}", row.id)))
        .filter(outbox::Column::Id.is_in(others))
        .exec(txn)
        .await?;
    Ok(Due { event: Ok(event), ..row })
}

fn due(row: outbox::Model, now: DateTime<Utc>) -> Option<Due> {
    Some(Due {
        id: row.id,
        place: Place { chat: row.chat?, topic: row.thread, message: row.reply_to },
        event: Event::from_stored(&row.event).map_err(|error| error.to_string()),
        attempts: u32::try_from(row.attempts).unwrap_or_default(),
        expired: row.expires_at.is_some_and(|at| at < naive(now)),
    })
}

async fn write(
    txn: &impl ConnectionTrait,
    id: i64,
    place: Place,
    settled: &Settled,
    epoch: i64,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    let change = match settled {
        Settled::Sent(_) => outbox::ActiveModel { sent_at: Set(Some(naive(now))), ..Default::default() },
        Settled::Later { at, why } => outbox::ActiveModel {
            not_before: Set(naive(*at)),
            last_error: Set(Some(short(why))),
            ..Default::default()
        },
        Settled::Blocked { .. } => outbox::ActiveModel {
            last_error: Set(Some("Telegram asked to wait".to_owned())),
            ..Default::default()
        },
        Settled::Failed { why, .. } => outbox::ActiveModel {
            failed_at: Set(Some(naive(now))),
            last_error: Set(Some(short(why))),
            ..Default::default()
        },
        Settled::Moved { to, .. } => outbox::ActiveModel { chat: Set(Some(*to)), ..Default::default() },
    };
    let written = outbox::Entity::update_many()
        .set(change)
        .col_expr(outbox::Column::Attempts, Expr::col(outbox::Column::Attempts).add(1))
        .filter(outbox::Column::Id.eq(id))
        .filter(open())
        .filter(lease::is_held(lease::TELEGRAM, epoch))
        .exec(txn)
        .await?
        .rows_affected;
    if written == 0 {
        return Ok(0);
    }
    match settled {
        Settled::Later { .. } => {}
        Settled::Sent(shown) => {
            super::super::chats::reached(txn, place.chat).await?;
            if let Some(shown) = shown {
                super::super::cards::note(txn, place, shown, now).await?;
                if let Some(prompt) = &shown.asks {
                    super::super::prompts::note(txn, (place.chat, shown.message), prompt, now).await?;
                }
            }
        }
        Settled::Blocked { until } => super::super::chats::block(txn, place.chat, *until).await?,
        Settled::Failed { chat: state, tell, .. } => {
            if let Some(state) = state {
                super::super::chats::stand(txn, place.chat, state).await?;
            }
            store(txn, tell, now).await?;
        }
        Settled::Moved { to, tell } => {
            super::super::chats::moved(txn, place.chat, *to).await?;
            store(txn, tell, now).await?;
        }
    }
    Ok(written)
}

fn short(why: &str) -> String {
    why.chars().take(ERROR_CHARS_MAX).collect()
}
