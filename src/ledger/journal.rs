//! All operations in the order of time, page by page: no read is held open, however long the log is.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::convert::{self, naive};
use super::entity::operations::{Column, Entity, Model};
use super::{Ledger, LedgerError, in_time};
use crate::domain::export::Logged;

/// A place between two operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// After those of before that time.
    at: DateTime<Utc>,
    /// And after those of that time with at most this number.
    number: i64,
}

impl Bookmark {
    /// Before the operations of this time.
    #[must_use]
    pub const fn before(at: DateTime<Utc>) -> Self {
        Self { at, number: 0 }
    }

    /// Behind this one.
    #[must_use]
    pub const fn behind(logged: &Logged) -> Self {
        Self { at: logged.at, number: logged.number }
    }
}

impl Ledger {
    /// The place before the operation with this number, where there is one.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn place_of(&self, number: i64) -> Result<Option<Bookmark>, LedgerError> {
        let found = in_time(async { Ok(Entity::find_by_id(number).one(&self.readers).await?) }).await?;
        Ok(found.map(|row| Bookmark { at: row.created_at.and_utc(), number: number - 1 }))
    }

    /// The operations behind that place, or all, until then: at most so many, in the order of time.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn journal(
        &self,
        behind: Option<Bookmark>,
        until: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<Logged>, LedgerError> {
        let mut found = Entity::find().filter(Column::CreatedAt.lte(naive(until)));
        if let Some(Bookmark { at, number }) = behind {
            let at = naive(at);
            // The first of the two is what the index is searched by.
            found = found.filter(Column::CreatedAt.gte(at));
            found = found.filter(Column::CreatedAt.gt(at).or(Column::Id.gt(number)));
        }
        let sorted = found.order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).limit(limit);
        let rows = in_time(async { Ok(sorted.all(&self.readers).await?) }).await?;
        rows.into_iter().map(|row| self.logged(row)).collect()
    }

    fn logged(&self, row: Model) -> Result<Logged, LedgerError> {
        let outcome = convert::outcome(&row)?;
        let name = self.shared.people.names(std::iter::once(row.actor.clone())).into_values().next();
        let Model { id: number, created_at, actor: by, verb, key, .. } = row;
        Ok(Logged { number, at: created_at.and_utc(), by, name, verb, key, outcome })
    }
}
