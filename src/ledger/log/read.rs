//! Reading the log: pages after a number, for those who follow it.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::super::entity::decision_log;
use super::super::{Ledger, LedgerError, in_time};
use crate::domain::key::ClientName;
use crate::domain::release::Sealed;

/// Which part of the log is asked for.
#[derive(Clone, Debug, Default)]
pub struct Since {
    /// Only rows with a greater number.
    pub after: i64,
    /// At most this many.
    pub limit: u64,
    /// Only this client's.
    pub client: Option<ClientName>,
}

/// What [`Ledger::decisions`] found.
#[derive(Clone, Debug, Default)]
pub struct LogPage {
    /// The rows with their numbers, in order.
    pub rows: Vec<(i64, Sealed)>,
    /// Whether there are more.
    pub more: bool,
    /// The number of the log's last row, where the page has none: whoever has read further has read another log.
    pub end: Option<i64>,
}

impl Ledger {
    /// A page of the log.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn decisions(&self, since: Since) -> Result<LogPage, LedgerError> {
        in_time(async {
            let wanted = usize::try_from(since.limit).unwrap_or(usize::MAX);
            let mut rows = rows(&self.readers, &Since { limit: since.limit + 1, ..since }).await?;
            let more = rows.len() > wanted;
            rows.truncate(wanted);
            let end = if rows.is_empty() { Some(super::head(&self.readers).await?.number) } else { None };
            Ok(LogPage { rows, more, end })
        })
        .await
    }
}

/// The rows with their numbers, in order.
pub(in crate::ledger) async fn rows(
    conn: &impl ConnectionTrait,
    since: &Since,
) -> Result<Vec<(i64, Sealed)>, LedgerError> {
    let mut all = decision_log::Entity::find().filter(decision_log::Column::Number.gt(since.after));
    if let Some(client) = &since.client {
        all = all.filter(decision_log::Column::Client.eq(client.as_str()));
    }
    let rows = all.order_by_asc(decision_log::Column::Number).limit(since.limit).all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.number, Sealed { entry: row.entry, hash: row.hash })).collect())
}
