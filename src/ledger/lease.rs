//! What only one instance may do at a time. The holder renews its lease; when it dies or hangs, another takes it, with
//! a higher epoch, and what the old holder still writes has no effect.

use std::time::Duration;

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter};

use super::entity::leases::{Column, Entity};
use super::{Ledger, LedgerError, dialect};

/// Polling and sending: Telegram's limits are per bot.
pub const TELEGRAM: &str = "telegram";
/// Pruning and what else keeps the house.
pub const HOUSEKEEPING: &str = "housekeeping";

/// The condition that the lease `name` still has this epoch.
pub(super) fn is_held(name: &str, epoch: i64) -> Condition {
    let held = Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(Expr::col((Entity, Column::Name)).eq(name))
        .and_where(Expr::col((Entity, Column::Epoch)).eq(epoch))
        .to_owned();
    Condition::all().add(Expr::exists(held))
}

/// Whether the lease `name` still has this epoch.
pub(super) async fn holds(conn: &impl ConnectionTrait, name: &str, epoch: i64) -> Result<bool, DbErr> {
    let held = Entity::find_by_id(name.to_owned()).filter(Column::Epoch.eq(epoch)).one(conn).await?;
    Ok(held.is_some())
}

/// A lease is over at its time; on SQLite, whose one clock may be set back, also when it ends later than any could.
fn over(moment: &impl Fn(Duration) -> Expr, life: Duration, backend: DbBackend) -> Expr {
    let until = Expr::col((Entity, Column::Until));
    let over = until.clone().lt(moment(Duration::ZERO));
    if backend == DbBackend::Sqlite { over.or(until.gt(moment(life))) } else { over }
}

impl Ledger {
    /// Takes the lease `name` for so long, or renews it: the epoch under which `holder` has it, or `None` while
    /// another has it. PostgreSQL's own clock counts there, so that the instances' clocks need not agree.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn lease(
        &self,
        name: &'static str,
        holder: &str,
        life: Duration,
    ) -> Result<Option<i64>, LedgerError> {
        let holder = holder.to_owned();
        let taken = self.chore(move |conn, shared| {
            Box::pin(async move {
                let backend = conn.get_database_backend();
                let moment = |later| dialect::lease_time(backend, shared.clock.now(), later);
                let same = Expr::col((Entity, Column::Holder)).eq(holder.as_str());
                let epoch = Expr::col((Entity, Column::Epoch));
                let over = OnConflict::column(Column::Name)
                    .update_columns([Column::Holder, Column::Until])
                    .value(Column::Epoch, Expr::case(same.clone(), epoch.clone()).finally(epoch.add(1)))
                    .action_and_where(same.or(over(&moment, life, backend)))
                    .to_owned();
                let mut insert = Query::insert();
                insert
                    .into_table(Entity)
                    .columns([Column::Name, Column::Holder, Column::Epoch, Column::Until])
                    .values_panic([
                        Expr::value(name),
                        Expr::value(holder.as_str()),
                        Expr::value(1_i64),
                        moment(life),
                    ])
                    .on_conflict(over)
                    .returning(Query::returning().column(Column::Epoch));
                let row = conn.query_one(&insert).await?;
                let epoch = row.map(|row| row.try_get::<i64>("", "epoch")).transpose()?;
                Ok(epoch.map_or(0, i64::unsigned_abs))
            })
        });
        Ok(i64::try_from(taken.await?).ok().filter(|epoch| *epoch > 0))
    }

    /// Gives the lease back, so that another instance need not wait for its end.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn release(&self, name: &'static str, holder: &str) -> Result<(), LedgerError> {
        let holder = holder.to_owned();
        let given_back = self.chore(move |conn, shared| {
            Box::pin(async move {
                let over =
                    dialect::lease_time(conn.get_database_backend(), shared.clock.now(), Duration::ZERO);
                let update = Entity::update_many().col_expr(Column::Until, over);
                let ours = update.filter(Column::Name.eq(name)).filter(Column::Holder.eq(holder));
                Ok(ours.exec(conn).await?.rows_affected)
            })
        });
        given_back.await.map(|_| ())
    }
}
