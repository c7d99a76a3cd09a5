//! What clients did with their own items, against the operations that tell of it: both ways.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDateTime;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::ROWS;
use crate::domain::item::ItemState;
use crate::domain::outcome::Outcome;
use crate::ledger::LedgerError;
use crate::ledger::convert;
use crate::ledger::entity::{operations, pending_items};

/// An item, when it was closed, and what was reported of it (nothing where it was withdrawn).
type Closed = (i64, NaiveDateTime, Option<String>);

/// What does not fit, a line each.
pub(super) async fn findings(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let mut findings = effects_without_operation(conn).await?;
    findings.extend(operations_without_effect(conn).await?);
    Ok(findings)
}

async fn effects_without_operation(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let (mut findings, mut after) = (Vec::new(), 0);
    loop {
        let closed = pending_items::Column::State.eq(ItemState::Withdrawn.code());
        let rows = pending_items::Entity::find()
            .filter(sea_orm::Condition::any().add(closed).add(pending_items::Column::Issue.is_not_null()))
            .filter(pending_items::Column::Id.gt(after))
            .order_by_asc(pending_items::Column::Id)
            .limit(ROWS)
            .all(conn)
            .await?;
        let Some(last) = rows.last() else { return Ok(findings) };
        after = last.id;
        let odd = rows.iter().filter(|row| row.issue.is_some() && row.state != ItemState::Approved.code());
        findings.extend(odd.map(|row| format!("item #{} is {} and was reported about", row.id, row.state)));
        let found: Vec<Closed> = rows.iter().filter_map(closed_at).collect();
        let told = of_operations(conn, found.iter().map(|(_, at, _)| *at).collect()).await?;
        let lost = found.into_iter().filter(|closed| !told.contains(closed));
        findings.extend(lost.map(|(id, ..)| format!("no operation closed item #{id} as it is")));
    }
}

fn closed_at(row: &pending_items::Model) -> Option<Closed> {
    let at = if row.issue.is_some() { row.issued_at } else { row.decided_at };
    at.map(|at| (row.id, at, row.issue.clone()))
}

/// What the operations of these moments say that they closed.
async fn of_operations(
    conn: &impl ConnectionTrait,
    moments: BTreeSet<NaiveDateTime>,
) -> Result<BTreeSet<Closed>, LedgerError> {
    let rows = operations::Entity::find()
        .filter(operations::Column::Verb.is_in(["withdraw", "issue"]))
        .filter(operations::Column::CreatedAt.is_in(moments))
        .all(conn)
        .await?;
    let mut told = BTreeSet::new();
    for row in rows {
        told.extend(done(&row)?);
    }
    Ok(told)
}

fn done(row: &operations::Model) -> Result<Vec<Closed>, LedgerError> {
    let outcome = convert::outcome(row)?;
    let result = match &outcome {
        Outcome::Issued { result, .. } => Some(result.code().to_owned()),
        _ => None,
    };
    Ok(outcome.closed().iter().map(|id| (id.get(), row.created_at, result.clone())).collect())
}

async fn operations_without_effect(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let (mut findings, mut after) = (Vec::new(), 0);
    loop {
        let page = operations::Entity::find()
            .filter(operations::Column::Verb.is_in(["withdraw", "issue"]))
            .filter(operations::Column::Id.gt(after))
            .order_by_asc(operations::Column::Id)
            .limit(ROWS)
            .all(conn)
            .await?;
        let Some(last) = page.last() else { return Ok(findings) };
        after = last.id;
        let mut told: BTreeMap<Closed, i64> = BTreeMap::new();
        for row in &page {
            told.extend(done(row)?.into_iter().map(|closed| (closed, row.id)));
        }
        let ids: BTreeSet<i64> = told.keys().map(|(id, ..)| *id).collect();
        let items =
            pending_items::Entity::find().filter(pending_items::Column::Id.is_in(ids)).all(conn).await?;
        let found: BTreeSet<Closed> = items.iter().filter_map(closed_at).collect();
        let lost = told.iter().filter(|(closed, _)| !found.contains(*closed));
        findings
            .extend(lost.map(|((id, ..), number)| format!("R{number} closed item #{id}, which is not so")));
    }
}
