//! The keys that were used up.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    /// `tg:<bot id>:<update_id>` or `<client>:<header>`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of what was delivered, in lower-case hex.
    pub scope_hash: String,
    /// `applied`.
    pub status: String,
    /// When it was used, or taken over after it had expired.
    pub created_at: DateTime,
    /// The row of `operations` it led to.
    pub operation_id: i64,
    /// Drawn once for each operation that enters a writer: tells it its own success again.
    pub token: String,
}

/// No relations: what belongs together is read by its ids.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
