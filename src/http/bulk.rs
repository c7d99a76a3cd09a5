//! `POST /api/admin/pending/bulk.approve` and `bulk.reject`: decide about items by their ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::body::{Incoming, decode, delivered, delivered_to, malformed};
use super::door::Door;
use super::error::Refusal;
use super::{key, once};
use crate::domain::ids::ItemId;
use crate::domain::operation::{Decision, Operation};
use crate::domain::reason::{NoReason, Reason};
use crate::limits::{ID_MAX, IDS_MAX, LABEL_CHARS_MAX};

/// Most characters of a wrong id that are shown again.
const SHOWN_CHARS_MAX: usize = 40;

/// The body. An id is kept as it was written: a `Value` would round the large and the fractional.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    ids: Vec<Box<RawValue>>,
    by: Option<String>,
    reason: Option<String>,
}

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
    #[error("reason {0}")]
    Reason(#[from] NoReason),
}

/// `bulk.approve`: its scope is the body alone, the contract it grew from.
pub(super) async fn approve(State(door): State<Arc<Door>>, request: Request) -> Result<Response, Refusal> {
    decide(&door, request, Decision::Approve).await
}

/// `bulk.reject`: its scope is the body with its `op`.
pub(super) async fn reject(State(door): State<Arc<Door>>, request: Request) -> Result<Response, Refusal> {
    decide(&door, request, Decision::Reject).await
}

async fn decide(door: &Door, request: Request, decision: Decision) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let body = Incoming::new(body);
    let client = door.tokens.client(&head.headers)?;
    client.must_decide()?;
    let key = key::read(&head.headers, &client.name)?;
    let text = body.read(&head.headers).await?;
    let operation = understand(decode(&text)?, decision)?;
    let scope = match decision {
        Decision::Approve => delivered(&text)?,
        Decision::Reject => delivered_to(decision.code(), &text)?,
    };
    once::apply(door, client, key, &scope, operation).await
}

fn understand(sent: Sent, decision: Decision) -> Result<Operation, Refusal> {
    for (place, id) in sent.ids.iter().enumerate() {
        if !id.get().starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
            return Err(malformed(&format!("ids[{place}] is not a number")));
        }
    }
    if decision == Decision::Approve && sent.reason.is_some() {
        return Err(malformed(&"unknown field `reason`, expected `ids` or `by`"));
    }
    values(&sent, decision).map_err(|error| Refusal::ImpossibleValue(error.to_string()))
}

fn values(sent: &Sent, decision: Decision) -> Result<Operation, Impossible> {
    match sent.ids.len() {
        0 => return Err(Impossible::NoIds),
        1..=IDS_MAX => {}
        more => return Err(Impossible::TooManyIds(more)),
    }
    let ids =
        sent.ids.iter().enumerate().map(|(place, id)| item_id(place, id.get())).collect::<Result<_, _>>()?;
    let label = sent.by.as_deref().map(label).transpose()?;
    let reason = sent.reason.as_deref().map(Reason::new).transpose()?;
    Ok(Operation::Decide { decision, ids, seen: BTreeMap::new(), reason, label })
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

fn label(by: &str) -> Result<String, Impossible> {
    let chars = by.chars().count();
    if !(1..=LABEL_CHARS_MAX).contains(&chars) {
        return Err(Impossible::LabelLength(chars));
    }
    match by.chars().find(|c| c.is_control()) {
        Some(c) => Err(Impossible::LabelControl(u32::from(c))),
        None => Ok(by.to_owned()),
    }
}
