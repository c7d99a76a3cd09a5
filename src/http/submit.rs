//! `POST /api/admin/pending`: puts items into the queue.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use chrono::{DateTime, SubsecRound, Utc};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::body::{Incoming, decode, delivered_to, is_object, malformed};
use super::door::Door;
use super::error::Refusal;
use super::{key, once};
use crate::domain::new_item::{ItemFault, NewItem};
use crate::domain::operation::Operation;
use crate::domain::payload::Payload;
use crate::domain::target::Target;
use crate::limits::SUBMISSION_ITEMS_MAX;

/// Which of the two bodies it is.
#[derive(Deserialize)]
struct Which {
    items: Option<IgnoredAny>,
    kind: Option<IgnoredAny>,
}

/// Several items.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentItems {
    items: Vec<Box<RawValue>>,
}

/// One item. The payload is kept as it was written: a `Value` would round its numbers.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentItem {
    kind: String,
    title: String,
    detail: Option<String>,
    payload: Option<Box<RawValue>>,
    external_id: Option<String>,
    expires_at: Option<String>,
    callback_url: Option<String>,
}

/// A value that cannot be.
#[derive(Debug, thiserror::Error)]
enum Impossible {
    #[error("items is empty; send at least one")]
    NoItems,
    #[error("items holds {0} items; at most {SUBMISSION_ITEMS_MAX} are taken")]
    TooManyItems(usize),
    #[error("items[{place}].{fault}")]
    Item { place: usize, fault: ItemFault },
    #[error("items[{place}].external_id is that of items[{before}]")]
    Doubled { place: usize, before: usize },
    #[error(transparent)]
    OneItem(#[from] ItemFault),
}

pub(super) async fn handle(State(door): State<Arc<Door>>, request: Request) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let body = Incoming::new(body);
    let client = door.tokens.client(&head.headers)?;
    let key = key::read(&head.headers, &client.name)?;
    let text = body.read(&head.headers).await?;
    let items = understand(&text)?;
    if !client.may_call_back && items.iter().any(|item| item.callback().is_some()) {
        return Err(Refusal::MayNotCallBack);
    }
    let scope = delivered_to("submit", &text)?;
    let submit_key = key.key.header().to_owned();
    let operation = Operation::Submit { client: client.name.clone(), submit_key, items };
    once::apply(&door, client, key, &scope, operation).await
}

fn understand(text: &str) -> Result<Vec<NewItem>, Refusal> {
    let items = match decode(text)? {
        Which { items: Some(_), .. } => many(&each(&decode::<SentItems>(text)?.items)?),
        Which { kind: Some(_), .. } => one(&decode(text)?).map(|item| vec![item]).map_err(Impossible::from),
        Which { kind: None, .. } => return Err(malformed(&"missing field `items`, or `kind` and `title`")),
    };
    items.map_err(|error| Refusal::ImpossibleValue(error.to_string()))
}

fn each(items: &[Box<RawValue>]) -> Result<Vec<SentItem>, Refusal> {
    let read = |(place, item): (usize, &RawValue)| {
        // serde would take a list for an item, by its places.
        if !is_object(item.get()) {
            return Err(malformed(&format!("items[{place}] is not an object")));
        }
        serde_json::from_str(item.get()).map_err(|error| malformed(&format!("items[{place}]: {error}")))
    };
    items.iter().map(|item| &**item).enumerate().map(read).collect()
}

fn many(items: &[SentItem]) -> Result<Vec<NewItem>, Impossible> {
    match items.len() {
        0 => return Err(Impossible::NoItems),
        1..=SUBMISSION_ITEMS_MAX => {}
        more => return Err(Impossible::TooManyItems(more)),
    }
    let mut named = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        if let Some(before) = item.external_id.as_ref().and_then(|id| named.insert(id, place)) {
            return Err(Impossible::Doubled { place, before });
        }
    }
    let placed = items.iter().enumerate();
    placed.map(|(place, item)| one(item).map_err(|fault| Impossible::Item { place, fault })).collect()
}

fn one(item: &SentItem) -> Result<NewItem, ItemFault> {
    let payload = item.payload.as_deref().map(|payload| Payload::read(payload.get())).transpose();
    let payload = payload.map_err(|wrong| ItemFault { field: "payload", wrong: wrong.to_string() })?;
    let expires_at = item.expires_at.as_deref().map(time).transpose()?;
    let new = NewItem::new(&item.kind, &item.title, item.detail.as_deref())?;
    let new = new.with_external_id(item.external_id.as_deref())?;
    let callback = item.callback_url.as_deref().map(Target::parse).transpose();
    let callback = callback.map_err(|wrong| ItemFault { field: "callback_url", wrong: wrong.to_string() })?;
    Ok(new.with_payload(payload.flatten()).with_expiry(expires_at).with_callback(callback))
}

/// A time in whole seconds.
fn time(written: &str) -> Result<DateTime<Utc>, ItemFault> {
    let read = DateTime::parse_from_rfc3339(written).map(|at| at.to_utc());
    // Databases differ in what a leap second is.
    let read =
        read.ok().filter(|at| at.timestamp_subsec_nanos() < 1_000_000_000).map(|at| at.trunc_subsecs(0));
    read.ok_or_else(|| ItemFault {
        field: "expires_at",
        wrong: "is no RFC 3339 time with an offset, such as 2026-03-01T12:00:00Z".to_owned(),
    })
}
