//! The API's own description, OpenAPI 3.1: made from the list of endpoints, their refusals, the bounds, and real samples;
//! and the same as a page.
//!
//! It is made by hand from small functions rather than by attributes in the rooms: what is answered depends on borrowed and
//! raw values that no derive can name, and a room stays readable. What holds it to the code are the tests: every answer
//! they get is checked against it, with no field, header, status or code left over.

mod answers;
mod layout;
mod operations;
mod page;
mod parameters;
mod prose;
mod refusals;
mod requests;
mod samples;
mod schema;
mod shapes;
mod words;

use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::endpoint::Endpoint;
use samples::Samples;
use schema::{component, told};

static DOCUMENT: LazyLock<Value> = LazyLock::new(whole);
static TEXT: LazyLock<String> = LazyLock::new(|| DOCUMENT.to_string());
static PAGE: LazyLock<page::Page> = LazyLock::new(|| page::Page::of(&DOCUMENT));

/// The document as JSON. It is made once.
#[must_use]
pub fn text() -> &'static str {
    &TEXT
}

/// The document as a page, made once, with the policy that its reader's browser is to hold it to.
pub(super) fn page() -> (&'static str, &'static str) {
    (&PAGE.html, &PAGE.policy)
}

fn whole() -> Value {
    let samples = Samples::read();
    let schemas: Map<String, Value> = requests::all()
        .into_iter()
        .chain(answers::all())
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect();
    let tags = words::TAGS.map(|(name, what)| json!({ "name": name, "description": what }));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Countersign",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": env!("CARGO_PKG_DESCRIPTION"),
            "description": words::introduction(),
            "license": { "name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE") },
        },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths(&samples),
        "webhooks": { "decision": { "post": webhook() } },
        "components": { "schemas": schemas, "securitySchemes": tokens() },
    })
}

fn paths(samples: &Samples) -> Value {
    let mut paths = json!({});
    for endpoint in Endpoint::ALL {
        let method = if endpoint.changes() { "post" } else { "get" };
        paths[endpoint.path()][method] = operations::of(endpoint, samples);
    }
    paths
}

fn tokens() -> Value {
    let bearer = |what: &str| json!({ "type": "http", "scheme": "bearer", "description": what });
    json!({
        "submit": bearer("A token that stands in `API_TOKENS` as `name:token`: it may submit, and see and withdraw its client's own items."),
        "decide": bearer("A token that stands in `API_TOKENS` as `name/decide:token`: it may also decide, and sees all."),
    })
}

/// What receivers are sent; it is they who answer.
fn webhook() -> Value {
    let header = |name: &str, what: &str| json!({ "name": name, "in": "header", "required": true, "description": what, "schema": { "type": "string" } });
    json!({
        "operationId": "told",
        "tags": ["Following"],
        "summary": "Being told of a decision",
        "description": "Sent by the Standard Webhooks specification to the receivers of `DECISION_WEBHOOKS`, and to an item's `callback_url`, once a decision is final: at least once, with the same id. Check the signature over the raw body, refuse an old timestamp, and take an id that you have seen for done.",
        "parameters": [
            header("webhook-id", "The same at each try."),
            header("webhook-timestamp", "Seconds since 1970, fresh at each try."),
            header("webhook-signature", "`v1,` and the signature in base64; several with a blank between them while secrets are rotated."),
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": told("What became of an item.", component("Told")) } } },
        "responses": {
            "2XX": { "description": "Taken." },
            "410": { "description": "Turns the receiver off." },
            "default": { "description": "It comes again, with growing pauses, for a day; `Retry-After` is kept to." },
        },
    })
}

/// When the samples were taken.
fn sample_time() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_772_366_640)
}
