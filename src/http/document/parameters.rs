//! What an endpoint takes beside its body: the path, the query, and the key's two headers.

use serde_json::{Value, json};

use super::schema::{fitting, id, short, text, told, whole};
use crate::http::endpoint::Endpoint;
use crate::http::{decisions, list};
use crate::limits::{DECISIONS_MAX, HEADER_KEY_CHARS_MAX, ID_MAX, LIST_ITEMS_MAX, WAIT_S_MAX};

/// The parameters of `endpoint`.
pub(super) fn of(endpoint: Endpoint) -> Vec<Value> {
    match endpoint {
        Endpoint::List => vec![
            query("limit", "Most items on the page.", page(LIST_ITEMS_MAX, list::LIMIT_DEFAULT)),
            query("after", "The id after which to go on: the `next_after` of the page before.", id()),
        ],
        Endpoint::Decisions => vec![
            query("limit", "Most decisions in the answer.", page(DECISIONS_MAX, decisions::LIMIT_DEFAULT)),
            query(
                "after",
                "The number of the last decision you have read; 0 for all. Behind the end of the log it is refused: you have read another log, or this one was restored from an older copy.",
                whole(0, ID_MAX),
            ),
        ],
        Endpoint::Item => vec![
            json!({ "name": "id", "in": "path", "required": true, "schema": told("The item's id.", id()) }),
            query(
                "wait",
                "Seconds to wait until the decision is final; then it is answered as it is, with `\"final\": false`: ask again. The time it takes to ask is not counted.",
                whole(0, WAIT_S_MAX),
            ),
        ],
        endpoint if endpoint.changes() => keys(),
        _ => Vec::new(),
    }
}

fn query(name: &str, what: &str, schema: Value) -> Value {
    json!({ "name": name, "in": "query", "description": what, "schema": schema })
}

fn page(most: u64, default: u64) -> Value {
    let mut limit = whole(1, most);
    limit["default"] = Value::from(default);
    limit
}

/// One of the two must be sent: which, OpenAPI cannot say, so the description does.
fn keys() -> Vec<Value> {
    let bare = fitting("^[!-+\\--~]+$", short(HEADER_KEY_CHARS_MAX));
    // The bound is that of the key, not of its quotes and backslashes.
    let quoted = format!("^\"([!#-+\\--\\[\\]-~]|\\\\[\"\\\\]){{1,{HEADER_KEY_CHARS_MAX}}}\"$");
    let quoted = fitting(&quoted, text());
    let header = |name: &str, what: &str, example: &str, schema: Value| json!({ "name": name, "in": "header", "description": what, "example": example, "schema": schema });
    vec![
        header(
            "X-Idempotency-Key",
            "The key, bare. A repeat is answered 409, with the first answer in it. Exactly one of the two headers must be sent, once.",
            "order-4711",
            bare,
        ),
        header(
            "Idempotency-Key",
            "The same key under the standard's name, as a string in quotes. A repeat is answered with the first status and body once more.",
            "\"order-4711\"",
            quoted,
        ),
    ]
}
