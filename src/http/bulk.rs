//! What the endpoints share that name items by their ids.

use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::auth::Client;
use super::body::{Incoming, decode, delivered, delivered_to, malformed};
use super::door::Door;
use super::error::Refusal;
use super::{key, once};
use crate::domain::ids::ItemId;
use crate::domain::operation::Operation;
use crate::domain::reason::{NoReason, Reason};
use crate::limits::{ID_MAX, IDS_MAX, LABEL_CHARS_MAX};

/// Most characters of a wrong id that are shown again.
const SHOWN_CHARS_MAX: usize = 40;

/// A value that cannot be.
#[derive(Debug, thiserror::Error)]
enum Impossible {
    #[error("ids is empty; name at least one")]
    NoIds,
    #[error("ids names {0} ids; at most {IDS_MAX} are taken")]
    TooManyIds(usize),
    #[error("ids[{place}] is {shown}; an id is a whole number from 1 to {ID_MAX}")]
    Id { place: usize, shown: String },
    #[error("by has {0} characters; 1 to {LABEL_CHARS_MAX} are taken")]
    LabelLength(usize),
    #[error("by holds U+{0:04X}, a control character")]
    LabelControl(u32),
    #[error("{field} {wrong}")]
    Line { field: &'static str, wrong: NoReason },
}

impl From<Impossible> for Refusal {
    fn from(impossible: Impossible) -> Self {
        Self::ImpossibleValue(impossible.to_string())
    }
}

/// The road of these endpoints: who is it and `may` it, under which key, and what of the body is asked for. The scope is
/// the body, with `op` in it where one is named.
pub(super) async fn take<T: DeserializeOwned>(
    door: &Arc<Door>,
    request: Request,
    may: fn(&Client) -> Result<(), Refusal>,
    op: Option<&str>,
    understand: fn(T) -> Result<Operation, Refusal>,
) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let body = Incoming::new(body);
    let client = door.tokens.client(&head.headers)?;
    may(client)?;
    let key = key::read(&head.headers, &client.name)?;
    let text = body.read(&head.headers).await?;
    let operation = understand(decode(&text)?)?;
    let scope = match op {
        Some(op) => delivered_to(op, &text)?,
        None => delivered(&text)?,
    };
    once::apply(door, client, key, &scope, operation).await
}

/// The ids that were sent, as they were written: a `Value` would round the large and the fractional.
pub(super) fn ids(sent: &[Box<RawValue>]) -> Result<Vec<ItemId>, Refusal> {
    for (place, id) in sent.iter().enumerate() {
        if !id.get().starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            return Err(malformed(&format!("ids[{place}] is not a number")));
        }
    }
    match sent.len() {
        0 => return Err(Impossible::NoIds.into()),
        1..=IDS_MAX => {}
        more => return Err(Impossible::TooManyIds(more).into()),
    }
    Ok(sent.iter().enumerate().map(|(place, id)| item_id(place, id.get())).collect::<Result<_, _>>()?)
}

fn item_id(place: usize, written: &str) -> Result<ItemId, Impossible> {
    let id = written.parse().ok().and_then(ItemId::new);
    id.ok_or_else(|| Impossible::Id { place, shown: shown(written) })
}

/// A long one is cut, and says so.
fn shown(written: &str) -> String {
    if written.chars().count() <= SHOWN_CHARS_MAX {
        return written.to_owned();
    }
    written.chars().take(SHOWN_CHARS_MAX - 1).chain(['…']).collect()
}

/// The label `by`.
pub(super) fn label(by: Option<String>) -> Result<Option<String>, Refusal> {
    let Some(by) = by else { return Ok(None) };
    let chars = by.chars().count();
    if !(1..=LABEL_CHARS_MAX).contains(&chars) {
        return Err(Impossible::LabelLength(chars).into());
    }
    match by.chars().find(|c| c.is_control()) {
        Some(c) => Err(Impossible::LabelControl(u32::from(c)).into()),
        None => Ok(Some(by)),
    }
}

/// A line that is shown to people.
pub(super) fn line(field: &'static str, text: Option<&str>) -> Result<Option<Reason>, Refusal> {
    let line = text.map(Reason::new).transpose();
    Ok(line.map_err(|wrong| Impossible::Line { field, wrong })?)
}
