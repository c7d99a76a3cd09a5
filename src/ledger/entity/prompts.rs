//! What buttons and replies stand for that a button's data cannot hold.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "prompts")]
pub struct Model {
    /// Counts up; buttons name it.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The Telegram chat of the message that asks, where a reply to it is the answer.
    pub chat: Option<i64>,
    /// That message.
    pub message_id: Option<i64>,
    /// What it stands for: tagged, versioned JSON.
    #[sea_orm(column_type = "Text")]
    pub prompt: String,
    /// Since when.
    pub created_at: DateTime,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
