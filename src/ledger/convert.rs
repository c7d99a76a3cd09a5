//! Between rows and the domain's types. Stored times are naive UTC, always written by us.

use chrono::{DateTime, NaiveDateTime, Utc};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};

use super::LedgerError;
use super::entity::pending_items::Column;
use super::entity::{operations, pending_items};
use super::moment::Moment;
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
    let (detail, payload) = (row.detail, row.payload.map(Payload::stored));
    let row = Slim {
        id: row.id,
        kind: row.kind,
        title: row.title,
        client: row.client,
        external_id: row.external_id,
        callback_url: row.callback_url,
        content_hash: row.content_hash,
        rules: row.rules,
        state: row.state,
        version: row.version,
        round: row.round,
        created_at: row.created_at.into(),
        expires_at: row.expires_at.map(Moment::from),
        decided_at: row.decided_at.map(Moment::from),
        released_at: row.released_at.map(Moment::from),
        issue: row.issue,
        issued_at: row.issued_at.map(Moment::from),
        note: row.note,
    };
    Ok(Item { detail, payload, ..row.item()? })
}

/// What is decided by, and told of what was decided: an item without its detail and its payload, which may be long, and without
/// what only submissions and the clock go by.
#[derive(FromQueryResult, Deserialize)]
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
pub(super) struct Slim {
    id: i64,
    kind: String,
    title: String,
    client: String,
    external_id: Option<String>,
    callback_url: Option<String>,
    content_hash: String,
    rules: String,
    state: String,
    version: i32,
    round: i32,
    created_at: Moment,
    expires_at: Option<Moment>,
    decided_at: Option<Moment>,
    released_at: Option<Moment>,
    issue: Option<String>,
    issued_at: Option<Moment>,
    note: Option<String>,
}

impl Slim {
    /// Its columns, in the order of the fields: on SQLite they are read by their places.
    pub(super) const COLUMNS: [Column; 18] = [
        Column::Id,
        Column::Kind,
        Column::Title,
        Column::Client,
        Column::ExternalId,
        Column::CallbackUrl,
        Column::ContentHash,
        Column::Rules,
        Column::State,
        Column::Version,
        Column::Round,
        Column::CreatedAt,
        Column::ExpiresAt,
        Column::DecidedAt,
        Column::ReleasedAt,
        Column::Issue,
        Column::IssuedAt,
        Column::Note,
    ];

    /// Its number.
    pub(super) const fn id(&self) -> ItemId {
        ItemId::stored(self.id)
    }

    /// The item; its detail and payload are absent.
    pub(super) fn item(self) -> Result<Item, LedgerError> {
        let id = ItemId::stored(self.id);
        let state = ItemState::from_code(&self.state).ok_or_else(|| {
            LedgerError::Broken(format!("item {id} has the unknown state {:?}", self.state))
        })?;
        let rules = rules(self.id, &self.rules)?;
        let issue = self.issue.as_deref().and_then(Execution::from_code).zip(self.issued_at);
        let issue = issue.map(|(result, at)| Issue { result, at: at.utc() });
        Ok(Item {
            id,
            kind: self.kind,
            title: self.title,
            detail: None,
            payload: None,
            client: self.client,
            external_id: self.external_id,
            callback: self.callback_url.and_then(|url| Target::parse(&url).ok()),
            content_hash: self.content_hash,
            rules,
            state,
            version: self.version,
            round: self.round,
            created_at: self.created_at.utc(),
            expires_at: self.expires_at.map(Moment::utc),
            decided_at: self.decided_at.map(Moment::utc),
            released_at: self.released_at.map(Moment::utc),
            issue,
            note: self.note.map(Reason::stored),
        })
    }
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
#[derive(Serialize, Deserialize)]
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
