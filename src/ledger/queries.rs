//! What is read outside a transaction, each in one finished statement: a read that is held open lets SQLite's log grow.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::LedgerError;
use super::convert;
use super::entity::pending_items;
use crate::domain::ids::ItemId;
use crate::domain::item::{Item, ItemState};
use crate::domain::key::ClientName;

/// A part of the list of pending items, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Only items with a greater id.
    pub after: Option<ItemId>,
    /// Only items with a smaller id; the others are not counted either.
    pub before: Option<ItemId>,
    /// Leaves out so many before them.
    pub skip: u64,
    /// At most this many.
    pub limit: u64,
    /// Only this client's items.
    pub client: Option<ClientName>,
    /// Only items submitted after that.
    pub since: Option<DateTime<Utc>>,
    /// Only items of which each word is the kind, or stands in the title; in small letters.
    pub words: Vec<String>,
}

/// What [`Ledger::pending`](super::Ledger::pending) found.
#[derive(Clone, Debug, Default)]
pub struct PendingPage {
    /// The items of the page.
    pub items: Vec<Item>,
    /// How many are pending in all (for that client).
    pub total: u64,
}

pub(super) async fn pending(conn: &impl ConnectionTrait, page: &Page) -> Result<PendingPage, LedgerError> {
    let mut all =
        pending_items::Entity::find().filter(pending_items::Column::State.eq(ItemState::Pending.code()));
    if let Some(client) = &page.client {
        all = all.filter(pending_items::Column::Client.eq(client.as_str()));
    }
    if let Some(before) = page.before {
        all = all.filter(pending_items::Column::Id.lt(before.get()));
    }
    if let Some(since) = page.since {
        all = all.filter(pending_items::Column::CreatedAt.gt(convert::naive(since)));
    }
    for word in &page.words {
        all = all.filter(matches(word));
    }
    let total = all.clone().count(conn).await?;
    let after = page.after.map_or(0, ItemId::get);
    let rows = all
        .filter(pending_items::Column::Id.gt(after))
        .order_by_asc(pending_items::Column::Id)
        .offset(page.skip)
        .limit(page.limit)
        .all(conn)
        .await?;
    let items = rows.into_iter().map(convert::item).collect::<Result<_, _>>()?;
    Ok(PendingPage { items, total })
}

/// Small letters are compared. SQLite knows those of ASCII alone, so that a word with others is looked for in each way in which
/// it may stand in a title: small, capitalised, and in capitals.
fn matches(word: &str) -> Condition {
    let lower = |column| Expr::expr(Func::lower(Expr::col((pending_items::Entity, column))));
    let mut letters = word.chars();
    let capitalised: String =
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters.clone()).collect();
    let ways: BTreeSet<String> = [word.to_owned(), capitalised, word.to_uppercase()]
        .iter()
        .map(|way| way.to_ascii_lowercase())
        .collect();
    let stands = |way: &String| {
        let like = LikeExpr::new(format!("%{}%", escaped(way))).escape('\\');
        lower(pending_items::Column::Title).like(like)
    };
    let of_kind = lower(pending_items::Column::Kind).eq(word);
    ways.iter().fold(Condition::any().add(of_kind), |any, way| any.add(stands(way)))
}

/// With what means something to the database taken as text.
fn escaped(word: &str) -> String {
    let marked = |c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c]);
    word.chars().flat_map(marked).collect()
}

pub(super) async fn database_time(conn: &impl ConnectionTrait) -> Result<DateTime<Utc>, LedgerError> {
    let sql = match conn.get_database_backend() {
        DbBackend::Sqlite => "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now') AS now",
        _ => "SELECT (clock_timestamp() AT TIME ZONE 'UTC')::timestamp AS now",
    };
    let statement = sea_orm::Statement::from_string(conn.get_database_backend(), sql);
    let row = conn.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| LedgerError::Broken("the database told no time".to_owned()))?;
    Ok(row.try_get::<NaiveDateTime>("", "now")?.and_utc())
}
