//! The votes.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approvals")]
pub struct Model {
    /// Counts up.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The row of `pending_items` it is about.
    pub item_id: i64,
    /// The item's round it was given in.
    pub round: i32,
    /// Who voted.
    pub decided_by: String,
    /// `approve` or `reject`.
    pub decision: String,
    /// Why, in the voter's words.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// The key it was given under; the key itself may be pruned.
    pub key: String,
    /// When it was given.
    pub created_at: DateTime,
    /// When it was taken back; at most one vote of one person on one item and round is not.
    pub withdrawn_at: Option<DateTime>,
    /// Whether it is withdrawn because the right to it ended, and nobody took it back.
    pub lapsed: bool,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
