//! The past: what was voted on an item, and what people decided, the newest first.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::entity::{approvals, operations};
use super::people::People;
use super::{Ledger, LedgerError, convert, in_time, lookup};
use crate::domain::caller::Actor;
use crate::domain::ids::ItemId;
use crate::domain::item::ItemState;
use crate::domain::operation::Decision;
use crate::domain::record::{Entry, Mark, Record};
use crate::limits::MARKS_MAX;

/// Which decisions are asked for.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// Whose: `tg:<id>`; everybody's where nobody is named.
    pub by: Option<String>,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
    /// Only operations with a lower number.
    pub before: Option<i64>,
    /// At most this many, and one more to tell that there are.
    pub limit: u64,
}

impl Ledger {
    /// An item with its votes, the last [`MARKS_MAX`] of them.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn record(&self, item: ItemId) -> Result<Option<Record>, LedgerError> {
        let Some(portrait) = self.portraits(&[item]).await?.pop() else { return Ok(None) };
        let (marks, earlier) = in_time(marks(&self.readers, item, &self.shared.people)).await?;
        let live: Vec<Mark> = marks.iter().filter(|mark| mark.withdrawn_at.is_none()).cloned().collect();
        let waits = portrait.item.state == ItemState::Pending;
        let waits_for =
            if waits { self.shared.people.deciders(&portrait.item.rules, &live) } else { Vec::new() };
        Ok(Some(Record { portrait, marks, earlier, waits_for }))
    }

    /// What was decided and undone, and whose role was changed, the newest first; one more than asked for where there are more.
    ///
    /// # Errors
    /// [`LedgerError`] when the database gives no answer.
    pub async fn history(&self, past: Past) -> Result<Vec<Entry>, LedgerError> {
        in_time(entries(&self.readers, past, &self.shared.people)).await
    }

    /// The person with this username, as far as it is on record.
    #[must_use]
    pub fn person_called(&self, username: &str) -> Option<i64> {
        self.shared.people.called(username)
    }

    /// The language of this person's app, as far as it is on record.
    #[must_use]
    pub fn language_of(&self, person: i64) -> Option<String> {
        self.shared.people.language_of(person)
    }
}

/// The last votes on an item, and how many there are before them.
async fn marks(
    conn: &impl ConnectionTrait,
    item: ItemId,
    people: &People,
) -> Result<(Vec<Mark>, u64), LedgerError> {
    let all = approvals::Entity::find().filter(approvals::Column::ItemId.eq(item.get()));
    let mut votes = all.clone().order_by_desc(approvals::Column::Id).limit(MARKS_MAX).all(conn).await?;
    let shown = u64::try_from(votes.len()).unwrap_or(u64::MAX);
    let earlier = if shown < MARKS_MAX { 0 } else { all.count(conn).await?.saturating_sub(shown) };
    votes.reverse();
    let numbers = lookup::numbers(conn, votes.iter().map(|vote| vote.key.clone()).collect()).await?;
    let mark = |vote: approvals::Model| Mark {
        name: name(people, &vote.decided_by),
        number: numbers.get(&vote.key).copied(),
        by: vote.decided_by,
        decision: vote.decision,
        reason: vote.reason,
        at: vote.created_at.and_utc(),
        withdrawn_at: vote.withdrawn_at.map(|at| at.and_utc()),
        lapsed: vote.lapsed,
    };
    Ok((votes.into_iter().map(mark).collect(), earlier))
}

async fn entries(
    conn: &impl ConnectionTrait,
    past: Past,
    people: &People,
) -> Result<Vec<Entry>, LedgerError> {
    let verbs = [Decision::Approve.code(), Decision::Reject.code(), "undo", "appoint"];
    let mut found = operations::Entity::find().filter(operations::Column::Verb.is_in(verbs));
    if let Some(by) = past.by {
        found = found.filter(operations::Column::Actor.eq(by));
    }
    if let Some(since) = past.since {
        found = found.filter(operations::Column::CreatedAt.gte(convert::naive(since)));
    }
    if let Some(before) = past.before {
        found = found.filter(operations::Column::Id.lt(before));
    }
    let rows = found.order_by_desc(operations::Column::Id).limit(past.limit + 1).all(conn).await?;
    let entry = |row: operations::Model| {
        let outcome = convert::outcome(&row)?;
        let about = lookup::whose(&outcome).map(|person| Actor::Person(person).to_string());
        Ok(Entry {
            number: row.id,
            name: name(people, &row.actor),
            about: about.and_then(|about| name(people, &about)),
            at: row.created_at.and_utc(),
            outcome,
            by: row.actor,
        })
    };
    rows.into_iter().map(entry).collect()
}

fn name(people: &People, actor: &str) -> Option<String> {
    people.names(std::iter::once(actor.to_owned())).into_values().next()
}
