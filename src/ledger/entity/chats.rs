//! The chats that messages go to.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "chats")]
pub struct Model {
    /// The Telegram chat id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// A group's title.
    pub title: Option<String>,
    /// `active`, or why nothing can be sent.
    pub state: String,
    /// Nothing is sent before, as Telegram asked.
    pub blocked_until: Option<DateTime>,
    /// The supergroup that this group became.
    pub migrated_to: Option<i64>,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
