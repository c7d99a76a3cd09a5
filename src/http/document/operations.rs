//! Each endpoint as an operation of the document: what it is for, what it takes, and all that it answers.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::parameters;
use super::refusals::{self, Refused};
use super::samples::Samples;
use super::schema::Stands::Always;
use super::schema::{any_of, component, object, one_of, text};
use super::words::{self, Words};
use crate::http::endpoint::Endpoint;

/// A success: its status, what it says, and the name of its shape.
type Success = (u16, &'static str, &'static str);

/// The operation of `endpoint`.
pub(super) fn of(endpoint: Endpoint, samples: &Samples) -> Value {
    let Words { id, tag, summary, text } = words::of(endpoint);
    let mut operation = json!({
        "operationId": id,
        "tags": [tag],
        "summary": summary,
        "description": text,
        "security": security(endpoint),
        "parameters": parameters::of(endpoint),
        "responses": responses(endpoint, samples),
    });
    if let Some(body) = body(endpoint) {
        let media = json!({ "schema": component(body), "examples": samples.requests(endpoint) });
        operation["requestBody"] = json!({ "required": true, "content": { "application/json": media } });
    }
    operation
}

/// Either kind of token, or the one that may decide.
fn security(endpoint: Endpoint) -> Value {
    match endpoint {
        Endpoint::Approve | Endpoint::Reject => json!([{ "decide": [] }]),
        endpoint if endpoint.needs_token() => json!([{ "submit": [] }, { "decide": [] }]),
        _ => json!([]),
    }
}

const fn body(endpoint: Endpoint) -> Option<&'static str> {
    match endpoint {
        Endpoint::Submit => Some("Submission"),
        Endpoint::Approve => Some("Approval"),
        Endpoint::Reject => Some("Rejection"),
        Endpoint::Withdraw => Some("Withdrawal"),
        Endpoint::Issue => Some("Report"),
        _ => None,
    }
}

fn successes(endpoint: Endpoint) -> Vec<Success> {
    match endpoint {
        Endpoint::Submit => vec![
            (201, "The items are in the queue.", "Submitted"),
            (
                200,
                "All of them were there already, by their `external_id`; nobody is asked twice.",
                "Submitted",
            ),
        ],
        Endpoint::List => vec![(200, "A page of what waits, the oldest first.", "ItemList")],
        Endpoint::Item => vec![(200, "The item, with what became of it.", "Item")],
        Endpoint::Withdraw => vec![(200, "Those in `ids` are withdrawn now.", "Withdrawn")],
        Endpoint::Issue => vec![(200, "It was noted on those in `ids`.", "Issued")],
        Endpoint::Approve => vec![(200, "Those in `ids` are approved now.", "Approved")],
        Endpoint::Reject => vec![(200, "Those in `ids` are rejected now.", "Rejected")],
        Endpoint::Decisions => vec![(200, "What became final after `after`, in that order.", "DecisionList")],
        Endpoint::Up => vec![(200, "The program runs.", "Up")],
        Endpoint::Ready => {
            vec![(200, "The database answers.", "Ready"), (503, "It does not.", "NotReady")]
        }
        Endpoint::Document | Endpoint::Page => Vec::new(),
    }
}

fn responses(endpoint: Endpoint, samples: &Samples) -> Value {
    let mut told: Map<String, Value> = Map::new();
    for (status, what, shape) in successes(endpoint) {
        let shape = match shape {
            "Issued" => any_of(vec![component("Issued"), component("Failed")]),
            shape => component(shape),
        };
        let headers = headers(endpoint, status, endpoint.changes());
        let examples = samples.answers(endpoint, status);
        told.insert(status.to_string(), response(what, &headers, &shape, examples));
    }
    match endpoint {
        Endpoint::Document => told.insert("200".to_owned(), document()),
        Endpoint::Page => told.insert("200".to_owned(), page()),
        _ => None,
    };
    let mut refused: BTreeMap<u16, Vec<Refused>> = BTreeMap::new();
    for one in refusals::of(endpoint) {
        refused.entry(one.status.as_u16()).or_default().push(one);
    }
    if endpoint.changes() {
        // Whatever else these say, they tell of used keys.
        refused.entry(409).or_default();
    }
    for (status, refused) in refused {
        told.insert(status.to_string(), refusal(endpoint, status, &refused, samples));
    }
    Value::Object(told)
}

fn response(what: &str, headers: &Value, shape: &Value, examples: Map<String, Value>) -> Value {
    let mut media = json!({ "schema": shape });
    if !examples.is_empty() {
        media["examples"] = Value::Object(examples);
    }
    json!({ "description": what, "headers": headers, "content": { "application/json": media } })
}

fn refusal(endpoint: Endpoint, status: u16, refused: &[Refused], samples: &Samples) -> Value {
    let mut shapes = Vec::new();
    if endpoint.changes() {
        match status {
            409 => shapes.push(component("Duplicate")),
            422 => shapes.push(component("Reused")),
            _ => {}
        }
    }
    if !refused.is_empty() {
        let codes = refused.iter().map(|one| one.code).collect::<std::collections::BTreeSet<_>>();
        shapes.push(object([("error", Always, one_of(codes)), ("message", Always, text())]));
    }
    let shape = if shapes.len() == 1 { shapes.remove(0) } else { any_of(shapes) };
    let mut examples = samples.answers(endpoint, status);
    for one in refused {
        let body = json!({ "error": one.code, "message": one.message });
        let mut name = one.code.to_owned();
        while examples.contains_key(&name) {
            name.push('_');
        }
        examples.insert(name, json!({ "value": body }));
    }
    let replayable = refused.iter().any(|one| one.uses_key);
    response(words::of_status(status), &headers(endpoint, status, replayable), &shape, examples)
}

/// The headers beside those of every HTTP answer. `replayable`: whether it may be a first answer told again.
fn headers(endpoint: Endpoint, status: u16, replayable: bool) -> Value {
    let mut headers = fixed(&[("Cache-Control", "no-store")]);
    if endpoint.changes() && replayable {
        headers["Idempotent-Replayed"] = json!({
            "description": "This is the first answer once more: the key came again as `Idempotency-Key`.",
            "schema": { "type": "string", "const": "true" },
        });
    }
    match status {
        401 => headers["WWW-Authenticate"] = fixed(&[("", "Bearer")])[""].take(),
        503 => {
            let seconds = json!({ "type": "integer", "minimum": 1, "maximum": 5 });
            headers["Retry-After"] = json!({ "required": true, "description": "Seconds until it is worth another try.", "schema": seconds });
        }
        _ => {}
    }
    headers
}

fn document() -> Value {
    json!({
        "description": "This document.",
        "headers": fixed(&[("Cache-Control", "no-cache"), ("X-Content-Type-Options", "nosniff")]),
        "content": { "application/json": { "schema": { "type": "object", "required": ["openapi", "paths"] } } },
    })
}

fn page() -> Value {
    let mut headers = fixed(&[
        ("Cache-Control", "no-cache"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
    ]);
    headers["Content-Security-Policy"] = json!({ "required": true, "schema": text() });
    json!({
        "description": "A page in one piece: no scripts, and nothing that is loaded from elsewhere.",
        "headers": headers,
        "content": { "text/html; charset=utf-8": { "schema": text() } },
    })
}

/// Headers that always say the same.
fn fixed(headers: &[(&str, &str)]) -> Value {
    let header = |value: &str| json!({ "required": true, "schema": { "type": "string", "const": value } });
    headers.iter().map(|(name, value)| ((*name).to_owned(), header(value))).collect::<Map<_, _>>().into()
}
