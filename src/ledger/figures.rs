//! How the books stand, for whoever watches the program: a few counts, each of one finished statement.

use chrono::NaiveDateTime;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

use super::entity::{cards, leases, outbox};
use super::outbox::Depth;
use super::{Ledger, LedgerError, in_time};

/// How the books stand.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Rows of the outbox.
    pub outbox: Depth,
    /// What receivers were not told of yet.
    pub webhooks: Depth,
    /// Age of the oldest row that waits, in seconds.
    pub oldest_s: u64,
    /// Rows of cards that are behind.
    pub cards_behind: u64,
    /// Which lease was taken last by whom.
    pub holders: Vec<(String, String)>,
    /// Size of SQLite's log in bytes.
    pub wal_bytes: u64,
}

impl Ledger {
    /// How the books stand.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn figures(&self) -> Result<Figures, LedgerError> {
        let now = self.shared.clock.now();
        let (outbox, webhooks) = (self.outbox_depth().await?, self.deliveries_depth().await?);
        in_time(async {
            let oldest: Option<Option<NaiveDateTime>> = outbox::Entity::find()
                .select_only()
                .column_as(outbox::Column::CreatedAt.min(), "oldest")
                .filter(outbox::Column::SentAt.is_null())
                .filter(outbox::Column::FailedAt.is_null())
                .into_tuple()
                .one(&self.readers)
                .await?;
            let age = oldest.flatten().map(|at| (now - at.and_utc()).num_seconds()).unwrap_or_default();
            let behind = cards::Entity::find().filter(cards::Column::DueAt.is_not_null());
            let leases = leases::Entity::find().all(&self.readers).await?;
            Ok(Figures {
                outbox,
                webhooks,
                oldest_s: u64::try_from(age).unwrap_or_default(),
                cards_behind: behind.count(&self.readers).await?,
                holders: leases.into_iter().map(|lease| (lease.name, lease.holder)).collect(),
                wal_bytes: self.shared.file.as_ref().map_or(0, super::connect::FileMark::log_bytes),
            })
        })
        .await
    }
}
