//! One table from here to there. The list of tables stands here, once.

use futures_util::{Stream, TryStreamExt};
use sea_orm::sea_query::{Expr, Order, Query};
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, Iterable, ModelTrait, PrimaryKeyToColumn,
    PrimaryKeyTrait, QueryOrder, Statement, Value,
};

use super::canonical::Rows;
use super::{Copied, CopyError};
use crate::ledger::{dialect, entity};
use crate::limits::{COPY_ROWS, STATEMENT_VARIABLES_MAX};
use crate::points::Points;

/// Every table there is, each after those it points to. A test holds it against the schema.
macro_rules! every_table {
    ($($table:ident),* $(,)?) => {
        /// The names of the tables that are copied, in this order.
        pub const TABLES: &[&str] = &[$(stringify!($table)),*];

        impl Run<'_> {
            /// Each table in its turn.
            pub(super) async fn all(&mut self) -> Result<Vec<Copied>, CopyError> {
                Ok(vec![$(self.table::<entity::$table::Entity>(stringify!($table)).await?),*])
            }
        }
    };
}
every_table!(
    meta,
    people,
    deciding_clients,
    chats,
    pending_items,
    approvals,
    operations,
    idempotency_keys,
    outbox,
    cards,
    prompts,
    decision_log,
    decision_head,
    deliveries,
    receivers,
    leases,
);

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where it is.
    pub table: &'static str,
    /// Rows of it that were done.
    pub rows: u64,
    /// Rows it has.
    pub of: u64,
    /// They are being read back.
    pub verifies: bool,
}

/// From which transaction to which.
pub(super) struct Run<'a> {
    pub(super) from: &'a DatabaseTransaction,
    pub(super) to: &'a DatabaseTransaction,
    /// The target is empty; else it is only held against the source.
    pub(super) writes: bool,
    pub(super) points: &'a Points,
    pub(super) progress: &'a mut (dyn FnMut(Progress) + Send),
}

impl Run<'_> {
    async fn table<E: EntityTrait>(&mut self, table: &'static str) -> Result<Copied, CopyError> {
        let failed = |cause| CopyError::Table { table, cause };
        let columns = format!("SELECT count(*) FROM pragma_table_info('{table}')");
        if number(self.from, columns).await.map_err(failed)? != E::Column::iter().count() as u64 {
            let cause = DbErr::Custom("it has other columns than this program knows".to_owned());
            return Err(failed(cause));
        }
        let of = number(self.from, format!("SELECT count(*) FROM {table}")).await.map_err(failed)?;
        let before = number(self.to, format!("SELECT count(*) FROM {table}")).await.map_err(failed)?;
        if !self.writes && before != of {
            return Err(CopyError::Holds { table });
        }
        let read = if self.writes {
            self.written::<E>(table, of).await?
        } else {
            self.read::<E>(self.from, table, of).await.map_err(failed)?
        };
        let kept = self.read::<E>(self.to, table, of).await.map_err(failed)?;
        let (rows, hash) = (read.count, read.hash());
        if (rows, &hash) == (kept.count, &kept.hash()) {
            return Ok(Copied { table, rows, hash });
        }
        if !self.writes {
            return Err(CopyError::Holds { table });
        }
        let found = if rows == kept.count {
            format!("other contents in {rows} rows")
        } else {
            format!("{} rows and not {rows}", kept.count)
        };
        Err(CopyError::Differs { table, found })
    }

    /// Writes what it reads; the number that the next new row gets there is the one it would have got here.
    async fn written<E: EntityTrait>(&mut self, table: &'static str, of: u64) -> Result<Rows, CopyError> {
        let failed = |cause| CopyError::Table { table, cause };
        // The schema's steps leave rows in new tables.
        self.to.execute_unprepared(&format!("DELETE FROM {table}")).await.map_err(failed)?;
        let (mut taken, mut waiting) = (Rows::default(), Vec::new());
        let most = COPY_ROWS.min(STATEMENT_VARIABLES_MAX / E::Column::iter().count());
        {
            let from = self.from;
            let mut rows = std::pin::pin!(rows::<E>(from).await.map_err(failed)?);
            while let Some(row) = rows.try_next().await.map_err(failed)? {
                taken.take(&row).map_err(failed)?;
                waiting.push(row);
                if waiting.len() == most {
                    self.write::<E>(std::mem::take(&mut waiting)).await.map_err(failed)?;
                    self.tells(table, (taken.count, of), false);
                    self.points.reach("copy.rows").await?;
                }
            }
        }
        if !waiting.is_empty() {
            self.write::<E>(waiting).await.map_err(failed)?;
        }
        if E::PrimaryKey::auto_increment() {
            // SQLite remembers numbers whose rows are gone: buttons and receipts may still name them.
            let last = format!("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = '{table}'");
            let last = number(self.from, last).await.map_err(failed)?;
            dialect::go_on_after(self.to, table, last).await.map_err(failed)?;
        }
        self.to.execute_unprepared(&format!("ANALYZE {table}")).await.map_err(failed)?;
        self.points.reach("copy.table").await?;
        Ok(taken)
    }

    async fn write<E: EntityTrait>(&self, rows: Vec<Vec<Value>>) -> Result<(), DbErr> {
        let mut insert = Query::insert();
        insert.into_table(E::default()).columns(E::Column::iter());
        for row in rows {
            insert.values_panic(row.into_iter().map(Expr::value));
        }
        self.to.execute(&insert).await.map(|_| ())
    }

    async fn read<E: EntityTrait>(
        &mut self,
        txn: &DatabaseTransaction,
        table: &'static str,
        of: u64,
    ) -> Result<Rows, DbErr> {
        let mut taken = Rows::default();
        let mut rows = std::pin::pin!(rows::<E>(txn).await?);
        while let Some(row) = rows.try_next().await? {
            taken.take(&row)?;
            if taken.count.is_multiple_of(COPY_ROWS as u64) {
                self.tells(table, (taken.count, of), true);
            }
        }
        Ok(taken)
    }

    fn tells(&mut self, table: &'static str, (rows, of): (u64, u64), verifies: bool) {
        (self.progress)(Progress { table, rows, of, verifies });
    }
}

/// Whether nothing stands in the tables but what the schema's own steps leave: the log's head.
pub(super) async fn are_empty(txn: &DatabaseTransaction) -> Result<bool, DbErr> {
    for table in TABLES {
        let rows = if *table == "decision_head" { "decision_head WHERE number > 0" } else { table };
        if number(txn, format!("SELECT count(*) FROM (SELECT 1 FROM {rows} LIMIT 1) AS first")).await? > 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn number(txn: &DatabaseTransaction, sql: String) -> Result<u64, DbErr> {
    let asked = Statement::from_string(txn.get_database_backend(), sql);
    let row = txn.query_one_raw(asked).await?;
    let found = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
    Ok(found.unwrap_or_default().unsigned_abs())
}

/// The rows in the order of their keys, which is the same on both databases; each as its columns' values.
async fn rows<E: EntityTrait>(
    txn: &DatabaseTransaction,
) -> Result<impl Stream<Item = Result<Vec<Value>, DbErr>>, DbErr> {
    let by_key = E::PrimaryKey::iter().fold(E::find(), |select, key| {
        let place = dialect::by_bytes(txn.get_database_backend(), key.into_column());
        select.order_by(place, Order::Asc)
    });
    let rows = by_key.stream(txn).await?;
    Ok(rows.map_ok(|row| E::Column::iter().map(|column| row.get(column)).collect()))
}
