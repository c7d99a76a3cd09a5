//! `POST /api/admin/pending`: puts items into the queue.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::body::{Incoming, decode, delivered_to, is_object, malformed};
use super::door::Door;
use super::error::Refusal;
use super::{key, once};
use crate::domain::item::{ItemFault, NewItem};
use crate::domain::operation::Operation;
use crate::limits::SUBMISSION_ITEMS_MAX;

/// The body: a list of items, or the fields of one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    items: Option<Vec<Box<RawValue>>>,
    kind: Option<String>,
    title: Option<String>,
    detail: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentItem {
    kind: String,
    title: String,
    detail: Option<String>,
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
    #[error(transparent)]
    OneItem(#[from] ItemFault),
}

pub(super) async fn handle(State(door): State<Arc<Door>>, request: Request) -> Result<Response, Refusal> {
    let (head, body) = request.into_parts();
    let body = Incoming::new(body);
    let client = door.tokens.client(&head.headers)?;
    let key = key::read(&head.headers, &client.name)?;
    let text = body.read(&head.headers).await?;
    let items = understand(decode(&text)?)?;
    let scope = delivered_to("submit", &text)?;
    let submit_key = key.header().to_owned();
    let operation = Operation::Submit { client: client.name.clone(), submit_key, items };
    once::apply(&door, client, key, &scope, operation).await
}

fn understand(sent: Sent) -> Result<Vec<NewItem>, Refusal> {
    let items = match sent {
        Sent { items: Some(items), kind: None, title: None, detail: None } => many(&each(&items)?),
        Sent { items: None, kind: Some(kind), title: Some(title), detail } => {
            one(&SentItem { kind, title, detail }).map(|item| vec![item]).map_err(Impossible::from)
        }
        Sent { items: Some(_), .. } => {
            return Err(malformed(&"send items, or the fields of one item, not both"));
        }
        Sent { kind: None, .. } => {
            return Err(malformed(&"missing field `items`, or `kind` and `title`"));
        }
        Sent { title: None, .. } => return Err(malformed(&"missing field `title`")),
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
        0 => Err(Impossible::NoItems),
        1..=SUBMISSION_ITEMS_MAX => {
            let placed = items.iter().enumerate();
            placed.map(|(place, item)| one(item).map_err(|fault| Impossible::Item { place, fault })).collect()
        }
        more => Err(Impossible::TooManyItems(more)),
    }
}

fn one(item: &SentItem) -> Result<NewItem, ItemFault> {
    NewItem::new(&item.kind, &item.title, item.detail.as_deref())
}
