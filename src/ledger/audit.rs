//! The audit of the books: each key has its operation, each operation its effects, each effect its operation.
//!
//! It only reads. Tests end in it, and `countersign check` may run it on a live database: what one transaction writes
//! appears at once, so that no order of reading shows a half of it, and a finding is looked at twice before it counts.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::LedgerError;
use super::convert;
use super::entity::{approvals, idempotency_keys, operations, pending_items};
use crate::domain::outcome::Outcome;

/// Rows read by one statement.
const ROWS: u64 = 500;

/// What does not fit, a line each.
pub(super) async fn findings(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let first = look(conn).await?;
    if first.is_empty() {
        return Ok(first);
    }
    let second = look(conn).await?;
    Ok(second.into_iter().filter(|finding| first.contains(finding)).collect())
}

async fn look(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let mut findings = keys_without_operation(conn).await?;
    findings.extend(votes_without_operation(conn).await?);
    findings.extend(items_against_votes(conn).await?);
    findings.extend(operations_against_effects(conn).await?);
    Ok(findings)
}

async fn keys_without_operation(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let same = Query::select()
        .expr(Expr::val(1))
        .from(operations::Entity)
        .and_where(
            Expr::col((operations::Entity, operations::Column::Id))
                .equals((idempotency_keys::Entity, idempotency_keys::Column::OperationId)),
        )
        .and_where(
            Expr::col((operations::Entity, operations::Column::Key))
                .equals((idempotency_keys::Entity, idempotency_keys::Column::Key)),
        )
        .to_owned();
    let rows =
        idempotency_keys::Entity::find().filter(Expr::exists(same).not()).limit(ROWS).all(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| format!("the key {} has no operation R{}", row.key, row.operation_id))
        .collect())
}

async fn votes_without_operation(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let same = Query::select()
        .expr(Expr::val(1))
        .from(operations::Entity)
        .and_where(
            Expr::col((operations::Entity, operations::Column::Key))
                .equals((approvals::Entity, approvals::Column::Key)),
        )
        .to_owned();
    let rows = approvals::Entity::find().filter(Expr::exists(same).not()).limit(ROWS).all(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| format!("vote {} on item #{} has no operation", row.id, row.item_id))
        .collect())
}

/// A decided item has exactly one live vote in its round, a pending one none.
async fn items_against_votes(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let votes = Query::select()
        .expr(Func::count(Expr::col((approvals::Entity, approvals::Column::Id))))
        .from(approvals::Entity)
        .and_where(
            Expr::col((approvals::Entity, approvals::Column::ItemId))
                .equals((pending_items::Entity, pending_items::Column::Id)),
        )
        .and_where(
            Expr::col((approvals::Entity, approvals::Column::Round))
                .equals((pending_items::Entity, pending_items::Column::Round)),
        )
        .and_where(approvals::Column::WithdrawnAt.is_null())
        .to_owned();
    let wanted = Expr::case(pending_items::Column::State.is_in(["approved", "rejected"]), 1).finally(0);
    let counted = Expr::SubQuery(None, Box::new(votes.into()));
    let rows = pending_items::Entity::find().filter(counted.ne(wanted)).limit(ROWS).all(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| format!("item #{} is {} but its votes say otherwise", row.id, row.state))
        .collect())
}

/// Each operation has exactly the effects its outcome tells: a vote under its key for each item done.
async fn operations_against_effects(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let mut findings = Vec::new();
    let mut after = 0;
    loop {
        let page = operations::Entity::find()
            .filter(operations::Column::Id.gt(after))
            .order_by_asc(operations::Column::Id)
            .limit(ROWS)
            .all(conn)
            .await?;
        let Some(last) = page.last() else { return Ok(findings) };
        after = last.id;
        let votes = votes_by_key(conn, &page).await?;
        for row in &page {
            let wanted: Vec<i64> = match convert::outcome(row)? {
                Outcome::Decided { done, .. } => done.iter().map(|id| id.get()).collect(),
                Outcome::Submitted { .. } | Outcome::Refused { .. } => Vec::new(),
            };
            let found = votes.get(&(row.key.clone(), row.created_at)).cloned().unwrap_or_default();
            if wanted != found {
                findings
                    .push(format!("R{} ({}) decided {wanted:?}, its votes are {found:?}", row.id, row.key));
            }
        }
    }
}

/// Votes by key and time: an expired key may have been used for another operation since.
async fn votes_by_key(
    conn: &impl ConnectionTrait,
    page: &[operations::Model],
) -> Result<BTreeMap<(String, NaiveDateTime), Vec<i64>>, LedgerError> {
    let rows = approvals::Entity::find()
        .filter(approvals::Column::Key.is_in(page.iter().map(|row| row.key.as_str())))
        .order_by_asc(approvals::Column::Id)
        .all(conn)
        .await?;
    let mut votes: BTreeMap<(String, NaiveDateTime), Vec<i64>> = BTreeMap::new();
    for row in rows {
        votes.entry((row.key, row.created_at)).or_default().push(row.item_id);
    }
    Ok(votes)
}
