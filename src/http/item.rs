//! `GET /api/admin/pending/{id}?wait`: an item with what became of it, at once or as soon as that is final. What another
//! client submitted is not there for one without the right to decide.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use tokio::time::sleep;

use super::door::Door;
use super::error::Refusal;
use super::shown::Whole;
use super::{answer, auth};
use crate::domain::ids::ItemId;
use crate::domain::record::Record;
use crate::limits::WAIT_S_MAX;

/// The query.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    wait: Option<u64>,
}

pub(super) async fn handle(
    State(door): State<Arc<Door>>,
    headers: HeaderMap,
    id: Result<Path<String>, PathRejection>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refusal> {
    let client = door.tokens.client(&headers)?;
    let Query(asked) = asked.map_err(|rejection| Refusal::query(&rejection))?;
    let wait_s = asked.wait.unwrap_or_default();
    if wait_s > WAIT_S_MAX {
        let odd = format!("wait is {wait_s}; it is a number of seconds, at most {WAIT_S_MAX}");
        return Err(Refusal::MalformedQuery(odd));
    }
    // What is no text is no item's number either.
    let Path(id) = id.map_err(|_| Refusal::NoSuchItem)?;
    let record = match wait_s {
        0 => read(&door, client, &id).await?,
        _ => wait(&door, client, &id, Duration::from_secs(wait_s)).await?,
    };
    Ok(answer::json(StatusCode::OK, &Whole::of(&record)))
}

const fn is_final(record: &Record) -> bool {
    record.portrait.item.released_at.is_some()
}

/// The item once its decision is final, or as it is when the time is up. The place is free again however this ends.
async fn wait(door: &Door, client: &auth::Client, id: &str, patience: Duration) -> Result<Record, Refusal> {
    let place = door.app.ledger.wait_for(number(id).ok_or(Refusal::NoSuchItem)?);
    let deadline = sleep(patience);
    tokio::pin!(deadline);
    let mut seat = None;
    loop {
        // What becomes final from here on wakes us, so that it cannot be missed between the look and the wait.
        let woken = place.woken();
        let record = in_turn(door, client, id).await?;
        if is_final(&record) || place.is_over() {
            return Ok(record);
        }
        if seat.is_none() {
            seat = Some(door.waiting.try_acquire().map_err(|_| Refusal::TooManyWait)?);
        }
        tokio::select! {
            () = woken => {}
            () = &mut deadline => return in_turn(door, client, id).await,
        }
    }
}

/// Reads once it is this one's turn among those who wait: a thousand that wake at once stand in a queue of their own, and
/// not in everybody's for a connection.
async fn in_turn(door: &Door, client: &auth::Client, id: &str) -> Result<Record, Refusal> {
    let _turn = door.turns.acquire().await.map_err(|_| Refusal::Internal)?;
    read(door, client, id).await
}

async fn read(door: &Door, client: &auth::Client, id: &str) -> Result<Record, Refusal> {
    let id = number(id).ok_or(Refusal::NoSuchItem)?;
    let record = door.app.ledger.record(id).await?;
    let sees = |record: &Record| client.may_decide || record.portrait.item.client == client.name.as_str();
    record.filter(sees).ok_or(Refusal::NoSuchItem)
}

/// An item's number, written in the one way that it is written in answers.
fn number(id: &str) -> Option<ItemId> {
    let plain = id.bytes().all(|b| b.is_ascii_digit()) && !id.starts_with('0');
    id.parse().ok().filter(|_| plain).and_then(ItemId::new)
}
