//! Claims the keys: the last write of every transaction, and the one that decides a race.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};

use super::convert::naive;
use super::entity::idempotency_keys::{Column, Entity};
use super::shared::Job;
use super::trip::Trip;
use crate::domain::operation::Request;
use crate::domain::outcome::Outcome;

/// A key about to be used up.
struct Claim<'a> {
    key: &'a str,
    scope_hash: &'a str,
    operation: i64,
    token: &'a str,
}

/// Claims the keys of these jobs' operations, by the operations' numbers; gives how many they are. Counted are those that are
/// ours now; one that is missing was used by somebody else first.
pub(super) fn of(
    trip: &mut Trip,
    done: &[(&Job, Outcome)],
    numbers: &BTreeMap<String, i64>,
    (now, cutoff): (DateTime<Utc>, DateTime<Utc>),
) -> u64 {
    let mut claims = Vec::with_capacity(done.len());
    for (job, _) in done {
        let Request { key, scope, .. } = &job.request;
        if let Some(operation) = numbers.get(key.as_str()).copied() {
            claims.push(Claim { key: key.as_str(), scope_hash: scope.hash(), operation, token: &job.token });
        }
    }
    keys(trip, &mut claims, now, cutoff);
    claims.len() as u64
}

/// Inserts `claims` sorted by key, so that two writers never wait for each other in a ring. An expired key is taken
/// over whole.
fn keys(trip: &mut Trip, claims: &mut [Claim<'_>], now: DateTime<Utc>, cutoff: DateTime<Utc>) {
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
    insert.on_conflict(taken_over);
    trip.count(&insert);
}
