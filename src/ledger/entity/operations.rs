//! Every committed operation, kept for good.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "operations")]
pub struct Model {
    /// The receipt's number.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The key it was asked under.
    pub key: String,
    /// Who asked.
    pub actor: String,
    /// What was asked, such as `approve`.
    pub verb: String,
    /// The Telegram chat it was asked in.
    pub chat: Option<i64>,
    /// When it was decided.
    pub created_at: DateTime,
    /// What it did: versioned JSON of ids and codes.
    #[sea_orm(column_type = "Text")]
    pub outcome: String,
    /// What was delivered: its hash, and the hash of each of its parts, as JSON.
    #[sea_orm(column_type = "Text")]
    pub scope_parts: String,
    /// `rode`, `outbox` or `none`.
    pub answered: String,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
