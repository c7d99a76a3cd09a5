//! Small writes beside the batches, each harmless when done twice: pruning, remembered facts, leases, the outbox.

use std::pin::Pin;

use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseConnection, EntityTrait, Order, QueryFilter};

use super::convert::naive;
use super::entity::{idempotency_keys, meta, outbox};
use super::shared::Shared;
use super::{Ledger, LedgerError, deliveries, prompts};
use crate::limits::{PRUNE_KEYS, PRUNE_PAUSE};

/// What a chore does; it gives how many rows it wrote.
pub(super) type Doing<'a> = Pin<Box<dyn Future<Output = Result<u64, LedgerError>> + Send + 'a>>;

/// A small write, run by a writer on its own connection.
pub(super) type Chore = Box<dyn for<'a> FnOnce(&'a DatabaseConnection, &'a Shared) -> Doing<'a> + Send>;

impl Ledger {
    /// A fact about this database from the table `meta`, such as `bot:<id>:username`.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn fact(&self, name: &str) -> Result<Option<String>, LedgerError> {
        let row = meta::Entity::find_by_id(name.to_owned()).one(&self.readers);
        super::in_time(async { Ok(row.await?.map(|row| row.value)) }).await
    }

    /// Stores a fact about this database.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn remember(&self, name: &str, value: &str) -> Result<(), LedgerError> {
        let row = meta::ActiveModel { name: Set(name.to_owned()), value: Set(value.to_owned()) };
        let stored = self.chore(move |conn, _| {
            Box::pin(async move {
                let over =
                    OnConflict::column(meta::Column::Name).update_column(meta::Column::Value).to_owned();
                Ok(meta::Entity::insert(row).on_conflict(over).exec_without_returning(conn).await?)
            })
        });
        stored.await.map(|_| ())
    }

    /// Deletes expired keys, and settled rows of the outbox as old, in small batches; gives how many went.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer; what went before stays gone.
    pub async fn prune(&self) -> Result<u64, LedgerError> {
        let sheds: [Shed; 4] = [
            |conn, shared| Box::pin(prune_keys(conn, shared)),
            |conn, shared| Box::pin(prune_outbox(conn, shared)),
            |conn, shared| Box::pin(async { Ok(prompts::prune(conn, shared.clock.now()).await?) }),
            |conn, shared| Box::pin(deliveries::prune(conn, shared)),
        ];
        let mut pruned = 0;
        for shed in sheds {
            loop {
                let some = self.chore(shed).await?;
                pruned += some;
                if some < PRUNE_KEYS {
                    break;
                }
                tokio::time::sleep(PRUNE_PAUSE).await;
            }
        }
        Ok(pruned)
    }
}

/// Deletes some of what has had its time.
type Shed = for<'a> fn(&'a DatabaseConnection, &'a Shared) -> Doing<'a>;

async fn prune_keys(conn: &DatabaseConnection, shared: &Shared) -> Result<u64, LedgerError> {
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

/// What was sent goes with its key: until then its purpose must not be served again. What failed stays until a person
/// has seen to it.
async fn prune_outbox(conn: &DatabaseConnection, shared: &Shared) -> Result<u64, LedgerError> {
    let cutoff = naive(shared.cutoff(shared.clock.now()));
    let sent = Query::select()
        .column(outbox::Column::Id)
        .from(outbox::Entity)
        .and_where(outbox::Column::SentAt.lt(cutoff))
        .limit(PRUNE_KEYS)
        .to_owned();
    let deleted =
        outbox::Entity::delete_many().filter(outbox::Column::Id.in_subquery(sent)).exec(conn).await?;
    Ok(deleted.rows_affected)
}
