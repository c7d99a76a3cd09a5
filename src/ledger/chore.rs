//! Small writes beside the batches: pruning and remembered facts. Each is one statement, and harmless when done twice.

use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, Order, QueryFilter,
};

use super::LedgerError;
use super::convert::naive;
use super::entity::{idempotency_keys, meta};
use super::shared::Shared;
use crate::limits::PRUNE_KEYS;

/// A small write.
pub(super) enum Chore {
    /// Deletes a small batch of expired keys.
    Prune,
    /// Stores a fact about this database.
    Remember { name: String, value: String },
}

impl Chore {
    /// How many rows it wrote.
    pub(super) async fn run(&self, conn: &DatabaseConnection, shared: &Shared) -> Result<u64, LedgerError> {
        match self {
            Self::Prune => prune(conn, shared).await,
            Self::Remember { name, value } => remember(conn, name, value).await,
        }
    }
}

async fn prune(conn: &DatabaseConnection, shared: &Shared) -> Result<u64, LedgerError> {
    let cutoff = naive(shared.cutoff(shared.clock.now()));
    let expired = Query::select()
        .column(idempotency_keys::Column::Key)
        .from(idempotency_keys::Entity)
        .and_where(idempotency_keys::Column::CreatedAt.lt(cutoff))
        .order_by(idempotency_keys::Column::CreatedAt, Order::Asc)
        .limit(PRUNE_KEYS)
        .to_owned();
    // The condition stands twice: on PostgreSQL a key that is taken over while we wait for its row is looked at again
    // by the outer one alone, and must not go.
    let deleted = idempotency_keys::Entity::delete_many()
        .filter(idempotency_keys::Column::Key.in_subquery(expired))
        .filter(idempotency_keys::Column::CreatedAt.lt(cutoff))
        .exec(conn)
        .await?;
    Ok(deleted.rows_affected)
}

async fn remember(conn: &impl ConnectionTrait, name: &str, value: &str) -> Result<u64, LedgerError> {
    let row = meta::ActiveModel { name: Set(name.to_owned()), value: Set(value.to_owned()) };
    let over = OnConflict::column(meta::Column::Name).update_column(meta::Column::Value).to_owned();
    Ok(meta::Entity::insert(row).on_conflict(over).exec_without_returning(conn).await?)
}
