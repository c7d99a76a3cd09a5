//! The audit of the books: each key has its operation, each operation its effects and its answer, each effect its
//! operation and somebody who might; the log of decisions is whole, and messages show and tell what there is.
//!
//! It only reads, a page at a time, so that it may run on a live database of any size (`countersign check`), and tests
//! end in it. A finding is looked at twice before it counts: a page and what belongs to it are two statements.

mod closed;
mod roles;
mod shown;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::convert::{self, naive};
use super::entity::{approvals, idempotency_keys, operations, outbox, pending_items};
use super::{LedgerError, deliveries, log};
use crate::domain::event;
use crate::domain::item::ItemState;
use crate::domain::operation::{Answered, Decision};
use crate::domain::outcome::Outcome;
use crate::limits::KEY_RETENTION_MIN;

/// Rows of one page.
const ROWS: u64 = 500;

/// What does not fit, a line each.
pub(super) async fn findings(
    conn: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<String>, LedgerError> {
    let first = look(conn, now).await?;
    if first.is_empty() {
        return Ok(first);
    }
    let second = look(conn, now).await?;
    Ok(second.into_iter().filter(|finding| first.contains(finding)).collect())
}

async fn look(conn: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Vec<String>, LedgerError> {
    let mut findings = keys_without_operation(conn).await?;
    findings.extend(votes_without_operation(conn).await?);
    findings.extend(items_against_votes(conn).await?);
    findings.extend(operations_against_effects(conn, now).await?);
    findings.extend(roles::findings(conn).await?);
    findings.extend(waiting::findings(conn).await?);
    findings.extend(log::findings(conn).await?);
    findings.extend(closed::findings(conn).await?);
    findings.extend(shown::findings(conn).await?);
    findings.extend(deliveries::findings(conn).await?);
    Ok(findings)
}

async fn keys_without_operation(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let mut findings = Vec::new();
    let mut after = String::new();
    loop {
        let keys: Vec<(String, i64)> = idempotency_keys::Entity::find()
            .select_only()
            .columns([idempotency_keys::Column::Key, idempotency_keys::Column::OperationId])
            .filter(idempotency_keys::Column::Key.gt(&after))
            .order_by_asc(idempotency_keys::Column::Key)
            .limit(ROWS)
            .into_tuple()
            .all(conn)
            .await?;
        let Some((last, _)) = keys.last() else { return Ok(findings) };
        after.clone_from(last);
        let named: Vec<(String, i64)> = operations::Entity::find()
            .select_only()
            .columns([operations::Column::Key, operations::Column::Id])
            .filter(operations::Column::Id.is_in(keys.iter().map(|(_, operation)| *operation)))
            .into_tuple()
            .all(conn)
            .await?;
        let named: BTreeSet<_> = named.into_iter().collect();
        let lost = keys.into_iter().filter(|row| !named.contains(row));
        findings.extend(lost.map(|(key, id)| format!("the key {key} has no operation R{id}")));
    }
}

async fn votes_without_operation(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let mut findings = Vec::new();
    let mut after = 0;
    loop {
        let votes: Vec<(i64, i64, String)> = approvals::Entity::find()
            .select_only()
            .columns([approvals::Column::Id, approvals::Column::ItemId, approvals::Column::Key])
            .filter(approvals::Column::Id.gt(after))
            .order_by_asc(approvals::Column::Id)
            .limit(ROWS)
            .into_tuple()
            .all(conn)
            .await?;
        let Some((last, ..)) = votes.last() else { return Ok(findings) };
        after = *last;
        let known: Vec<String> = operations::Entity::find()
            .select_only()
            .column(operations::Column::Key)
            .filter(operations::Column::Key.is_in(votes.iter().map(|(.., key)| key.as_str())))
            .into_tuple()
            .all(conn)
            .await?;
        let known: BTreeSet<_> = known.into_iter().collect();
        let lost = votes.into_iter().filter(|(.., key)| !known.contains(key));
        findings.extend(lost.map(|(id, item, _)| format!("vote {id} on item #{item} has no operation")));
    }
}

/// An approved item has as many live yeses as it needs, a rejected one a no, the last of them in its round; and one that
/// waits has no no. Where more than one is needed, yeses of people who may not decide any more can stand beside them.
async fn items_against_votes(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let mut findings = Vec::new();
    let mut after = 0;
    loop {
        let items: Vec<(i64, String, i32, String)> = pending_items::Entity::find()
            .select_only()
            .columns([pending_items::Column::Id, pending_items::Column::State])
            .columns([pending_items::Column::Round, pending_items::Column::Rules])
            .filter(pending_items::Column::Id.gt(after))
            .order_by_asc(pending_items::Column::Id)
            .limit(ROWS)
            .into_tuple()
            .all(conn)
            .await?;
        let Some((last, ..)) = items.last() else { return Ok(findings) };
        after = *last;
        let votes: Vec<(i64, i32, String)> = approvals::Entity::find()
            .select_only()
            .columns([approvals::Column::ItemId, approvals::Column::Round, approvals::Column::Decision])
            .filter(approvals::Column::ItemId.is_in(items.iter().map(|(id, ..)| *id)))
            .filter(approvals::Column::WithdrawnAt.is_null())
            .into_tuple()
            .all(conn)
            .await?;
        let mut of_item: BTreeMap<i64, Vec<(i32, String)>> = BTreeMap::new();
        votes.into_iter().for_each(|(id, round, code)| of_item.entry(id).or_default().push((round, code)));
        let odd = items.into_iter().filter(|(id, state, round, rules)| {
            let quorum = convert::rules(*id, rules).map_or(1, |rules| rules.quorum);
            !fits(state, *round, quorum, of_item.get(id).map_or(&[], Vec::as_slice))
        });
        findings
            .extend(odd.map(|(id, state, ..)| format!("item #{id} is {state} but its votes say otherwise")));
    }
}

fn fits(state: &str, round: i32, quorum: u32, votes: &[(i32, String)]) -> bool {
    let of = |decision: Decision| votes.iter().filter(move |(_, code)| code == decision.code());
    let (yeses, noes) = (of(Decision::Approve).count(), of(Decision::Reject).count());
    let now = |decision| of(decision).any(|(of_round, _)| *of_round == round);
    let quorum = usize::try_from(quorum).unwrap_or(usize::MAX);
    let alone = quorum == 1;
    match ItemState::from_code(state) {
        Some(ItemState::Approved) => {
            noes == 0 && yeses >= quorum && (yeses == 1 || !alone) && now(Decision::Approve)
        }
        Some(ItemState::Rejected) => noes == 1 && (yeses == 0 || !alone) && now(Decision::Reject),
        Some(_) => noes == 0 && (yeses == 0 || !alone),
        // A newer release's: it will know.
        None => true,
    }
}

/// Each operation has exactly the effects its outcome tells, a vote under its key for each item done; and what was to be
/// answered by the outbox stands there, as long as its key is sure to be kept.
async fn operations_against_effects(
    conn: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<String>, LedgerError> {
    let young = naive(now - KEY_RETENTION_MIN);
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
            let mut wanted: Vec<i64> = match convert::outcome(row)? {
                outcome @ Outcome::Decided { .. } => outcome.voted().iter().map(|id| id.get()).collect(),
                _ => Vec::new(),
            };
            let mut found = votes.get(&(row.key.clone(), row.created_at)).cloned().unwrap_or_default();
            wanted.sort_unstable();
            found.sort_unstable();
            if wanted != found {
                findings
                    .push(format!("R{} ({}) decided {wanted:?}, its votes are {found:?}", row.id, row.key));
            }
        }
        let posted = page
            .iter()
            .filter(|row| row.answered == Answered::Outbox.code() && row.created_at > young)
            .collect::<Vec<_>>();
        findings.extend(without_answer(conn, &posted).await?);
    }
}

async fn without_answer(
    conn: &impl ConnectionTrait,
    posted: &[&operations::Model],
) -> Result<Vec<String>, LedgerError> {
    let rows: Vec<String> = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::Dedupe)
        .filter(outbox::Column::Dedupe.is_in(posted.iter().map(|row| event::answer_to(&row.key))))
        .into_tuple()
        .all(conn)
        .await?;
    let rows: BTreeSet<_> = rows.into_iter().collect();
    let lost = posted.iter().filter(|row| !rows.contains(&event::answer_to(&row.key)));
    Ok(lost.map(|row| format!("the answer of R{} ({}) is not in the outbox", row.id, row.key)).collect())
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
