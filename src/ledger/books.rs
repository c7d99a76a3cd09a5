//! Which books it is that memory was filled from. A PostgreSQL server that takes over may lack what the last one committed
//! (asynchronous replication, a restored backup): then nothing may be answered from memory that is not in these.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use sea_orm::{ConnectionTrait, DbErr};

use super::{Ledger, dialect};

/// The server that answers, and how many answered before it.
#[derive(Default)]
pub(super) struct Books {
    server: Mutex<Option<String>>,
    before: AtomicU64,
}

impl Books {
    /// The books that this connection leads to.
    pub(super) async fn of(conn: &impl ConnectionTrait) -> Result<Self, DbErr> {
        let books = Self::default();
        books.look(conn).await?;
        Ok(books)
    }

    /// How many servers answered before this one.
    pub(super) fn number(&self) -> u64 {
        self.before.load(Ordering::Acquire)
    }

    /// Asks which server answers; gives whether it is another than the last time. A server that was started again is another:
    /// which of its files it found is not asked.
    pub(super) async fn look(&self, conn: &impl ConnectionTrait) -> Result<bool, DbErr> {
        let Some(question) = dialect::which_server(conn.get_database_backend()) else { return Ok(false) };
        let answer = conn.query_one_raw(question).await?;
        let found = answer.map(|row| row.try_get_by_index::<String>(0)).transpose()?;
        let mut server = self.server.lock().unwrap_or_else(PoisonError::into_inner);
        // The first is no other.
        let is_other = server.is_some() && *server != found;
        if is_other {
            self.before.fetch_add(1, Ordering::AcqRel);
        }
        *server = found;
        Ok(is_other)
    }
}

impl Ledger {
    /// Grows when another server answers than before; what was kept in memory before then must not be told any more.
    #[must_use]
    pub fn books(&self) -> u64 {
        self.shared.books.number()
    }
}
