//! Writes what a batch decided, by sets: one statement a table, however many operations the batch holds.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
};

use super::convert::{StoredScope, naive};
use super::entity::{approvals, operations, pending_items};
use crate::domain::ids::ItemId;
use crate::domain::item::{NewItem, Rules};
use crate::domain::operation::{Answered, Operation, Request};
use crate::domain::outcome::Outcome;
use crate::domain::world::{Vote, World};

/// Brings the rows of the items in `votes` to where they stand in `after`: one statement for each state among them.
pub(super) async fn items(
    conn: &impl ConnectionTrait,
    votes: &[(&Request, &Vote)],
    after: &World,
) -> Result<(), DbErr> {
    let mut alike: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for item in votes.iter().filter_map(|(_, vote)| after.items.get(&vote.item)) {
        let place = (item.state.code(), item.decided_at, item.released_at);
        alike.entry(place).or_default().push(item.id.get());
    }
    for ((state, decided_at, released_at), ids) in alike {
        pending_items::Entity::update_many()
            .col_expr(pending_items::Column::State, Expr::value(state))
            .col_expr(pending_items::Column::Version, Expr::col(pending_items::Column::Version).add(1))
            .col_expr(pending_items::Column::DecidedAt, Expr::value(decided_at.map(naive)))
            .col_expr(pending_items::Column::ReleasedAt, Expr::value(released_at.map(naive)))
            .filter(pending_items::Column::Id.is_in(ids))
            .exec(conn)
            .await?;
    }
    Ok(())
}

/// Stores the votes.
pub(super) async fn votes(
    conn: &impl ConnectionTrait,
    votes: &[(&Request, &Vote)],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    if votes.is_empty() {
        return Ok(());
    }
    let rows = votes.iter().map(|(request, vote)| approvals::ActiveModel {
        id: NotSet,
        item_id: Set(vote.item.get()),
        round: Set(vote.round),
        decided_by: Set(vote.decided_by.clone()),
        decision: Set(vote.decision.clone()),
        reason: Set(vote.reason.clone()),
        key: Set(request.key.as_str().to_owned()),
        created_at: Set(naive(now)),
        withdrawn_at: Set(None),
    });
    approvals::Entity::insert_many(rows).exec_without_returning(conn).await.map(|_| ())
}

/// Inserts the items of submissions; gives each submission's ids by its request's key.
///
/// An id that does not come back was taken by somebody else under the same submit key at this moment: the submission
/// then has fewer ids than items.
pub(super) async fn submissions(
    conn: &impl ConnectionTrait,
    requests: &[&Request],
    now: DateTime<Utc>,
) -> Result<BTreeMap<String, Vec<ItemId>>, DbErr> {
    let mut insert = Query::insert();
    insert.into_table(pending_items::Entity).columns(ITEM_COLUMNS);
    let mut places = BTreeMap::new();
    for request in requests {
        let Operation::Submit { client, submit_key, items } = &request.operation else { continue };
        places.insert((client.as_str().to_owned(), submit_key.clone()), request.key.as_str().to_owned());
        for (ordinal, item) in (0_i32..).zip(items) {
            insert.values_panic(item_values(client.as_str(), submit_key, ordinal, item, now));
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

const ITEM_COLUMNS: [pending_items::Column; 11] = [
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
];

const RETURNED: [pending_items::Column; 4] = [
    pending_items::Column::Id,
    pending_items::Column::Client,
    pending_items::Column::SubmitKey,
    pending_items::Column::Ordinal,
];

fn item_values(
    client: &str,
    submit_key: &str,
    ordinal: i32,
    item: &NewItem,
    now: DateTime<Utc>,
) -> [Expr; 11] {
    let rules = serde_json::to_string(&Rules::default()).unwrap_or_default();
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
    ]
}

/// Stores the operations; gives each one's number by its key.
pub(super) async fn operations(
    conn: &impl ConnectionTrait,
    done: &[(&Request, &Outcome)],
    answered: &[Answered],
    now: DateTime<Utc>,
) -> Result<BTreeMap<String, i64>, DbErr> {
    let rows = done.iter().zip(answered).map(|((request, outcome), answered)| operations::ActiveModel {
        id: NotSet,
        key: Set(request.key.as_str().to_owned()),
        actor: Set(request.caller.actor.to_string()),
        verb: Set(request.operation.verb().to_owned()),
        chat: Set(request.place.map(|place| place.chat)),
        created_at: Set(naive(now)),
        outcome: Set(outcome.to_stored()),
        scope_parts: Set(StoredScope::of(&request.scope).to_stored()),
        answered: Set(answered.code().to_owned()),
    });
    let stored = operations::Entity::insert_many(rows).exec_with_returning(conn).await?;
    Ok(stored.into_iter().map(|row| (row.key, row.id)).collect())
}
