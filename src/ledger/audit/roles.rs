//! Roles against their operations: each role was given by one, and whoever decided, or said who may, might do so then.
//!
//! Of the people that `ADMIN_IDS` ever named nothing can be said: they were owners by that, and the books do not tell when.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::ROWS;
use crate::domain::caller::Actor;
use crate::domain::outcome::Outcome;
use crate::domain::role::{Deciders, Role};
use crate::ledger::LedgerError;
use crate::ledger::convert;
use crate::ledger::entity::{operations, pending_items, people};

/// The changes of each person's role: the operation's number, and the role after it.
type Changes = BTreeMap<i64, Vec<(i64, Option<Role>)>>;

pub(super) async fn findings(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let people = people::Entity::find().order_by_asc(people::Column::Id).all(conn).await?;
    let listed: BTreeSet<i64> =
        people.iter().filter(|row| row.listed_at.is_some()).map(|row| row.id).collect();
    let (mut changes, mut findings) = (Changes::new(), Vec::new());
    let mut after = 0;
    loop {
        let page = operations::Entity::find()
            .filter(operations::Column::Id.gt(after))
            .order_by_asc(operations::Column::Id)
            .limit(ROWS)
            .all(conn)
            .await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        let mut done = Vec::with_capacity(page.len());
        for row in &page {
            done.push((row, convert::outcome(row)?));
        }
        let deciders = deciders(conn, &done).await?;
        for (row, outcome) in &done {
            findings.extend(unlawful(row, outcome, &changes, &listed, &deciders));
            if let Outcome::Appointed { person, after, kept: None, .. } = outcome {
                changes.entry(*person).or_default().push((row.id, *after));
            }
        }
    }
    findings.extend(people.iter().filter_map(|row| odd(row, &changes)));
    Ok(findings)
}

/// Who may decide each item that these operations voted on.
async fn deciders(
    conn: &impl ConnectionTrait,
    done: &[(&operations::Model, Outcome)],
) -> Result<BTreeMap<i64, Deciders>, LedgerError> {
    let ids: BTreeSet<i64> =
        done.iter().flat_map(|(_, outcome)| outcome.voted()).map(|item| item.get()).collect();
    let mut found = BTreeMap::new();
    let ids: Vec<i64> = ids.into_iter().collect();
    for some in ids.chunks(crate::limits::IDS_IN_STATEMENT) {
        let rows: Vec<(i64, String)> = pending_items::Entity::find()
            .select_only()
            .columns([pending_items::Column::Id, pending_items::Column::Rules])
            .filter(pending_items::Column::Id.is_in(some.iter().copied()))
            .into_tuple()
            .all(conn)
            .await?;
        for (id, rules) in rows {
            found.insert(id, convert::rules(id, &rules)?.roles);
        }
    }
    Ok(found)
}

/// What somebody did who might not, by the role that they had then.
fn unlawful(
    row: &operations::Model,
    outcome: &Outcome,
    changes: &Changes,
    listed: &BTreeSet<i64>,
    deciders: &BTreeMap<i64, Deciders>,
) -> Option<String> {
    let Some(Actor::Person(person)) = Actor::parse(&row.actor) else { return None };
    if listed.contains(&person) {
        return None;
    }
    let role = changes.get(&person).and_then(|of| of.last()).and_then(|(_, role)| *role);
    let (number, key) = (row.id, &row.key);
    if matches!(outcome, Outcome::Appointed { kept: None, .. }) {
        return (role != Some(Role::Owner))
            .then(|| format!("R{number} ({key}) changed a role for {person}, who was no owner"));
    }
    let admits =
        |item: i64| role.is_some_and(|role| deciders.get(&item).is_none_or(|deciders| deciders.admit(role)));
    let wrong = outcome.voted().into_iter().find(|item| !admits(item.get()))?;
    Some(format!("R{number} ({key}) has a vote of {person} on item {wrong}, who might not decide it"))
}

/// A role that its operations do not tell.
fn odd(row: &people::Model, changes: &Changes) -> Option<String> {
    let told = changes.get(&row.id).and_then(|of| of.last());
    let wanted = told.and_then(|(_, role)| *role).map(Role::code);
    (row.role.as_deref() != wanted).then(|| {
        let has = row.role.as_deref().unwrap_or("no role");
        let by = told.map_or_else(|| "no operation".to_owned(), |(number, _)| format!("R{number}"));
        format!("person {} has {has}, and {by} says {}", row.id, wanted.unwrap_or("none"))
    })
}
