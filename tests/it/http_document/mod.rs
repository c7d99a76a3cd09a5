//! The API's own document: served, held to the code, and asked for requests that no one thought of. That every answer is as
//! it says is checked where answers are read (`support/document`).

mod fuzz;
mod page;
mod samples;
mod statuses;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::document::DOCUMENT;
use crate::support::http::{ApiServer, BACKEND, PENDING, SHOP, send};

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_to_everybody_with_or_without_tokens() {
    for server in [ApiServer::start().await, ApiServer::with(Vec::new(), 100).await] {
        let answer = send(server.bare(Method::GET, "/openapi.json")).await;
        assert_eq!((answer.status, &answer.body), (200, &DOCUMENT.whole));
        for secret in [SHOP, BACKEND] {
            assert!(!answer.text.contains(secret));
        }
        server.end().await;
    }
}

#[test]
fn it_is_of_the_right_kind_and_refers_to_nothing_that_is_not_there() {
    let whole = &DOCUMENT.whole;
    assert_eq!(
        (&whole["openapi"], &whole["info"]["version"]),
        (&json!("3.1.0"), &json!(env!("CARGO_PKG_VERSION")))
    );
    let mut named = BTreeSet::new();
    references(whole, &mut named);
    for name in &named {
        assert!(whole.pointer(name.trim_start_matches('#')).is_some(), "{name} is not there");
    }
    let shapes = whole["components"]["schemas"].as_object().unwrap();
    for name in shapes.keys() {
        assert!(named.contains(&format!("#/components/schemas/{name}")), "{name} is a shape of nothing");
    }
}

fn references(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            into.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| references(value, into));
        }
        Value::Array(entries) => entries.iter().for_each(|value| references(value, into)),
        _ => {}
    }
}

/// Every example has the shape that stands beside it.
#[test]
fn its_examples_are_of_their_shapes() {
    let mut seen = 0;
    for (_, operation) in DOCUMENT.operations() {
        let answers = operation.told["responses"].as_object().unwrap().values();
        for told in answers.chain([&operation.told["requestBody"]]) {
            let media = &told["content"]["application/json"];
            for (name, example) in media["examples"].as_object().into_iter().flatten() {
                let held = DOCUMENT.fits(&media["schema"], &example["value"]);
                assert_eq!(held, Ok(()), "{} {name}", operation.path);
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen} examples");
}

/// What is refused as unknown tells what is known, which is what is documented.
#[tokio::test(flavor = "multi_thread")]
async fn the_fields_of_requests_are_those_that_are_taken() {
    let server = ApiServer::start().await;
    let shapes = &DOCUMENT.whole["components"]["schemas"];
    let submission = shapes["Submission"]["anyOf"][1].clone();
    let bulk = |name: &str| format!("{PENDING}/bulk.{name}");
    let bodies = [
        (PENDING.to_owned(), json!({ "kind": "a", "odd": 1 }), &shapes["NewItem"]),
        (PENDING.to_owned(), json!({ "items": [], "odd": 1 }), &submission),
        (bulk("approve"), json!({ "odd": 1 }), &shapes["Approval"]),
        (bulk("reject"), json!({ "odd": 1 }), &shapes["Rejection"]),
        (bulk("withdraw"), json!({ "odd": 1 }), &shapes["Withdrawal"]),
        (bulk("issue"), json!({ "odd": 1 }), &shapes["Report"]),
    ];
    for (path, body, shape) in bodies {
        let answer = server.post(&path, BACKEND, "k", &body).await;
        let message = answer.refused(400, "malformed_body");
        let (_, known) = message.split_once("unknown field `odd`, expected ").unwrap();
        let known: BTreeSet<_> = known.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let documented: BTreeSet<_> = shape["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(known, documented, "{path}");
        assert_eq!(shape["additionalProperties"], json!(false));
    }
    server.end().await;
}
