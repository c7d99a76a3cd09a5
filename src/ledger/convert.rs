//! Between rows and the domain's types. Stored times are naive UTC, always written by us.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::LedgerError;
use super::entity::{operations, pending_items};
use crate::domain::ids::ItemId;
use crate::domain::item::{Execution, Issue, Item, ItemState};
use crate::domain::outcome::Outcome;
use crate::domain::payload::Payload;
use crate::domain::reason::Reason;
use crate::domain::rules::Rules;
use crate::domain::scope::Scope;
use crate::domain::target::Target;

pub(super) const fn naive(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc()
}

/// The item in a row.
pub(super) fn item(row: pending_items::Model) -> Result<Item, LedgerError> {
    let id = ItemId::stored(row.id);
    let state = ItemState::from_code(&row.state)
        .ok_or_else(|| LedgerError::Broken(format!("item {id} has the unknown state {:?}", row.state)))?;
    let rules = rules(row.id, &row.rules)?;
    let issue = row.issue.as_deref().and_then(Execution::from_code).zip(row.issued_at);
    let issue = issue.map(|(result, at)| Issue { result, at: at.and_utc() });
    Ok(Item {
        id,
        kind: row.kind,
        title: row.title,
        detail: row.detail,
        payload: row.payload.map(Payload::stored),
        client: row.client,
        external_id: row.external_id,
        callback: row.callback_url.and_then(|url| Target::parse(&url).ok()),
        content_hash: row.content_hash,
        rules,
        state,
        version: row.version,
        round: row.round,
        created_at: row.created_at.and_utc(),
        expires_at: row.expires_at.map(|at| at.and_utc()),
        decided_at: row.decided_at.map(|at| at.and_utc()),
        released_at: row.released_at.map(|at| at.and_utc()),
        issue,
        note: row.note.map(Reason::stored),
    })
}

/// The rules of the item with this number.
pub(super) fn rules(item: i64, stored: &str) -> Result<Rules, LedgerError> {
    serde_json::from_str(stored)
        .map_err(|error| LedgerError::Broken(format!("the rules of item #{item} cannot be read: {error}")))
}

/// The outcome in an operation's row.
pub(super) fn outcome(row: &operations::Model) -> Result<Outcome, LedgerError> {
    Outcome::from_stored(&row.outcome)
        .map_err(|error| LedgerError::Broken(format!("operation R{}: {error}", row.id)))
}

/// What is stored of a scope beside its hash, as JSON in `operations.scope_parts`.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct StoredScope {
    pub(super) hash: String,
    pub(super) parts: std::collections::BTreeMap<String, String>,
}

impl StoredScope {
    pub(super) fn of(scope: &Scope) -> Self {
        Self { hash: scope.hash().to_owned(), parts: scope.parts() }
    }

    pub(super) fn to_stored(&self) -> String {
        // A plain data type: serialising it has no way to fail; an empty text would be refused on reading.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The scope in an operation's row.
pub(super) fn scope(row: &operations::Model) -> Result<StoredScope, LedgerError> {
    serde_json::from_str(&row.scope_parts).map_err(|error| {
        LedgerError::Broken(format!("the scope of operation R{} cannot be read: {error}", row.id))
    })
}
