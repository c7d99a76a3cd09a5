//! Writes what a batch decided, by sets: one statement a table, however many operations the batch holds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
};

use super::convert::{StoredScope, naive};
use super::entity::{approvals, operations, pending_items};
use crate::domain::ids::ItemId;
use crate::domain::item::NewItem;
use crate::domain::operation::{Answered, Operation, Request};
use crate::domain::outcome::Outcome;
use crate::domain::rules::Rules;
use crate::domain::world::{Rulebook, Vote, World};

/// Version and round of items, as they stood before the batch.
pub(super) type Versions = BTreeMap<ItemId, (i32, i32)>;

/// Brings the rows of these items to where they stand in `after`: one statement for those that go the same way.
pub(super) async fn items(
    conn: &impl ConnectionTrait,
    changed: &BTreeSet<ItemId>,
    before: &Versions,
    after: &World,
) -> Result<(), DbErr> {
    let mut alike: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for item in changed.iter().filter_map(|id| after.items.get(id)) {
        let (version, round) = before.get(&item.id).copied().unwrap_or_default();
        let steps = (item.version - version, item.round - round);
        let place = (item.state.code(), item.decided_at, item.released_at, steps);
        alike.entry(place).or_default().push(item.id.get());
    }
    for ((state, decided_at, released_at, (versions, rounds)), ids) in alike {
        pending_items::Entity::update_many()
            .col_expr(pending_items::Column::State, Expr::value(state))
            .col_expr(pending_items::Column::Version, Expr::col(pending_items::Column::Version).add(versions))
            .col_expr(pending_items::Column::Round, Expr::col(pending_items::Column::Round).add(rounds))
            .col_expr(pending_items::Column::DecidedAt, Expr::value(decided_at.map(naive)))
            .col_expr(pending_items::Column::ReleasedAt, Expr::value(released_at.map(naive)))
            .filter(pending_items::Column::Id.is_in(ids))
            .exec(conn)
            .await?;
    }
    Ok(())
}

/// Stores new votes.
pub(super) async fn votes(
    conn: &impl ConnectionTrait,
    votes: &[&Vote],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if votes.is_empty() {
        return Ok(());
    }
    let rows = votes.iter().map(|vote| approvals::ActiveModel {
        id: NotSet,
        item_id: Set(vote.item.get()),
        round: Set(vote.round),
        decided_by: Set(vote.decided_by.clone()),
        decision: Set(vote.decision.clone()),
        reason: Set(vote.reason.clone()),
        key: Set(vote.key.clone()),
        created_at: Set(naive(now)),
        withdrawn_at: Set(None),
    });
    approvals::Entity::insert_many(rows).exec_without_returning(conn).await.map(|_| ())
}

/// Marks votes as withdrawn: they do not count any more.
pub(super) async fn withdraw(
    conn: &impl ConnectionTrait,
    votes: &[&Vote],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut by_key: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    votes.iter().for_each(|vote| by_key.entry(&vote.key).or_default().push(vote.item.get()));
    for (key, items) in by_key {
        approvals::Entity::update_many()
            .col_expr(approvals::Column::WithdrawnAt, Expr::value(naive(now)))
            .filter(approvals::Column::Key.eq(key))
            .filter(approvals::Column::ItemId.is_in(items))
            .filter(approvals::Column::WithdrawnAt.is_null())
            .exec(conn)
            .await?;
    }
    Ok(())
}

/// Inserts the items of submissions; gives each submission's ids by its request's key.
///
/// An id that does not come back was taken by somebody else under the same submit key at this moment: the submission
/// then has fewer ids than items.
pub(super) async fn submissions(
    conn: &impl ConnectionTrait,
    requests: &[&Request],
    rulebook: &Rulebook,
    now: DateTime<Utc>,
) -> Result<BTreeMap<String, Vec<ItemId>>, DbErr> {
    let mut insert = Query::insert();
    insert.into_table(pending_items::Entity).columns(ITEM_COLUMNS);
    let mut places = BTreeMap::new();
    for request in requests {
        let Operation::Submit { client, submit_key, items } = &request.operation else { continue };
        places.insert((client.as_str().to_owned(), submit_key.clone()), request.key.as_str().to_owned());
        for (ordinal, item) in (0_i32..).zip(items) {
            let rules = rulebook.rules(item.kind());
            insert.values_panic(item_values((client.as_str(), submit_key, ordinal), item, rules, now));
        }
    }
    if places.is_empty() {
        return Ok(BTreeMap::new());
    }
    let place =
        [pending_items::Column::Client, pending_items::Column::SubmitKey, pending_items::Column::Ordinal];
    insert
        .on_conflict(OnConflict::columns(place).do_nothing().to_owned())
        .returning(Query::returning().columns(RETURNED));
    let mut ids: BTreeMap<String, BTreeMap<i32, ItemId>> = BTreeMap::new();
    for row in conn.query_all(&insert).await? {
        let place = (row.try_get::<String>("", "client")?, row.try_get::<String>("", "submit_key")?);
        if let Some(key) = places.get(&place) {
            let of_key = ids.entry(key.clone()).or_default();
            of_key.insert(row.try_get("", "ordinal")?, ItemId::stored(row.try_get("", "id")?));
        }
    }
    Ok(ids.into_iter().map(|(key, by_ordinal)| (key, by_ordinal.into_values().collect())).collect())
}

const ITEM_COLUMNS: [pending_items::Column; 12] = [
    pending_items::Column::Kind,
    pending_items::Column::Title,
    pending_items::Column::Detail,
    pending_items::Column::Client,
    pending_items::Column::SubmitKey,
    pending_items::Column::Ordinal,
    pending_items::Column::ContentHash,
    pending_items::Column::Rules,
    pending_items::Column::State,
    pending_items::Column::Version,
    pending_items::Column::CreatedAt,
    pending_items::Column::ExpiresAt,
];

const RETURNED: [pending_items::Column; 4] = [
    pending_items::Column::Id,
    pending_items::Column::Client,
    pending_items::Column::SubmitKey,
    pending_items::Column::Ordinal,
];

fn item_values(
    (client, submit_key, ordinal): (&str, &str, i32),
    item: &NewItem,
    rules: &Rules,
    now: DateTime<Utc>,
) -> [Expr; 12] {
    let expires_at = rules.expires_after_s.map(|seconds| naive(now + TimeDelta::seconds(seconds.into())));
    let rules = serde_json::to_string(rules).unwrap_or_default();
    [
        Expr::value(item.kind()),
        Expr::value(item.title()),
        Expr::value(item.detail().map(str::to_owned)),
        Expr::value(client),
        Expr::value(submit_key),
        Expr::value(ordinal),
        Expr::value(item.content_hash()),
        Expr::value(rules),
        Expr::value(crate::domain::item::ItemState::Pending.code()),
        Expr::value(1),
        Expr::value(naive(now)),
        Expr::value(expires_at),
    ]
}

/// Stores the operations; gives each one's number by its key.
pub(super) async fn operations(
    conn: &impl ConnectionTrait,
    done: &[(&Request, &Outcome)],
    answered: &[Answered],
    now: DateTime<Utc>,
) -> Result<BTreeMap<String, i64>, DbErr> {
    let mut insert = Query::insert();
    insert.into_table(operations::Entity).columns(OPERATION_COLUMNS);
    for ((request, outcome), answered) in done.iter().zip(answered) {
        insert.values_panic([
            Expr::value(request.key.as_str()),
            Expr::value(request.caller.actor.to_string()),
            Expr::value(request.operation.verb()),
            Expr::value(request.place.map(|place| place.chat)),
            Expr::value(naive(now)),
            Expr::value(outcome.to_stored()),
            Expr::value(StoredScope::of(&request.scope).to_stored()),
            Expr::value(answered.code()),
        ]);
    }
    insert.returning(Query::returning().columns([operations::Column::Key, operations::Column::Id]));
    let stored = conn.query_all(&insert).await?;
    stored.iter().map(|row| Ok((row.try_get("", "key")?, row.try_get("", "id")?))).collect()
}

const OPERATION_COLUMNS: [operations::Column; 8] = [
    operations::Column::Key,
    operations::Column::Actor,
    operations::Column::Verb,
    operations::Column::Chat,
    operations::Column::CreatedAt,
    operations::Column::Outcome,
    operations::Column::ScopeParts,
    operations::Column::Answered,
];
