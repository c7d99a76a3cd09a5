//! What a receiver is sent: the decision as it stands in the log, with the item's title and data.

use serde_json::{Map, Value, json};

use crate::domain::new_item::content_hash;
use crate::domain::payload::Payload;
use crate::domain::release::Release;
use crate::ledger::deliveries::Parcel;

/// Digits of the decision's hash in the id: a database that begins again does not repeat ids.
const ID_DIGITS: usize = 16;

/// A message, the same at every try.
pub(super) struct Message {
    /// `webhook-id`.
    pub(super) id: String,
    /// The body.
    pub(super) body: String,
}

impl Message {
    /// The message that tells this decision.
    ///
    /// # Errors
    /// Why the log's entry cannot be read.
    pub(super) fn of(parcel: &Parcel) -> Result<Self, String> {
        let unreadable = |error: &dyn std::fmt::Display| format!("decision {}: {error}", parcel.number);
        let release = Release::from_stored(&parcel.sealed.entry).map_err(|error| unreadable(&error))?;
        let (item, payload) =
            (&parcel.item, parcel.item.payload.as_ref().map_or(Value::Null, Payload::value));
        if content_hash(&item.kind, &item.title, item.detail.as_deref(), &payload) != release.content_hash {
            // A receiver acts on what it is told: nobody has approved this.
            return Err(format!(
                "item {} is not what was decided about; see countersign audit verify",
                item.id
            ));
        }
        let mut data: Map<String, Value> =
            serde_json::from_str(&parcel.sealed.to_json()).map_err(|error| unreadable(&error))?;
        data.insert("title".to_owned(), Value::from(item.title.as_str()));
        data.insert("payload".to_owned(), payload);
        let digits = parcel.sealed.hash.get(..ID_DIGITS).unwrap_or_default();
        let body = json!({
            "type": format!("item.{}", release.state.code()),
            "timestamp": release.released_at,
            "data": data,
        });
        Ok(Self { id: format!("decision_{}_{digits}", parcel.number), body: body.to_string() })
    }
}
