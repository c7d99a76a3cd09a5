//! Submissions: what is there already under their keys and ids, and the rows of what is new.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
};

use super::LedgerError;
use super::convert::naive;
use super::entity::pending_items::{Column, Entity};
use crate::domain::ids::ItemId;
use crate::domain::item::ItemState;
use crate::domain::new_item::NewItem;
use crate::domain::operation::{Operation, Request};
use crate::domain::payload::Payload;
use crate::domain::remind;
use crate::domain::rules::Rules;
use crate::domain::world::{Rulebook, Stored};

/// A client, and its submit key or its own id of an item.
type Named = (String, String);

/// A submission on its way into the table.
pub(super) struct Incoming<'a> {
    pub(super) request: &'a Request,
    /// Its items that are there already, by their place in it.
    pub(super) known: &'a BTreeMap<usize, ItemId>,
}

/// What earlier submissions under the same keys left behind, where their idempotency keys were pruned since.
pub(super) async fn before(
    conn: &impl ConnectionTrait,
    requests: &[&Request],
) -> Result<BTreeMap<Named, BTreeMap<usize, Stored>>, LedgerError> {
    let mut any = Condition::any();
    for request in requests {
        if let Operation::Submit { client, submit_key, .. } = &request.operation {
            any = any.add(Column::Client.eq(client.as_str()).and(Column::SubmitKey.eq(submit_key.as_str())));
        }
    }
    let mut found: BTreeMap<Named, BTreeMap<usize, Stored>> = BTreeMap::new();
    if any.is_empty() {
        return Ok(found);
    }
    let rows: Vec<(String, String, i32, i64, String)> = Entity::find()
        .select_only()
        .columns([Column::Client, Column::SubmitKey, Column::Ordinal, Column::Id, Column::ContentHash])
        .filter(any)
        .into_tuple()
        .all(conn)
        .await?;
    for (client, submit_key, ordinal, id, hash) in rows {
        let of_key = found.entry((client, submit_key)).or_default();
        let place = usize::try_from(ordinal).unwrap_or(usize::MAX);
        of_key.insert(place, Stored { id: ItemId::stored(id), hash });
    }
    Ok(found)
}

/// The items that have one of the clients' own ids.
pub(super) async fn named(
    conn: &impl ConnectionTrait,
    requests: &[&Request],
) -> Result<BTreeMap<Named, Stored>, LedgerError> {
    let mut any = Condition::any();
    for request in requests {
        let Operation::Submit { client, items, .. } = &request.operation else { continue };
        let ids: Vec<&str> = items.iter().filter_map(NewItem::external_id).collect();
        if !ids.is_empty() {
            any = any.add(Column::Client.eq(client.as_str()).and(Column::ExternalId.is_in(ids)));
        }
    }
    if any.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(String, String, i64, String)> = Entity::find()
        .select_only()
        .columns([Column::Client, Column::ExternalId, Column::Id, Column::ContentHash])
        .filter(any)
        .into_tuple()
        .all(conn)
        .await?;
    let stored = |(client, external, id, hash)| ((client, external), Stored { id: ItemId::stored(id), hash });
    Ok(rows.into_iter().map(stored).collect())
}

/// Inserts the items of submissions; gives each submission's ids, with those that were there, by its request's key.
///
/// An id that does not come back was taken by somebody else at this moment, by its submit key or the client's own id: the
/// submission then has fewer ids than items.
pub(super) async fn insert(
    conn: &impl ConnectionTrait,
    incoming: &[Incoming<'_>],
    rulebook: &Rulebook,
    now: DateTime<Utc>,
) -> Result<BTreeMap<String, Vec<ItemId>>, DbErr> {
    let mut insert = Query::insert();
    insert.into_table(Entity).columns(COLUMNS);
    let (mut keys, mut ids) = (BTreeMap::new(), BTreeMap::new());
    for Incoming { request, known } in incoming {
        let Operation::Submit { client, submit_key, items } = &request.operation else { continue };
        let key = request.key.as_str().to_owned();
        keys.insert((client.as_str().to_owned(), submit_key.clone()), key.clone());
        ids.insert(key, (*known).clone());
        for (place, item) in items.iter().enumerate().filter(|(place, _)| !known.contains_key(place)) {
            let (ordinal, rules) = (i32::try_from(place).unwrap_or(i32::MAX), rulebook.rules(item.kind()));
            insert.values_panic(values((client.as_str(), submit_key, ordinal), item, rules, now));
        }
    }
    if keys.is_empty() {
        return Ok(BTreeMap::new());
    }
    insert.on_conflict(OnConflict::new().do_nothing().to_owned()).returning(Query::returning().columns([
        Column::Id,
        Column::Client,
        Column::SubmitKey,
        Column::Ordinal,
    ]));
    for row in conn.query_all(&insert).await? {
        let named = (row.try_get::<String>("", "client")?, row.try_get::<String>("", "submit_key")?);
        let ordinal: i32 = row.try_get("", "ordinal")?;
        if let Some(of_key) = keys.get(&named).and_then(|key| ids.get_mut(key)) {
            let place = usize::try_from(ordinal).unwrap_or(usize::MAX);
            of_key.insert(place, ItemId::stored(row.try_get("", "id")?));
        }
    }
    Ok(ids.into_iter().map(|(key, by_place)| (key, by_place.into_values().collect())).collect())
}

const COLUMNS: [Column; 16] = [
    Column::Kind,
    Column::Title,
    Column::Detail,
    Column::Payload,
    Column::Client,
    Column::SubmitKey,
    Column::Ordinal,
    Column::ExternalId,
    Column::ContentHash,
    Column::Rules,
    Column::State,
    Column::Version,
    Column::CreatedAt,
    Column::ExpiresAt,
    Column::RemindAt,
    Column::CallbackUrl,
];

fn values(
    (client, submit_key, ordinal): (&str, &str, i32),
    item: &NewItem,
    rules: &Rules,
    now: DateTime<Utc>,
) -> [Expr; 16] {
    let policy = rules.expires_after_s.map(|seconds| now + TimeDelta::seconds(seconds.into()));
    // The client may ask for less time than its kind has, never for more.
    let expires_at = item.expires_at().into_iter().chain(policy).min().map(naive);
    let remind_at = remind::next(rules, 0, now).map(naive);
    let rules = serde_json::to_string(rules).unwrap_or_default();
    [
        Expr::value(item.kind()),
        Expr::value(item.title()),
        Expr::value(item.detail().map(str::to_owned)),
        Expr::value(item.payload().map(Payload::as_str).map(str::to_owned)),
        Expr::value(client),
        Expr::value(submit_key),
        Expr::value(ordinal),
        Expr::value(item.external_id().map(str::to_owned)),
        Expr::value(item.content_hash()),
        Expr::value(rules),
        Expr::value(ItemState::Pending.code()),
        Expr::value(1),
        Expr::value(naive(now)),
        Expr::value(expires_at),
        Expr::value(remind_at),
        Expr::value(item.callback().map(|target| target.url().to_string())),
    ]
}
