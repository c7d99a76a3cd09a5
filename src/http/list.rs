//! `GET /api/admin/pending?limit&after`: the pending items, oldest first. A client without the right to decide sees its
//! own alone.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::answer;
use super::door::Door;
use super::error::Refusal;
use super::shown::Brief;
use crate::domain::ids::ItemId;
use crate::ledger::Page;
use crate::limits::{ID_MAX, LIST_ITEMS_MAX};

/// Items on a page where the query names no limit.
pub(super) const LIMIT_DEFAULT: u64 = 100;

/// The query.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    limit: Option<u64>,
    after: Option<i64>,
}

#[derive(Debug, thiserror::Error)]
enum Odd {
    #[error("limit is {0}; it goes from 1 to {LIST_ITEMS_MAX}")]
    Limit(u64),
    #[error("after is {0}; it is an item's id, from 1 to {ID_MAX}")]
    After(i64),
}

#[derive(Serialize)]
struct Listed<'a> {
    items: Vec<Brief<'a>>,
    total: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more_than_total: bool,
    next_after: Option<ItemId>,
}

pub(super) async fn handle(
    State(door): State<Arc<Door>>,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refusal> {
    let client = door.tokens.client(&headers)?;
    let Query(asked) = asked.map_err(|rejection| Refusal::query(&rejection))?;
    let (limit, after) = bounds(&asked).map_err(|odd| Refusal::MalformedQuery(odd.to_string()))?;
    let own = (!client.may_decide).then(|| client.name.clone());
    // One more than asked for tells whether there is another page.
    let page =
        door.app.ledger.pending(Page { after, limit: limit + 1, client: own, ..Page::default() }).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let items = page.items.get(..wanted).unwrap_or(&page.items);
    let next_after = if page.items.len() > wanted { items.last().map(|item| item.id) } else { None };
    let (total, more_than_total) = (page.total, page.more);
    let items = items.iter().map(Brief::of).collect();
    let listed = Listed { items, total, more_than_total, next_after };
    Ok(answer::json(StatusCode::OK, &listed))
}

fn bounds(asked: &Asked) -> Result<(u64, Option<ItemId>), Odd> {
    let limit = asked.limit.unwrap_or(LIMIT_DEFAULT);
    if !(1..=LIST_ITEMS_MAX).contains(&limit) {
        return Err(Odd::Limit(limit));
    }
    let after = asked.after.map(|id| ItemId::new(id).ok_or(Odd::After(id))).transpose()?;
    Ok((limit, after))
}
