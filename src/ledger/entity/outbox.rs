//! What is to be sent after its transaction.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Counts up.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What to send: tagged, versioned JSON.
    #[sea_orm(column_type = "Text")]
    pub event: String,
    /// The Telegram chat it goes to.
    pub chat: Option<i64>,
    /// The topic in that chat.
    pub thread: Option<i64>,
    /// The message it answers.
    pub reply_to: Option<i64>,
    /// One row for one purpose, such as `<key>:answer`.
    #[sea_orm(unique)]
    pub dedupe: String,
    /// When it was asked for.
    pub created_at: DateTime,
    /// Not sent before.
    pub not_before: DateTime,
    /// Not sent after.
    pub expires_at: Option<DateTime>,
    /// Somebody is sending it until then.
    pub claimed_until: Option<DateTime>,
    /// Tries so far.
    pub attempts: i32,
    /// When it was delivered.
    pub sent_at: Option<DateTime>,
    /// When it was given up.
    pub failed_at: Option<DateTime>,
    /// What went wrong last, without secrets.
    pub last_error: Option<String>,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
