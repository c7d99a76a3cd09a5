//! The items that wait for a decision, and those that were decided.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pending_items")]
pub struct Model {
    /// What people type; never used twice.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Such as `payment`.
    pub kind: String,
    /// One line.
    pub title: String,
    /// More lines.
    #[sea_orm(column_type = "Text", nullable)]
    pub detail: Option<String>,
    /// What the client wants back with the decision.
    #[sea_orm(column_type = "Text", nullable)]
    pub payload: Option<String>,
    /// The client that submitted it.
    pub client: String,
    /// The header's value of its submission.
    pub submit_key: String,
    /// Its place in that submission, from 0.
    pub ordinal: i32,
    /// The client's own id for it.
    pub external_id: Option<String>,
    /// SHA-256 of what is shown, in lower-case hex.
    pub content_hash: String,
    /// The rules of its kind as they stood at its submission, as JSON.
    #[sea_orm(column_type = "Text")]
    pub rules: String,
    /// `pending`, `approved`, …
    pub state: String,
    /// Counts every change, from 1.
    pub version: i32,
    /// Counts undo and reopening, from 1.
    pub round: i32,
    /// When it was submitted.
    pub created_at: DateTime,
    /// When it goes by itself.
    pub expires_at: Option<DateTime>,
    /// When it was decided.
    pub decided_at: Option<DateTime>,
    /// When its decision became final.
    pub released_at: Option<DateTime>,
    /// Whether its decision stands in the log.
    pub logged: bool,
    /// When its decision becomes final, unless it is taken back; not known of what an older program decided.
    pub final_at: Option<DateTime>,
    /// `issued` or `failed`: what its client reported of carrying it out.
    pub issue: Option<String>,
    /// When that was reported.
    pub issued_at: Option<DateTime>,
    /// What the client says about it, or about withdrawing it.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// When it is brought up again, if it still waits then.
    pub remind_at: Option<DateTime>,
    /// How often it was.
    pub reminded: i32,
    /// Where its client wants to be told of the decision.
    #[sea_orm(column_type = "Text", nullable)]
    pub callback_url: Option<String>,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
