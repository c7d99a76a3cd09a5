//! `GET /api/admin/pending/{id}`: an item with what became of it. What another client submitted is not there for one
//! without the right to decide.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::door::Door;
use super::error::Refusal;
use super::shown::Whole;
use super::{answer, auth};
use crate::domain::ids::ItemId;
use crate::domain::record::Record;

pub(super) async fn handle(
    State(door): State<Arc<Door>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let client = door.tokens.client(&headers)?;
    let record = read(&door, client, &id).await?;
    Ok(answer::json(StatusCode::OK, &Whole::of(&record)))
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
