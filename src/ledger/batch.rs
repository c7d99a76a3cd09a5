//! One transaction for a batch: load, decide, write, and last the keys.
//!
//! Nothing here waits for a caller, and no caller's disappearance can leave it half done: a writer task owns it.
//! Whatever goes wrong ends the transaction; commit is never called after an error (PostgreSQL would roll back and
//! report success).

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::InsertStatement;
use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, TryGetableMany};

use super::opening::{self, Alone, Opening};
use super::people;
use super::shared::{Job, Shared};
use super::submissions::{self, Incoming};
use super::trip::Trip;
use super::write::{Before, Moved};
use super::{
    LedgerError, cards, claim, connect, dialect, load, lookup, news, outbox, release, roster, write,
};
use crate::domain::caller::{Actor, Profile};
use crate::domain::decide::{Ruling, decide};
use crate::domain::ids::ItemId;
use crate::domain::operation::Request;
use crate::domain::outcome::Outcome;
use crate::domain::receipt::{Receipt, Standing};
use crate::domain::release::Head;
use crate::domain::role::Role;
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
pub(super) async fn run(
    conn: &DatabaseConnection,
    jobs: &[&Job],
    shared: &Shared,
) -> Result<End, LedgerError> {
    let now = shared.clock.now();
    let cutoff = shared.cutoff(now);
    shared.reach("begin").await?;
    let txn = connect::begin(conn).await?;
    match within(&txn, jobs, shared, now, cutoff).await {
        Ok(Some(mut batch)) => {
            shared.reach("commit.before").await?;
            txn.commit().await?;
            shared.reach("commit.after").await?;
            shared.people.learn(&batch.profiles, &batch.roles);
            shared.posted(&batch.posted);
            if !batch.released.is_empty() {
                shared.released(batch.released.drain(..));
            }
            if batch.behind {
                shared.cards_due();
            }
            answers(conn, jobs, batch, shared).await.map(End::Answered)
        }
        Ok(None) => {
            txn.rollback().await?;
            Ok(End::Lost)
        }
        Err(error) => {
            // The connection is thrown away after an error, and the transaction with it.
            drop(txn.rollback().await);
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
    fresh: BTreeMap<String, Receipt>,
    profiles: BTreeMap<i64, Profile>,
    /// The roles that were changed.
    roles: BTreeMap<i64, Option<Role>>,
    /// The chats for which the outbox has new rows.
    posted: Vec<i64>,
    /// Whether cards may have fallen behind.
    behind: bool,
    /// The items whose decision is final now.
    released: Vec<ItemId>,
}

async fn within(
    txn: &DatabaseTransaction,
    jobs: &[&Job],
    shared: &Shared,
    now: DateTime<Utc>,
    cutoff: DateTime<Utc>,
) -> Result<Option<Batch>, LedgerError> {
    let Opening { used, roster, items, alone } = opening::read(txn, jobs, now, cutoff).await?;
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
    let (rulings, mut after) = decided(world, &requests, &shared.points)?;

    let Some(done) = outcomes(txn, &requests, &rulings, &mut batch, &after).await? else { return Ok(None) };
    if done.is_empty() {
        return Ok(Some(batch));
    }
    let Moved { votes, withdrawn, lapsed } = Moved::by(&rulings);
    let voted = votes.iter().chain(&withdrawn).chain(&lapsed).map(|vote| vote.item);
    let closed = done.iter().flat_map(|(_, outcome)| outcome.closed()).copied();
    let changed = voted.chain(closed).collect();
    release::ripen(&mut after, &changed);
    batch.behind = !changed.is_empty();
    batch.profiles = news::profiles(&done, &shared.people);
    batch.roles = news::roles(&done, &after.roster);
    let asked: Vec<&Request> = done.iter().map(|(request, _)| *request).collect();
    let pairs: Vec<(&Request, &Outcome)> =
        done.iter().map(|(request, outcome)| (*request, outcome)).collect();
    let mut trip = Trip::on(txn);
    write::items(&mut trip, &changed, &before, &after);
    write::votes(&mut trip, &votes, now);
    write::withdraw(&mut trip, &withdrawn, false, now);
    write::withdraw(&mut trip, &lapsed, true, now);
    cards::due(&mut trip, &changed, now);
    people::store(&mut trip, &batch.profiles, now);
    roster::write(&mut trip, &batch.roles, &after.roster, now);
    roster::join(&mut trip, &after.roster, now);
    let (held_up, head, given) = known((txn, &mut trip), alone, (&asked, &pairs), now).await?;
    let answered = outbox::answered(&asked, &held_up);
    let insert = write::operations(&pairs, &answered, given.as_ref(), now);
    let numbers = numbered((txn, &mut trip), &insert, given, shared).await?;
    let mut letters = outbox::answers(&asked, &answered, &numbers);
    // New items wait a moment and hold up nobody's answer.
    batch.posted = letters.iter().map(|letter| letter.place.chat).collect();
    letters.extend(outbox::cards(&pairs, &after, &shared.announce));
    outbox::insert(&letters, now).iter().for_each(|insert| trip.write(insert));
    let names = names(&after, &batch, shared);
    let (both, stood) = ((txn, &mut trip), (&changed, &before));
    batch.released = release::at_once(both, head, stood, &after, &asked, names).await?;
    let wanted = claim::of(&mut trip, &unused, &numbers, (now, cutoff));
    let ours = trip.go(txn).await?.count()?;
    if dialect::is_alone(txn) {
        // All at once.
        shared.reach("written").await?;
    }
    if ours != wanted {
        return Ok(None);
    }
    for ((request, outcome), answered) in done.into_iter().zip(answered) {
        let key = request.key.as_str().to_owned();
        let number = numbers.get(&key).copied().unwrap_or_default();
        let receipt = new_receipt(request, outcome, number, &after, shared);
        batch.fresh.insert(key, Receipt { answered, ..receipt });
    }
    Ok(Some(batch))
}

/// Adds the operations under the numbers that were given; where the database gives them, makes the trip up to here.
async fn numbered(
    (txn, trip): (&DatabaseTransaction, &mut Trip),
    insert: &InsertStatement,
    given: Option<BTreeMap<String, i64>>,
    shared: &Shared,
) -> Result<BTreeMap<String, i64>, LedgerError> {
    if let Some(numbers) = given {
        trip.write(insert);
        return Ok(numbers);
    }
    trip.stop(txn).await?;
    let rows = txn.query_all(insert).await?;
    shared.reach("written").await?;
    let number = |row| <(String, i64)>::try_get_many_by_index(row).map_err(DbErr::from);
    Ok(rows.iter().map(number).collect::<Result<_, _>>()?)
}

/// Which chats are held up, and where the transaction is alone the end of the log, and the numbers that these operations get.
async fn known(
    (txn, trip): (&DatabaseTransaction, &mut Trip),
    alone: Option<Alone>,
    (asked, pairs): (&[&Request], &[(&Request, &Outcome)]),
    now: DateTime<Utc>,
) -> Result<(BTreeSet<i64>, Option<Head>, Option<BTreeMap<String, i64>>), DbErr> {
    let Some(Alone { held_up, head, last_number }) = alone else {
        // As it stands after all that was waited for.
        trip.stop(txn).await?;
        return Ok((outbox::held_up_now(txn, asked, now).await?, None, None));
    };
    Ok((held_up, Some(head), Some(write::numbers(pairs, last_number))))
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

/// The outcome of each request that uses its key up; `None` when a submission lost a race for its items.
async fn outcomes<'a>(
    txn: &DatabaseTransaction,
    requests: &[&'a Request],
    rulings: &[Ruling],
    batch: &mut Batch,
    world: &World,
) -> Result<Option<Vec<(&'a Request, Outcome)>>, DbErr> {
    let pairs = || requests.iter().copied().zip(rulings);
    let incoming: Vec<Incoming<'_>> = pairs()
        .filter_map(|(request, ruling)| match ruling {
            Ruling::Insert { known } => Some(Incoming { request, known }),
            _ => None,
        })
        .collect();
    let mut inserted = submissions::insert(txn, &incoming, &world.rulebook, world.now).await?;
    let mut done = Vec::with_capacity(requests.len());
    for (request, ruling) in pairs() {
        match ruling {
            Ruling::Decided { outcome, .. } => done.push((request, outcome.clone())),
            Ruling::Insert { known } => {
                let ids = inserted.remove(request.key.as_str()).unwrap_or_default();
                if ids.len() != request.operation.rows() {
                    return Ok(None);
                }
                done.push((request, Outcome::Submitted { ids, known: known.values().copied().collect() }));
            }
            Ruling::SubmittedBefore { same } => {
                batch.submitted_before.insert(request.key.as_str().to_owned(), *same);
            }
        }
    }
    Ok(Some(done))
}

/// What whoever voted now or before on the same items is called, in the names of this batch.
fn names(after: &World, batch: &Batch, shared: &Shared) -> BTreeMap<String, String> {
    let mut names = shared.people.names(after.votes.iter().map(|vote| vote.decided_by.clone()));
    let news = batch.profiles.iter().map(|(id, profile)| (Actor::Person(*id).to_string(), profile.shown()));
    names.extend(news.filter(|(_, name)| !name.is_empty()));
    names
}

fn new_receipt(request: &Request, outcome: Outcome, number: i64, after: &World, shared: &Shared) -> Receipt {
    let named = outcome.named();
    let items = named.iter().filter_map(|id| after.items.get(id).map(|item| (*id, item.clone()))).collect();
    Receipt {
        standing: Standing::New,
        key: request.key.clone(),
        scope_hash: request.scope.hash().to_owned(),
        number,
        actor: request.caller.actor.to_string(),
        confirmed: None,
        answered: request.answered,
        at: after.now,
        items,
        names: news::names(request, &outcome, &shared.people),
        role: lookup::whose(&outcome).and_then(|person| after.roster.role(person)),
        outcome,
    }
}

/// The receipts of a committed batch, in the order of its jobs.
async fn answers(
    conn: &DatabaseConnection,
    jobs: &[&Job],
    mut batch: Batch,
    shared: &Shared,
) -> Result<Vec<Receipt>, LedgerError> {
    let mut receipts = Vec::with_capacity(jobs.len());
    for job in jobs {
        let Request { key, scope, .. } = &job.request;
        let receipt = if let Some(receipt) = batch.fresh.remove(key.as_str()) {
            receipt
        } else if let Some(stored) = batch.used.get(key.as_str()) {
            lookup::receipt(conn, key, scope, stored, Some(&job.token), &shared.people).await?
        } else {
            let same = batch.submitted_before.get(key.as_str()).copied().unwrap_or_default();
            lookup::submission(conn, key, scope, same, &shared.people).await?
        };
        shared.receipts.keep(&receipt, shared.clock.now());
        receipts.push(receipt);
    }
    Ok(receipts)
}
