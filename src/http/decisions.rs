//! `GET /api/admin/decisions?after&limit`: what became final, in the order in which it did. Whoever goes on after the last
//! number it has read misses nothing and reads nothing twice. A client without the right to decide sees what became of
//! its own items alone.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::answer;
use super::door::Door;
use super::error::Refusal;
use crate::ledger::{LogPage, Since};
use crate::limits::{DECISIONS_MAX, ID_MAX};

/// Decisions on a page where the query names no limit.
pub(super) const LIMIT_DEFAULT: u64 = 100;

/// The query.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    after: Option<i64>,
    limit: Option<u64>,
}

#[derive(Debug, thiserror::Error)]
enum Odd {
    #[error("limit is {0}; it goes from 1 to {DECISIONS_MAX}")]
    Limit(u64),
    #[error(
        "after is {0}; it is the number of the last decision you have read, from 0 (for all) to {ID_MAX}"
    )]
    After(i64),
    #[error(
        "after is {after}, and the log ends at {end}: you have read another log, or this one was restored from an older copy. Compare the hash you have with that of decision {end}, and begin again where they part"
    )]
    Ahead { after: i64, end: i64 },
}

#[derive(Serialize)]
struct Listed {
    decisions: Vec<Box<RawValue>>,
    next_after: i64,
    more: bool,
}

pub(super) async fn handle(
    State(door): State<Arc<Door>>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refusal> {
    let client = door.tokens.client(&headers)?;
    let Query(asked) = asked.map_err(|rejection| Refusal::query(&rejection))?;
    let (after, limit) = bounds(&asked).map_err(|odd| Refusal::MalformedQuery(odd.to_string()))?;
    let own = (!client.may_decide).then(|| client.name.clone());
    let page = door.app.ledger.decisions(Since { after, limit, client: own }).await?;
    if let Some(end) = page.end.filter(|end| *end < after) {
        return Err(Refusal::MalformedQuery(Odd::Ahead { after, end }.to_string()));
    }
    Ok(answer::json(StatusCode::OK, &listed(&page, after)?))
}

fn bounds(asked: &Asked) -> Result<(i64, u64), Odd> {
    let limit = asked.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=DECISIONS_MAX).contains(&limit) {
        return Err(Odd::Limit(limit));
    }
    let after = asked.after.unwrap_or_default();
    if (0..=ID_MAX).contains(&after) { Ok((after, limit)) } else { Err(Odd::After(after)) }
}

fn listed(page: &LogPage, after: i64) -> Result<Listed, Refusal> {
    let raw = |sealed: &crate::domain::release::Sealed| RawValue::from_string(sealed.to_json());
    let decisions: Result<_, _> = page.rows.iter().map(|(_, sealed)| raw(sealed)).collect();
    let decisions = decisions.map_err(|error| {
        tracing::error!(%error, "the log of decisions holds what is no JSON; see countersign audit verify");
        Refusal::Internal
    })?;
    let next_after = page.rows.last().map_or(after, |(number, _)| *number);
    Ok(Listed { decisions, next_after, more: page.more })
}
