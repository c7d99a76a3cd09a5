//! The messages in which items are shown.

use sea_orm::entity::prelude::*;

/// A row: one item in one message.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cards")]
pub struct Model {
    /// Counts up.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The item.
    pub item_id: i64,
    /// The Telegram chat the message stands in.
    pub chat: i64,
    /// The topic in it.
    pub thread: Option<i64>,
    /// The message.
    pub message_id: i64,
    /// The item's version that it shows; 0 where that is not known.
    pub shown_version: i32,
    /// Tries to bring it up to date that failed.
    pub attempts: i32,
    /// It is behind, and is brought up to date from then on.
    pub due_at: Option<DateTime>,
    /// It is the end of the item's whole detail, and stays that.
    pub is_detail: bool,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
