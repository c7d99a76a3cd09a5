//! What the HTTP API says in its errors: what is wrong, and what to do. Its readers are developers; it speaks English.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::ids::ItemId;
use crate::domain::outcome::{Skip, SkipReason};
use crate::limits::{BODY_BYTES_MAX, EXPIRES_MAX, HEADER_KEY_CHARS_MAX, OPERATION_DEADLINE, WAITING_MAX};

/// The key was used before, with the same request.
#[must_use]
pub fn duplicate_key(header: &str) -> String {
    format!("Request with key '{header}' already processed")
}

/// The key was used before, with another request.
#[must_use]
pub fn reused_key(header: &str, differs: &[String]) -> String {
    let differs = differs.join(", ");
    format!(
        "Request with key '{header}' already processed with another {differs}; nothing was done. Use a new key for a new request"
    )
}

/// No key.
#[must_use]
pub fn missing_key() -> String {
    "The header X-Idempotency-Key is missing; send a key of your choosing, and the same one when you try again. The standard's Idempotency-Key is taken too, with the key in quotes".to_owned()
}

/// More than one key.
#[must_use]
pub fn repeated_key() -> String {
    "The key's header stands more than once; send one key".to_owned()
}

/// Both headers.
#[must_use]
pub fn two_keys() -> String {
    "Both X-Idempotency-Key and Idempotency-Key were sent; send one of them".to_owned()
}

/// Not a key.
#[must_use]
pub fn malformed_key() -> String {
    format!(
        "A key must be 1 to {HEADER_KEY_CHARS_MAX} visible ASCII characters without a comma: bare as in X-Idempotency-Key: order-4711, in quotes as in Idempotency-Key: \"order-4711\""
    )
}

/// No token, or a wrong one.
#[must_use]
pub fn unauthorized() -> String {
    "Send one header 'Authorization: Bearer TOKEN' with a token of API_TOKENS".to_owned()
}

/// The token has not the right.
#[must_use]
pub fn may_not() -> String {
    "This token may submit only; deciding needs a token that stands in API_TOKENS as name/decide:token"
        .to_owned()
}

/// The client may not name an address that is told.
#[must_use]
pub fn may_not_call_back() -> String {
    "This client may not send a callback_url; that needs a secret for it in CALLBACK_SECRETS".to_owned()
}

/// A rule forbids the decision.
#[must_use]
pub fn may_not_decide() -> String {
    "This client may not decide; nothing was done".to_owned()
}

/// The policy forbids it for items of this kind.
#[must_use]
pub fn forbidden(kind: &str) -> String {
    format!("The policy forbids this for items of the kind {kind}; nothing was done")
}

/// There is nothing to take back.
#[must_use]
pub fn nothing_to_undo() -> String {
    "This client has decided nothing that could be undone".to_owned()
}

/// A client's own id names another content.
#[must_use]
pub fn external_id_taken(place: usize, item: ItemId) -> String {
    format!(
        "The external_id of the item at place {place} is that of item {}, which has another content; nothing was done. Use a new external_id for a new item",
        item.get()
    )
}

/// A time to expire that cannot be.
#[must_use]
pub fn expiry_out_of_bounds(place: usize, at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let told = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M:%SZ");
    format!(
        "The expires_at of the item at place {place} is {}; it must be after {} and within {} days; nothing was done",
        told(at),
        told(now),
        EXPIRES_MAX.num_days()
    )
}

/// A rule forbids so many.
#[must_use]
pub fn over_bulk_limit(asked: usize, limit: usize) -> String {
    format!(
        "{asked} items were named, at most {limit} are allowed in one request; nothing was done. Send them in parts, each with its own key"
    )
}

/// No tokens are configured.
#[must_use]
pub fn api_off() -> String {
    "The HTTP API is off; set API_TOKENS to turn it on".to_owned()
}

/// Too many bytes.
#[must_use]
pub fn too_large() -> String {
    format!("The body is larger than {BODY_BYTES_MAX} bytes; send it in parts")
}

/// Not JSON by its header.
#[must_use]
pub fn unsupported_media_type() -> String {
    "Send the body as 'Content-Type: application/json'".to_owned()
}

/// Not the JSON that was expected.
#[must_use]
pub fn malformed_body(detail: &str) -> String {
    format!("The body cannot be read: {detail}")
}

/// The body did not arrive in time.
#[must_use]
pub fn too_slow() -> String {
    format!("The body did not arrive within {} s", OPERATION_DEADLINE.as_secs())
}

/// JSON with values that cannot be.
#[must_use]
pub fn impossible_value(detail: &str) -> String {
    format!("The request cannot be carried out: {detail}")
}

/// A query string that is not understood.
#[must_use]
pub fn malformed_query(detail: &str) -> String {
    format!("The query cannot be read: {detail}")
}

/// No such item.
#[must_use]
pub fn no_such_item() -> String {
    "There is no such item; without the right to decide a client sees its own alone".to_owned()
}

/// No such path.
#[must_use]
pub fn not_found() -> String {
    "There is nothing at this path".to_owned()
}

/// No such method here.
#[must_use]
pub fn method_not_allowed() -> String {
    "This path does not take this method".to_owned()
}

/// The database gives no answer.
#[must_use]
pub fn database_away() -> String {
    "The database is away or busy; send the same request again, a POST with the same key".to_owned()
}

/// No place to wait is free.
#[must_use]
pub fn too_many_wait() -> String {
    format!("{WAITING_MAX} requests wait for decisions already; ask again, or without wait")
}

/// A fault of ours.
#[must_use]
pub fn internal() -> String {
    "Something failed on this side, and was logged; send the same request with the same key again".to_owned()
}

/// Why an item was not changed.
#[must_use]
pub fn skip(skip: &Skip, names: &BTreeMap<String, String>) -> String {
    let id = skip.id.get();
    match &skip.reason {
        SkipReason::NotFound => format!("There is no item {id}"),
        SkipReason::Stale => format!("Item {id} is not as it was shown"),
        SkipReason::Forbidden => format!("The policy forbids this for the kind of item {id}"),
        SkipReason::Roles { .. } => {
            format!("Clients may not decide items of the kind of item {id}; people must, in Telegram")
        }
        SkipReason::OwnItem => format!("Item {id} was submitted by this client; another must decide"),
        SkipReason::NotInBulk => format!("Item {id} must be decided in a request of its own"),
        SkipReason::ReasonRequired => format!("Rejecting item {id} needs a reason"),
        SkipReason::AlreadyVoted { have, need, .. } => {
            format!("This client's vote on item {id} counts already: {have} of {need}")
        }
        SkipReason::Undone => format!("The decision about item {id} was undone before"),
        SkipReason::NotOwn => format!("Item {id} was submitted by another client; it alone may do this"),
        SkipReason::NotApproved { state } => {
            format!("Item {id} is {}; only what is approved is issued", state.code())
        }
        SkipReason::NotFinal { at } => {
            let at = at.map(|at| format!(" until {}", at.format("%Y-%m-%dT%H:%M:%SZ"))).unwrap_or_default();
            format!("The approval of item {id} can still be undone{at}")
        }
        SkipReason::AlreadyIssued { result, at } => {
            format!(
                "Item {id} was already reported as {} at {}",
                result.code(),
                at.format("%Y-%m-%dT%H:%M:%SZ")
            )
        }
        SkipReason::Final { at } => {
            let at = at.map(|at| format!(" since {}", at.format("%Y-%m-%dT%H:%M:%SZ"))).unwrap_or_default();
            format!("The decision about item {id} is final{at}")
        }
        SkipReason::Already { state, by, at } => {
            let by = by.as_ref().map(|by| format!(" by {}", names.get(by).unwrap_or(by))).unwrap_or_default();
            let at = at.map(|at| format!(" at {}", at.format("%Y-%m-%dT%H:%M:%SZ"))).unwrap_or_default();
            format!("Item {id} was already {}{by}{at}", state.code())
        }
    }
}
