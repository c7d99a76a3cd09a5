//! What messages show and tell, against the items and operations: a card that is not behind shows its item as it is, and
//! what waits to be sent speaks of what there is.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::ROWS;
use crate::domain::event::Event;
use crate::ledger::LedgerError;
use crate::ledger::entity::{cards, operations, outbox, pending_items};

/// What does not fit, a line each.
pub(super) async fn findings(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let mut findings = cards_against_items(conn).await?;
    findings.extend(rows_against_what_they_tell(conn).await?);
    Ok(findings)
}

async fn cards_against_items(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let (mut findings, mut after) = (Vec::new(), 0);
    loop {
        let page = cards::Entity::find()
            .filter(cards::Column::Id.gt(after))
            .order_by_asc(cards::Column::Id)
            .limit(ROWS)
            .all(conn)
            .await?;
        let Some(last) = page.last() else { return Ok(findings) };
        after = last.id;
        let versions: Vec<(i64, i32)> = pending_items::Entity::find()
            .select_only()
            .columns([pending_items::Column::Id, pending_items::Column::Version])
            .filter(pending_items::Column::Id.is_in(page.iter().map(|card| card.item_id)))
            .into_tuple()
            .all(conn)
            .await?;
        let versions: BTreeMap<i64, i32> = versions.into_iter().collect();
        findings.extend(page.iter().filter_map(|card| odd(card, versions.get(&card.item_id).copied())));
    }
}

fn odd(card: &cards::Model, version: Option<i32>) -> Option<String> {
    let cards::Model { item_id, chat, message_id, shown_version, due_at, .. } = card;
    let place = format!("message {message_id} in chat {chat}");
    match version {
        None => Some(format!("{place} shows item #{item_id}, which does not exist")),
        Some(version) if *shown_version > version => {
            Some(format!("{place} shows item #{item_id} as it never was ({shown_version} of {version})"))
        }
        Some(version) if *shown_version < version && due_at.is_none() => Some(format!(
            "{place} shows item #{item_id} as it was ({shown_version} of {version}), and is not behind"
        )),
        Some(_) => None,
    }
}

async fn rows_against_what_they_tell(conn: &impl ConnectionTrait) -> Result<Vec<String>, LedgerError> {
    let (mut findings, mut after) = (Vec::new(), 0);
    loop {
        let page = outbox::Entity::find()
            .filter(outbox::Column::Id.gt(after))
            .order_by_asc(outbox::Column::Id)
            .limit(ROWS)
            .all(conn)
            .await?;
        let Some(last) = page.last() else { return Ok(findings) };
        after = last.id;
        let both = page.iter().filter(|row| row.sent_at.is_some() && row.failed_at.is_some());
        findings.extend(both.map(|row| format!("row {} of the outbox was sent and given up", row.id)));
        // One that cannot be read is a newer release's: it will know.
        let told: Vec<(i64, Event)> =
            page.iter().filter_map(|row| Some((row.id, Event::from_stored(&row.event).ok()?))).collect();
        findings.extend(of_nothing(conn, &told).await?);
    }
}

async fn of_nothing(conn: &impl ConnectionTrait, told: &[(i64, Event)]) -> Result<Vec<String>, LedgerError> {
    let items: BTreeSet<i64> = told.iter().flat_map(|(_, event)| items(event)).collect();
    let operations: BTreeSet<i64> = told.iter().filter_map(|(_, event)| operation(event)).collect();
    let items = existing(conn, pending_items::Entity, pending_items::Column::Id, items).await?;
    let operations = existing(conn, operations::Entity, operations::Column::Id, operations).await?;
    let mut findings = Vec::new();
    for (row, event) in told {
        let lost = self::items(event).into_iter().filter(|id| !items.contains(id));
        findings.extend(
            lost.map(|id| format!("row {row} of the outbox tells of item #{id}, which does not exist")),
        );
        let lost = operation(event).filter(|number| !operations.contains(number));
        findings.extend(
            lost.map(|number| format!("row {row} of the outbox tells of R{number}, which does not exist")),
        );
    }
    Ok(findings)
}

/// Those of these numbers that are there.
async fn existing<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    _: E,
    column: E::Column,
    wanted: BTreeSet<i64>,
) -> Result<BTreeSet<i64>, LedgerError> {
    let wanted: Vec<i64> = wanted.into_iter().collect();
    let mut found = BTreeSet::new();
    for some in wanted.chunks(usize::try_from(ROWS).unwrap_or(usize::MAX)) {
        let rows: Vec<i64> = E::find()
            .select_only()
            .column(column)
            .filter(column.is_in(some.iter().copied()))
            .into_tuple()
            .all(conn)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

fn items(event: &Event) -> Vec<i64> {
    match event {
        Event::Card { items } | Event::Reminder { items, .. } => items.iter().map(|id| id.get()).collect(),
        Event::AskWhy { item, .. } | Event::Detail { item, .. } => vec![item.get()],
        _ => Vec::new(),
    }
}

const fn operation(event: &Event) -> Option<i64> {
    if let Event::Receipt { operation, .. } = event { Some(*operation) } else { None }
}
