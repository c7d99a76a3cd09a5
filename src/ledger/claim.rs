//! Claims the keys: the last write of every transaction, and the one that decides a race.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ConnectionTrait, DbErr};

use super::convert::naive;
use super::entity::idempotency_keys::{Column, Entity};

/// A key about to be used up.
pub(super) struct Claim<'a> {
    pub(super) key: &'a str,
    pub(super) scope_hash: &'a str,
    pub(super) operation: i64,
    pub(super) token: &'a str,
}

/// Inserts `claims` sorted by key, so that two writers never wait for each other in a ring. An expired key is taken
/// over whole. Gives the keys that are ours now; one that is missing was used by somebody else first.
pub(super) async fn keys(
    conn: &impl ConnectionTrait,
    claims: &mut [Claim<'_>],
    now: DateTime<Utc>,
    cutoff: DateTime<Utc>,
) -> Result<BTreeSet<String>, DbErr> {
    claims.sort_by_key(|claim| claim.key);
    let columns = [
        Column::Key,
        Column::ScopeHash,
        Column::Status,
        Column::CreatedAt,
        Column::OperationId,
        Column::Token,
    ];
    let mut insert = Query::insert();
    insert.into_table(Entity).columns(columns);
    for claim in claims.iter() {
        insert.values_panic([
            Expr::value(claim.key),
            Expr::value(claim.scope_hash),
            Expr::value("applied"),
            Expr::value(naive(now)),
            Expr::value(claim.operation),
            Expr::value(claim.token),
        ]);
    }
    let taken_over = OnConflict::column(Column::Key)
        .update_columns(columns)
        .action_and_where(Expr::col((Entity, Column::CreatedAt)).lt(naive(cutoff)))
        .to_owned();
    insert.on_conflict(taken_over).returning(Query::returning().column(Column::Key));
    conn.query_all(&insert).await?.iter().map(|row| row.try_get("", "key")).collect()
}
