//! One transaction for a batch: load, decide, write, and last the keys.
//!
//! Nothing here waits for a caller, and no caller's disappearance can leave it half done: a writer task owns it.
//! Whatever goes wrong ends the transaction; commit is never called after an error (PostgreSQL would roll back and
//! report success).

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use super::enter::{Decided, Entered};
use super::opening::Opening;
use super::shared::{Job, Shared};
use super::submissions::{self, Incoming};
use super::transaction::{Connection, Transaction};
use super::write::Before;
use super::{LedgerError, load, lookup};
use crate::domain::decide::{Ruling, decide};
use crate::domain::operation::Request;
use crate::domain::outcome::Outcome;
use crate::domain::receipt::Receipt;
use crate::domain::world::World;
use crate::points::Points;

/// How a batch ended.
pub(super) enum End {
    /// A receipt for each job, in their order.
    Answered(Vec<Receipt>),
    /// Somebody else used one of the keys at this moment: nothing was written, and it has to run again.
    Lost,
}

/// Runs `jobs`, no two of one key, in one transaction.
pub(super) async fn run(conn: &mut Connection, jobs: &[&Job], shared: &Shared) -> Result<End, LedgerError> {
    let now = shared.clock.now();
    let cutoff = shared.cutoff(now);
    shared.reach("begin").await?;
    let txn = conn.begin().await?;
    match within(&txn, jobs, shared, now, cutoff).await {
        Ok(Some(batch)) => {
            shared.reach("commit.before").await?;
            conn.commit(txn).await?;
            shared.reach("commit.after").await?;
            batch.entered.tell(shared);
            answers(conn, jobs, batch, shared).await.map(End::Answered)
        }
        Ok(None) => {
            conn.rollback(txn).await?;
            Ok(End::Lost)
        }
        Err(error) => {
            // The connection is thrown away after an error, and the transaction with it.
            drop(conn.rollback(txn).await);
            Err(error)
        }
    }
}

/// What one transaction has done, not yet told.
#[derive(Default)]
struct Batch {
    used: BTreeMap<String, lookup::StoredKey>,
    /// Submissions whose items are there though their key is not; `true` where they are the same.
    submitted_before: BTreeMap<String, bool>,
    entered: Entered,
}

async fn within(
    txn: &Transaction,
    jobs: &[&Job],
    shared: &Shared,
    now: DateTime<Utc>,
    cutoff: DateTime<Utc>,
) -> Result<Option<Batch>, LedgerError> {
    let Opening { used, roster, items, alone } = Opening::read(txn, jobs, now, cutoff).await?;
    let unused: Vec<&Job> =
        jobs.iter().copied().filter(|job| !used.contains_key(job.request.key.as_str())).collect();
    let mut batch = Batch { used, ..Batch::default() };
    if unused.is_empty() {
        return Ok(Some(batch));
    }
    let requests: Vec<&Request> = unused.iter().map(|job| &job.request).collect();
    let world = load::world(txn, &requests, (roster, items), shared.rulebook.clone(), now).await?;
    shared.reach("loaded").await?;
    let before = world.items.iter().map(|(id, item)| (*id, Before::of(item))).collect();
    let (rulings, after) = decided(world, &requests, &shared.points)?;

    let Some(done) = outcomes(txn, &unused, &rulings, &mut batch, &after).await? else { return Ok(None) };
    if done.is_empty() {
        return Ok(Some(batch));
    }
    let decided = Decided { done, rulings, before, after, alone, now, cutoff };
    let Some(entered) = decided.enter(txn, shared).await? else { return Ok(None) };
    Ok(Some(Batch { entered, ..batch }))
}

fn decided(
    world: World,
    requests: &[&Request],
    points: &Points,
) -> Result<(Vec<Ruling>, World), LedgerError> {
    let decide = || {
        requests.iter().for_each(|request| points.pass(&format!("decide {}", request.key)));
        decide(world, requests)
    };
    catch_unwind(AssertUnwindSafe(decide)).map_err(|_| LedgerError::Panicked)
}

/// The outcome of each job that uses its key up; `None` when a submission lost a race for its items.
async fn outcomes<'a>(
    txn: &Transaction,
    jobs: &[&'a Job],
    rulings: &[Ruling],
    batch: &mut Batch,
    world: &World,
) -> Result<Option<Vec<(&'a Job, Outcome)>>, DbErr> {
    let pairs = || jobs.iter().copied().zip(rulings);
    let incoming: Vec<Incoming<'_>> = pairs()
        .filter_map(|(job, ruling)| match ruling {
            Ruling::Insert { known } => Some(Incoming { request: &job.request, known }),
            _ => None,
        })
        .collect();
    let mut inserted = submissions::insert(txn, &incoming, &world.rulebook, world.now).await?;
    let mut done = Vec::with_capacity(jobs.len());
    for (job, ruling) in pairs() {
        let request = &job.request;
        match ruling {
            Ruling::Decided { outcome, .. } => done.push((job, outcome.clone())),
            Ruling::Insert { known } => {
                let ids = inserted.remove(request.key.as_str()).unwrap_or_default();
                if ids.len() != request.operation.rows() {
                    return Ok(None);
                }
                done.push((job, Outcome::Submitted { ids, known: known.values().copied().collect() }));
            }
            Ruling::SubmittedBefore { same } => {
                batch.submitted_before.insert(request.key.as_str().to_owned(), *same);
            }
        }
    }
    Ok(Some(done))
}

/// The receipts of a committed batch, in the order of its jobs.
async fn answers(
    conn: &mut Connection,
    jobs: &[&Job],
    mut batch: Batch,
    shared: &Shared,
) -> Result<Vec<Receipt>, LedgerError> {
    let mut receipts = Vec::with_capacity(jobs.len());
    for job in jobs {
        let Request { key, scope, .. } = &job.request;
        let receipt = if let Some(receipt) = batch.entered.receipts.remove(key.as_str()) {
            receipt
        } else if let Some(stored) = batch.used.get(key.as_str()) {
            lookup::receipt(conn.pool(), key, scope, stored, Some(&job.token), &shared.people).await?
        } else {
            let same = batch.submitted_before.get(key.as_str()).copied().unwrap_or_default();
            lookup::submission(conn.pool(), key, scope, same, &shared.people).await?
        };
        receipts.push(receipt);
    }
    Ok(receipts)
}
