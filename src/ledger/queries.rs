//! What is read outside a transaction, each in one finished statement: a read that is held open lets SQLite's log grow.

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

/// Small letters are compared, as far as the database knows them: SQLite those of ASCII alone.
fn matches(word: &str) -> Condition {
    let lower = |column| Expr::expr(Func::lower(Expr::col((pending_items::Entity, column))));
    let escaped: String = word
        .chars()
        .flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c]))
        .collect();
    Condition::any()
        .add(lower(pending_items::Column::Kind).eq(word))
        .add(lower(pending_items::Column::Title).like(LikeExpr::new(format!("%{escaped}%")).escape('\\')))
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
