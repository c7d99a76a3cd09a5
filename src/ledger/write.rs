//! Writes what a batch decided, by sets: one statement a table, however many operations the batch holds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, InsertStatement, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryTrait};

use super::convert::naive;
use super::entity::{approvals, operations, pending_items};
use super::shared::Job;
use super::trip::Trip;
use crate::domain::decide::Ruling;
use crate::domain::ids::ItemId;
use crate::domain::item::Item;
use crate::domain::operation::{Answered, Request};
use crate::domain::outcome::Outcome;
use crate::domain::reason::Reason;
use crate::domain::world::{Vote, World};
use crate::limits::IDS_IN_STATEMENT;

/// An item as it stood before the batch.
#[derive(Clone, Copy, Default)]
pub(super) struct Before {
    version: i32,
    round: i32,
    /// Whether its decision stood in the log.
    pub(super) is_released: bool,
}

impl Before {
    pub(super) const fn of(item: &Item) -> Self {
        Self { version: item.version, round: item.round, is_released: item.released_at.is_some() }
    }
}

/// The votes that came and went, in the order of the requests.
#[derive(Default)]
pub(super) struct Moved<'a> {
    pub(super) votes: Vec<&'a Vote>,
    pub(super) withdrawn: Vec<&'a Vote>,
    pub(super) lapsed: Vec<&'a Vote>,
}

impl<'a> Moved<'a> {
    pub(super) fn by(rulings: &'a [Ruling]) -> Self {
        let mut moved = Self::default();
        for ruling in rulings {
            if let Ruling::Decided { votes, withdrawn, lapsed, .. } = ruling {
                moved.votes.extend(votes);
                moved.withdrawn.extend(withdrawn);
                moved.lapsed.extend(lapsed);
            }
        }
        moved
    }

    /// The items that they are about.
    pub(super) fn items(&self) -> impl Iterator<Item = ItemId> {
        self.votes.iter().chain(&self.withdrawn).chain(&self.lapsed).map(|vote| vote.item)
    }
}

/// Brings the rows of these items to where they stand in `after`: one statement for those that go the same way.
pub(super) fn items(
    trip: &mut Trip,
    changed: &BTreeSet<ItemId>,
    before: &BTreeMap<ItemId, Before>,
    after: &World,
) {
    let mut alike: BTreeMap<_, Vec<i64>> = BTreeMap::new();
    for item in changed.iter().filter_map(|id| after.items.get(id)) {
        let Before { version, round, is_released } = before.get(&item.id).copied().unwrap_or_default();
        let steps = (item.version - version, item.round - round);
        let said = (item.issue, item.note.as_ref().map(Reason::as_str));
        let times = (item.decided_at, item.final_at(), item.released_at);
        alike.entry((item.state.code(), times, steps, said, is_released)).or_default().push(item.id.get());
    }
    for ((state, times, (versions, rounds), (issue, note), was_released), ids) in alike {
        let (decided_at, final_at, released_at) = times;
        let version = Expr::col(pending_items::Column::Version).add(versions);
        let round = Expr::col(pending_items::Column::Round).add(rounds);
        let mut update = pending_items::Entity::update_many()
            .col_expr(pending_items::Column::State, Expr::value(state))
            .col_expr(pending_items::Column::Version, version)
            .col_expr(pending_items::Column::Round, round)
            .col_expr(pending_items::Column::DecidedAt, Expr::value(decided_at.map(naive)))
            .col_expr(pending_items::Column::ReleasedAt, Expr::value(released_at.map(naive)))
            .col_expr(pending_items::Column::Issue, Expr::value(issue.map(|issue| issue.result.code())))
            .col_expr(pending_items::Column::IssuedAt, Expr::value(issue.map(|issue| naive(issue.at))))
            .col_expr(pending_items::Column::Note, Expr::value(note));
        if !was_released {
            // What is final at once is entered into the log by the same transaction. What was final before may be an older
            // program's, and still to be entered.
            update = update
                .col_expr(pending_items::Column::FinalAt, Expr::value(final_at.map(naive)))
                .col_expr(pending_items::Column::Logged, Expr::value(released_at.is_some()));
        }
        for some in ids.chunks(IDS_IN_STATEMENT) {
            let some = pending_items::Column::Id.is_in(some.iter().copied());
            trip.write(update.clone().filter(some).as_query());
        }
    }
}

/// Stores new votes.
pub(super) fn votes(trip: &mut Trip, votes: &[&Vote], now: DateTime<Utc>) {
    if votes.is_empty() {
        return;
    }
    let mut insert = Query::insert();
    insert.into_table(approvals::Entity).columns(VOTE_COLUMNS);
    for vote in votes {
        insert.values_panic([
            Expr::value(vote.item.get()),
            Expr::value(vote.round),
            Expr::value(vote.decided_by.as_str()),
            Expr::value(vote.decision.as_str()),
            Expr::value(vote.reason.as_deref()),
            Expr::value(vote.key.as_str()),
            Expr::value(naive(now)),
        ]);
    }
    trip.write(&insert);
}

/// Neither withdrawn nor lapsed: so a row is where nothing is said.
const VOTE_COLUMNS: [approvals::Column; 7] = [
    approvals::Column::ItemId,
    approvals::Column::Round,
    approvals::Column::DecidedBy,
    approvals::Column::Decision,
    approvals::Column::Reason,
    approvals::Column::Key,
    approvals::Column::CreatedAt,
];

/// Marks votes as withdrawn, which do not count any more: taken back, or `lapsed` with the right to them.
pub(super) fn withdraw(trip: &mut Trip, votes: &[&Vote], lapsed: bool, now: DateTime<Utc>) {
    let mut by_key: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    votes.iter().for_each(|vote| by_key.entry(&vote.key).or_default().push(vote.item.get()));
    for (key, items) in by_key {
        let withdrawn = approvals::Entity::update_many()
            .col_expr(approvals::Column::WithdrawnAt, Expr::value(naive(now)))
            .col_expr(approvals::Column::Lapsed, Expr::value(lapsed))
            .filter(approvals::Column::Key.eq(key))
            .filter(approvals::Column::ItemId.is_in(items))
            .filter(approvals::Column::WithdrawnAt.is_null());
        trip.write(withdrawn.as_query());
    }
}

/// The numbers of the operations under these requests' keys, after the `last` that was given.
pub(super) fn numbers(requests: &[&Request], last: i64) -> BTreeMap<String, i64> {
    requests.iter().map(|request| request.key.as_str().to_owned()).zip(last + 1..).collect()
}

/// What stores the operations, under these numbers; where the database gives them, it gives each one's key and number.
pub(super) fn operations(
    done: &[(&Job, Outcome)],
    answered: &[Answered],
    numbers: Option<&BTreeMap<String, i64>>,
    now: DateTime<Utc>,
) -> InsertStatement {
    let given = numbers.is_some().then_some(operations::Column::Id);
    let mut insert = Query::insert();
    insert.into_table(operations::Entity).columns(OPERATION_COLUMNS.into_iter().chain(given));
    for ((job, outcome), answered) in done.iter().zip(answered) {
        let request = &job.request;
        let key = request.key.as_str();
        let number = numbers.and_then(|numbers| numbers.get(key));
        let row = [
            Expr::value(key),
            Expr::value(request.caller.actor.to_string()),
            Expr::value(request.operation.verb()),
            Expr::value(request.place.map(|place| place.chat)),
            Expr::value(naive(now)),
            Expr::value(outcome.to_stored()),
            Expr::value(job.stored_scope.as_str()),
            Expr::value(answered.code()),
        ];
        insert.values_panic(row.into_iter().chain(number.map(|number| Expr::value(*number))));
    }
    if numbers.is_none() {
        insert.returning(Query::returning().columns([operations::Column::Key, operations::Column::Id]));
    }
    insert
}

const OPERATION_COLUMNS: [operations::Column; 8] = [
    operations::Column::Key,
    operations::Column::Actor,
    operations::Column::Verb,
    operations::Column::Chat,
    operations::Column::CreatedAt,
    operations::Column::Outcome,
    operations::Column::ScopeParts,
    operations::Column::Answered,
];
