//! What is read outside a transaction, each in one finished statement: a read that is held open lets SQLite's log grow.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
};

use super::entity::pending_items;
use super::{Ledger, LedgerError, convert, in_time};
use crate::domain::ids::ItemId;
use crate::domain::item::{Item, ItemState};
use crate::domain::key::ClientName;
use crate::limits::PENDING_COUNTED_MAX;

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

/// What [`Ledger::pending`] found.
#[derive(Clone, Debug, Default)]
pub struct PendingPage {
    /// The items of the page.
    pub items: Vec<Item>,
    /// How many are pending in all (for that client), counted up to [`PENDING_COUNTED_MAX`].
    pub total: u64,
    /// Whether there are more than that.
    pub more: bool,
}

impl Ledger {
    /// A page of the pending items, oldest first, and how many there are, counted up to a bound.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn pending(&self, page: Page) -> Result<PendingPage, LedgerError> {
        in_time(pending(&self.readers, &page)).await
    }

    /// How many pending items that page is a part of. It takes the longer the more there are.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn pending_count(&self, page: Page) -> Result<u64, LedgerError> {
        in_time(pending_count(&self.readers, &page)).await
    }
}

async fn pending(conn: &impl ConnectionTrait, page: &Page) -> Result<PendingPage, LedgerError> {
    let all = meant(page);
    let counted = all.clone().select_only().column(pending_items::Column::Id).limit(PENDING_COUNTED_MAX + 1);
    let mut count = Query::select();
    count.expr(Expr::cust("count(*)")).from_subquery(counted.into_query(), "counted");
    let row = conn.query_one(&count).await?;
    let counted: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
    let counted = u64::try_from(counted).unwrap_or_default();
    let after = page.after.map_or(0, ItemId::get);
    let rows = all
        .filter(pending_items::Column::Id.gt(after))
        .order_by_asc(pending_items::Column::Id)
        .offset(page.skip)
        .limit(page.limit)
        .all(conn)
        .await?;
    let items = rows.into_iter().map(convert::item).collect::<Result<_, _>>()?;
    let (total, more) = (Ord::min(counted, PENDING_COUNTED_MAX), counted > PENDING_COUNTED_MAX);
    Ok(PendingPage { items, total, more })
}

/// How many that page is a part of, whatever that takes.
async fn pending_count(conn: &impl ConnectionTrait, page: &Page) -> Result<u64, LedgerError> {
    Ok(meant(page).count(conn).await?)
}

fn meant(page: &Page) -> Select<pending_items::Entity> {
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
    all
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
