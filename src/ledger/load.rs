//! Reads the world that a batch is decided in.
//!
//! Items are locked first, in the order of their ids, by a statement that joins nothing; votes are read by another.
//! One join would hold a snapshot from before the wait for the lock, and count votes that are stale.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, Func, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::convert::Slim;
use super::entity::{approvals, operations, pending_items};
use super::{LedgerError, convert, lookup, roster, submissions};
use crate::domain::caller::Actor;
use crate::domain::ids::ItemId;
use crate::domain::item::{Item, ItemState};
use crate::domain::operation::{Decision, Operation, Request};
use crate::domain::roster::Roster;
use crate::domain::selection::{Selected, Selection};
use crate::domain::world::{Decided, Rulebook, Vote, World};
use crate::limits::IDS_IN_STATEMENT;

/// How many of a person's operations are looked through for the last that decided anything.
const LAST_DECISIONS: u64 = 10;
/// What can be taken back.
const DECISIONS: [Decision; 2] = [Decision::Approve, Decision::Reject];

/// The world of these requests; the items that they name may be read already, where the transaction is alone.
pub(super) async fn world(
    conn: &impl ConnectionTrait,
    requests: &[&Request],
    (roster, read): (Roster, Option<Vec<Slim>>),
    rulebook: Arc<Rulebook>,
    now: DateTime<Utc>,
) -> Result<World, LedgerError> {
    let last = decided(conn, requests).await?;
    let undone = last.iter().flat_map(|decided| decided.voted.iter().copied());
    let selected = selected(conn, requests, rulebook.bulk_limit).await?;
    let meant = selected.values().flat_map(|selected| selected.ids.iter().copied());
    let theirs = waiting_with_votes_of(conn, requests).await?;
    let named = named(requests);
    let all: BTreeSet<ItemId> = named.iter().copied().chain(undone).chain(meant).chain(theirs).collect();
    let items = match read {
        Some(rows) => {
            let mut items = of_rows(rows.into_iter().filter(|row| all.contains(&row.id())))?;
            items.extend(self::items(conn, &all.difference(&named).copied().collect(), true).await?);
            items
        }
        None => items(conn, &all, true).await?,
    };
    // What the same person decided while the items were waited for is the last decision now; it may name others.
    let decided = decided(conn, requests).await?;
    if decided != last {
        return Err(LedgerError::Away("a decision came before the one that is taken back".to_owned()));
    }
    let votes = votes(conn, &items).await?;
    let numbers = numbers(conn, requests, (&items, &votes)).await?;
    let roster = roster::with_voters(conn, roster, &votes, requests).await?;
    let submitted = submissions::before(conn, requests).await?;
    let external = submissions::named(conn, requests).await?;
    Ok(World { items, votes, numbers, submitted, external, decided, selected, roster, rulebook, now })
}

/// As much of it as a decision about named items depends on, without a lock: it may be otherwise by the time it is decided.
pub(super) async fn glance(
    conn: &impl ConnectionTrait,
    request: &Request,
    rulebook: Arc<Rulebook>,
    now: DateTime<Utc>,
) -> Result<World, LedgerError> {
    let roster = roster::of_speaker(conn, request).await?;
    let items = items(conn, &named(&[request]), false).await?;
    let votes = votes(conn, &items).await?;
    let roster = roster::with_voters(conn, roster, &votes, &[request]).await?;
    Ok(World { items, votes, roster, rulebook, now, ..World::default() })
}

/// The decisions that are to be taken back: those named by number, and the last ones of whoever names none.
async fn decided(conn: &impl ConnectionTrait, requests: &[&Request]) -> Result<Vec<Decided>, LedgerError> {
    let mut found = BTreeMap::new();
    for request in requests {
        let Operation::Undo { receipt } = request.operation else { continue };
        let actor = request.caller.actor.to_string();
        // Whatever has the number, so that the answer tells why it cannot be taken back.
        let meant = match receipt {
            Some(number) => operations::Entity::find_by_id(number),
            None => operations::Entity::find()
                .filter(operations::Column::Actor.eq(actor))
                .filter(operations::Column::Verb.is_in(DECISIONS.map(Decision::code)))
                .order_by_desc(operations::Column::Id)
                .limit(LAST_DECISIONS),
        };
        for row in meant.all(conn).await? {
            found.insert(row.id, row);
        }
    }
    let decided = |row: operations::Model| {
        let decides = DECISIONS.iter().any(|decision| decision.code() == row.verb);
        let voted = if decides { convert::outcome(&row)?.voted() } else { Vec::new() };
        Ok(Decided { number: Some(row.id), key: row.key, actor: row.actor, voted })
    };
    found.into_values().map(decided).collect()
}

/// What the selections of what waits stand for, each cut to what one operation may name. Found before the lock: what is
/// decided meanwhile is seen so under it.
async fn selected(
    conn: &impl ConnectionTrait,
    requests: &[&Request],
    limit: usize,
) -> Result<BTreeMap<String, Selected>, LedgerError> {
    let mut found = BTreeMap::new();
    for request in requests {
        let Operation::Prepare { selection: Selection::Pending { kinds, except }, .. } = &request.operation
        else {
            continue;
        };
        let mut pending = pending_items::Entity::find()
            .filter(pending_items::Column::State.eq(ItemState::Pending.code()))
            .filter(pending_items::Column::Id.is_not_in(except.iter().map(|id| id.get())));
        if !kinds.is_empty() {
            let kind = Func::lower(Expr::col(pending_items::Column::Kind));
            pending = pending.filter(Expr::expr(kind).is_in(kinds.iter().map(|kind| kind.to_lowercase())));
        }
        let all = pending.clone().count(conn).await?;
        let ids: Vec<i64> = pending
            .select_only()
            .column(pending_items::Column::Id)
            .order_by_asc(pending_items::Column::Id)
            .limit(u64::try_from(limit).unwrap_or(u64::MAX))
            .into_tuple()
            .all(conn)
            .await?;
        let ids: Vec<ItemId> = ids.into_iter().map(ItemId::stored).collect();
        let left = all.saturating_sub(u64::try_from(ids.len()).unwrap_or_default());
        found.insert(request.key.as_str().to_owned(), Selected { ids, left });
    }
    Ok(found)
}

/// The items that wait and hold a vote of somebody whose role is to be changed.
async fn waiting_with_votes_of(
    conn: &impl ConnectionTrait,
    requests: &[&Request],
) -> Result<Vec<ItemId>, LedgerError> {
    let actor = |request: &&Request| match request.operation {
        Operation::Appoint { person, .. } => Some(Actor::Person(person).to_string()),
        _ => None,
    };
    let actors: BTreeSet<String> = requests.iter().filter_map(actor).collect();
    if actors.is_empty() {
        return Ok(Vec::new());
    }
    let waiting = Query::select()
        .column(pending_items::Column::Id)
        .from(pending_items::Entity)
        .and_where(pending_items::Column::State.eq(ItemState::Pending.code()))
        .to_owned();
    let ids: Vec<i64> = approvals::Entity::find()
        .select_only()
        .column(approvals::Column::ItemId)
        .filter(approvals::Column::DecidedBy.is_in(actors))
        .filter(approvals::Column::WithdrawnAt.is_null())
        .filter(approvals::Column::ItemId.in_subquery(waiting))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(ids.into_iter().map(ItemId::stored).collect())
}

/// The items that these requests name.
pub(super) fn named(requests: &[&Request]) -> BTreeSet<ItemId> {
    requests.iter().flat_map(|request| request.operation.named()).copied().collect()
}

/// What reads these items.
pub(super) fn these(ids: impl Iterator<Item = i64>) -> Select<pending_items::Entity> {
    pending_items::Entity::find()
        .select_only()
        .columns(Slim::COLUMNS)
        .filter(pending_items::Column::Id.is_in(ids))
        .order_by_asc(pending_items::Column::Id)
}

/// The items in these rows.
fn of_rows(rows: impl IntoIterator<Item = Slim>) -> Result<BTreeMap<ItemId, Item>, LedgerError> {
    rows.into_iter().map(|row| row.item().map(|item| (item.id, item))).collect()
}

async fn items(
    conn: &impl ConnectionTrait,
    ids: &BTreeSet<ItemId>,
    are_locked: bool,
) -> Result<BTreeMap<ItemId, Item>, LedgerError> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let mut items = BTreeMap::new();
    for some in ids.chunks(IDS_IN_STATEMENT) {
        let rows = these(some.iter().copied());
        // On SQLite the transaction holds the one write lock already, and sea-query leaves the clause out.
        let rows = if are_locked { rows.lock_exclusive() } else { rows };
        items.extend(of_rows(rows.into_model::<Slim>().all(conn).await?)?);
    }
    Ok(items)
}

/// The live votes on items that are no longer pending, which say who decided, and on those that gather votes.
async fn votes(
    conn: &impl ConnectionTrait,
    items: &BTreeMap<ItemId, Item>,
) -> Result<Vec<Vote>, LedgerError> {
    let voted = |item: &&Item| item.state != ItemState::Pending || World::gathers(item);
    live_votes(conn, &items.values().filter(voted).map(|item| item.id).collect()).await
}

/// The numbers of the operations that brought votes which keep their voters from another one: they are taken back by them.
async fn numbers(
    conn: &impl ConnectionTrait,
    requests: &[&Request],
    (items, votes): (&BTreeMap<ItemId, Item>, &[Vote]),
) -> Result<BTreeMap<String, i64>, LedgerError> {
    let actors: BTreeSet<String> = requests.iter().map(|request| request.caller.actor.to_string()).collect();
    let own = votes.iter().filter(|vote| {
        actors.contains(&vote.decided_by) && items.get(&vote.item).is_some_and(World::gathers)
    });
    Ok(lookup::numbers(conn, own.map(|vote| vote.key.clone()).collect()).await?)
}

/// The live votes on these items, oldest first.
pub(super) async fn live_votes(
    conn: &impl ConnectionTrait,
    items: &BTreeSet<ItemId>,
) -> Result<Vec<Vote>, LedgerError> {
    let items: Vec<i64> = items.iter().map(|id| id.get()).collect();
    let mut rows = Vec::new();
    for some in items.chunks(IDS_IN_STATEMENT) {
        let votes = approvals::Entity::find()
            .filter(approvals::Column::ItemId.is_in(some.iter().copied()))
            .filter(approvals::Column::WithdrawnAt.is_null())
            .order_by_asc(approvals::Column::Id);
        rows.extend(votes.all(conn).await?);
    }
    let vote = |row: approvals::Model| Vote {
        item: ItemId::stored(row.item_id),
        round: row.round,
        decided_by: row.decided_by,
        decision: row.decision,
        reason: row.reason,
        key: row.key,
        at: row.created_at.and_utc(),
    };
    Ok(rows.into_iter().map(vote).collect())
}
