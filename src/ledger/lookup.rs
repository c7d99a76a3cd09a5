//! From a key to the receipt of what was done under it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::cache::Asked;
use super::convert::{self, Slim};
use super::entity::{idempotency_keys, operations, pending_items};
use super::people::People;
use super::trip::Trip;
use super::{Ledger, LedgerError, in_time, roster};
use crate::domain::caller::Actor;
use crate::domain::ids::ItemId;
use crate::domain::item::Item;
use crate::domain::key::IdempotencyKey;
use crate::domain::operation::Answered;
use crate::domain::outcome::{Outcome, SkipReason};
use crate::domain::receipt::{Receipt, Standing};
use crate::domain::scope::Scope;

impl Ledger {
    /// The receipt of a settled, committed key with exactly this scope, from memory.
    #[must_use]
    pub fn recall_cached(&self, key: &IdempotencyKey, scope: &Scope) -> Option<Arc<Receipt>> {
        let Asked { at, books } = self.shared.asked();
        self.shared.receipts.get(key, scope, books, self.shared.cutoff(at))
    }

    /// The receipt (Repeat or Reused) of a key that was used before.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn recall(
        &self,
        key: &IdempotencyKey,
        scope: &Scope,
    ) -> Result<Option<Arc<Receipt>>, LedgerError> {
        let recall = async {
            let (asked, people) = (self.shared.asked(), &self.shared.people);
            let used = used_key(&self.readers, key, self.shared.cutoff(asked.at)).await?;
            let Some(stored) = used else { return Ok(None) };
            let receipt = receipt(&self.readers, key, scope, &stored, None, people).await?;
            self.shared.receipts.keep(&receipt, asked);
            Ok(Some(Arc::new(receipt)))
        };
        in_time(recall).await
    }
}

/// A key as it is stored.
#[derive(Clone, Debug)]
pub(super) struct StoredKey {
    pub(super) scope_hash: String,
    pub(super) operation: i64,
    pub(super) token: String,
}

/// Those of `keys` that are used up; an expired key counts as absent at once.
pub(super) fn used<'a>(
    keys: impl Iterator<Item = &'a IdempotencyKey>,
    cutoff: DateTime<Utc>,
) -> SelectStatement {
    use idempotency_keys::Column;
    Query::select()
        .columns([Column::Key, Column::ScopeHash, Column::OperationId, Column::Token])
        .from(idempotency_keys::Entity)
        .and_where(Column::Key.is_in(keys.map(IdempotencyKey::as_str)))
        .and_where(Column::CreatedAt.gte(convert::naive(cutoff)))
        .take()
}

/// The rows that [`used`] gives.
pub(super) fn by_key(found: Vec<(String, String, i64, String)>) -> BTreeMap<String, StoredKey> {
    let stored = |(key, scope_hash, operation, token)| (key, StoredKey { scope_hash, operation, token });
    found.into_iter().map(stored).collect()
}

/// A key that is used up.
pub(super) async fn used_key(
    conn: &impl ConnectionTrait,
    key: &IdempotencyKey,
    cutoff: DateTime<Utc>,
) -> Result<Option<StoredKey>, sea_orm::DbErr> {
    let mut trip = Trip::on(conn);
    trip.read(used(std::iter::once(key), cutoff));
    Ok(by_key(trip.go(conn).await?.tuples()?).into_values().next())
}

/// The receipt of a used key: Repeat or Reused by its scope, or New for whom `token` proves to be the one who used it.
pub(super) async fn receipt(
    conn: &impl ConnectionTrait,
    key: &IdempotencyKey,
    scope: &Scope,
    stored: &StoredKey,
    token: Option<&str>,
    people: &People,
) -> Result<Receipt, LedgerError> {
    let row = operations::Entity::find_by_id(stored.operation).one(conn).await?;
    let Some(row) = row else {
        return Err(LedgerError::Broken(format!(
            "the key {key} names operation R{}, which is missing",
            stored.operation
        )));
    };
    let standing = if token == Some(stored.token.as_str()) {
        Standing::New
    } else if stored.scope_hash == scope.hash() {
        Standing::Repeat
    } else {
        Standing::Reused { differs: scope.differs(&convert::scope(&row)?.parts) }
    };
    of_operation(conn, key, standing, &row, people).await
}

/// The receipt of the submission under a key that has been pruned since; its items are unique for good.
pub(super) async fn submission(
    conn: &impl ConnectionTrait,
    key: &IdempotencyKey,
    scope: &Scope,
    same: bool,
    people: &People,
) -> Result<Receipt, LedgerError> {
    let row = operations::Entity::find()
        .filter(operations::Column::Key.eq(key.as_str()))
        .filter(operations::Column::Verb.eq("submit"))
        .order_by_asc(operations::Column::Id)
        .one(conn)
        .await?;
    let Some(row) = row else {
        return Err(LedgerError::Broken(format!(
            "items were submitted under {key}, but the operation is missing"
        )));
    };
    let standing = if same {
        Standing::Repeat
    } else {
        Standing::Reused { differs: scope.differs(&convert::scope(&row)?.parts) }
    };
    of_operation(conn, key, standing, &row, people).await
}

/// The receipt of the operation with this number.
pub(super) async fn by_number(
    conn: &impl ConnectionTrait,
    number: i64,
    standing: Standing,
    people: &People,
) -> Result<Option<Receipt>, LedgerError> {
    let Some(row) = operations::Entity::find_by_id(number).one(conn).await? else { return Ok(None) };
    let key = IdempotencyKey::stored(row.key.clone());
    of_operation(conn, &key, standing, &row, people).await.map(Some)
}

async fn of_operation(
    conn: &impl ConnectionTrait,
    key: &IdempotencyKey,
    standing: Standing,
    row: &operations::Model,
    people: &People,
) -> Result<Receipt, LedgerError> {
    let outcome = convert::outcome(row)?;
    let items = items(conn, &outcome.named()).await?;
    let role = match whose(&outcome) {
        Some(person) => roster::role(conn, person).await?,
        None => None,
    };
    Ok(Receipt {
        standing,
        key: key.clone(),
        scope_hash: convert::scope(row)?.hash,
        number: row.id,
        actor: row.actor.clone(),
        confirmed: confirmed(conn, row, &outcome).await?,
        answered: Answered::from_code(&row.answered),
        at: row.created_at.and_utc(),
        // Who prepared something is told to others: nobody else can confirm it.
        names: people.names(voters(&outcome).chain(is_prepared(&outcome).then(|| row.actor.clone()))),
        role,
        outcome,
        items,
    })
}

/// The operation that confirmed what this one prepared.
async fn confirmed(
    conn: &impl ConnectionTrait,
    row: &operations::Model,
    outcome: &Outcome,
) -> Result<Option<i64>, LedgerError> {
    let key = IdempotencyKey::stored(row.key.clone()).of_confirmation(row.id);
    let Some(key) = key.filter(|_| matches!(outcome, Outcome::Prepared { .. })) else { return Ok(None) };
    let found = operations::Entity::find().filter(operations::Column::Key.eq(key.as_str())).one(conn).await?;
    Ok(found.map(|row| row.id))
}

async fn items(conn: &impl ConnectionTrait, ids: &[ItemId]) -> Result<BTreeMap<ItemId, Item>, LedgerError> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<Slim> = pending_items::Entity::find()
        .select_only()
        .columns(Slim::COLUMNS)
        .filter(pending_items::Column::Id.is_in(ids.iter().map(|id| id.get())))
        .into_model()
        .all(conn)
        .await?;
    rows.into_iter().map(|row| row.item().map(|item| (item.id, item))).collect()
}

/// The numbers of the operations under these keys. An expired key may have been used again: of such a one nothing is told.
pub(super) async fn numbers(
    conn: &impl ConnectionTrait,
    keys: BTreeSet<String>,
) -> Result<BTreeMap<String, i64>, sea_orm::DbErr> {
    if keys.is_empty() {
        return Ok(BTreeMap::new());
    }
    let found: Vec<(String, i64)> = operations::Entity::find()
        .select_only()
        .columns([operations::Column::Key, operations::Column::Id])
        .filter(operations::Column::Key.is_in(keys))
        .into_tuple()
        .all(conn)
        .await?;
    let mut by_key: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    found.into_iter().for_each(|(key, number)| by_key.entry(key).or_default().push(number));
    let only = |(key, numbers): (String, Vec<i64>)| match numbers.as_slice() {
        [number] => Some((key, *number)),
        _ => None,
    };
    Ok(by_key.into_iter().filter_map(only).collect())
}

/// The actors an outcome speaks of.
pub(super) fn voters(outcome: &Outcome) -> impl Iterator<Item = String> {
    let voters = outcome.skipped().iter().filter_map(|skip| match &skip.reason {
        SkipReason::Already { by, .. } => by.clone(),
        _ => None,
    });
    voters.chain(whose(outcome).map(|person| Actor::Person(person).to_string()))
}

const fn is_prepared(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Prepared { .. })
}

/// The person whose role an outcome is about.
pub(super) const fn whose(outcome: &Outcome) -> Option<i64> {
    match outcome {
        Outcome::Appointed { person, .. } => Some(*person),
        _ => None,
    }
}
