//! Requests made from the document: mostly right, each part of them now and then wrong.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::select;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::values::{any_json, broken, fitting};
use crate::support::document::{DOCUMENT, Operation};
use crate::support::http::{AGENT, ApiServer, BACKEND, SHOP};

/// The two headers of the key, as they are documented.
static KEYS: LazyLock<&Value> =
    LazyLock::new(|| &DOCUMENT.whole["paths"]["/api/admin/pending"]["post"]["parameters"]);

/// A request.
#[derive(Clone, Debug)]
pub struct Made {
    method: String,
    path: String,
    headers: Vec<(&'static str, Vec<u8>)>,
    pub body: Option<Body>,
}

/// What is sent.
#[derive(Clone, Debug)]
pub enum Body {
    /// JSON, right or wrong.
    Json(Value),
    /// Something else.
    Bytes(Vec<u8>),
}

impl Made {
    /// It, to be sent to `server`; it cannot be where HTTP itself has no words for it.
    pub fn builder(&self, server: &ApiServer) -> RequestBuilder {
        let request = server.bare(Method::from_bytes(self.method.as_bytes()).unwrap(), &self.path);
        let request = self
            .headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, value.as_slice()));
        match &self.body {
            Some(Body::Json(body)) => request.body(body.to_string()),
            Some(Body::Bytes(bytes)) => request.body(bytes.clone()),
            None => request,
        }
    }
}

impl Made {
    /// Whether its one key is as the document wants it.
    pub fn key_fits(&self) -> bool {
        let parameters = KEYS.as_array().unwrap();
        let keys = self.headers.iter().filter_map(|(name, value)| {
            let parameter = parameters.iter().find(|parameter| parameter["name"] == *name)?;
            Some(DOCUMENT.fits(&parameter["schema"], &String::from_utf8_lossy(value).into()).is_ok())
        });
        keys.collect::<Vec<_>>() == [true]
    }
}

/// A request for one of the operations.
pub fn request() -> impl Strategy<Value = Made> {
    let made = DOCUMENT.operations().map(|(method, operation)| {
        // What changes something is asked more often.
        (if method == "post" { 4 } else { 1 }, for_operation(method, operation))
    });
    proptest::strategy::Union::new_weighted(made.collect())
}

fn for_operation(method: &str, operation: Operation<'_>) -> BoxedStrategy<Made> {
    let right = Just(method.to_ascii_uppercase());
    let wrong =
        select(vec!["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "ODD"]).prop_map(str::to_owned);
    let method = prop_oneof![30 => right, 1 => wrong];
    (method, path(operation), token(), key(), kind(), body(operation))
        .prop_map(|(method, path, token, key, kind, body)| {
            let headers = [token, key, kind].concat();
            Made { method, path, headers, body }
        })
        .boxed()
}

fn path(operation: Operation<'_>) -> BoxedStrategy<String> {
    let template = operation.path.to_owned();
    let id = prop_oneof![
        2 => (1_i64..12).prop_map(|id| id.to_string()),
        1 => odd_text(),
    ];
    let path = id.prop_map(move |id| template.replace("{id}", &id));
    let parameters = operation.told["parameters"].as_array().unwrap();
    let queries = parameters.iter().filter(|one| one["in"] == "query").map(|one| {
        let name = one["name"].as_str().unwrap().to_owned();
        // Nobody waits in here.
        let right = if name == "wait" {
            Just("0".to_owned()).boxed()
        } else {
            fitting(&one["schema"]).prop_map(|v| v.to_string()).boxed()
        };
        let value = prop_oneof![6 => right, 1 => odd_text()];
        let value = value.prop_map(move |value| format!("{name}={value}"));
        proptest::option::weighted(0.5, value).boxed()
    });
    let extra = proptest::option::weighted(
        0.05,
        (odd_text(), odd_text()).prop_map(|(name, value)| format!("{name}={value}")),
    );
    let queries: Vec<_> = queries.chain([extra.boxed()]).collect();
    (path, queries)
        .prop_map(|(path, queries)| {
            let query: Vec<_> = queries.into_iter().flatten().collect();
            if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
        })
        .boxed()
}

/// What may stand in a path or a query, and means nothing.
fn odd_text() -> impl Strategy<Value = String> {
    let odd = [
        "",
        "0",
        "-1",
        "+1",
        "01",
        "1.0",
        "x",
        "%FF",
        "%00",
        "%2F",
        "%",
        "9007199254740992",
        "99999999999999999999",
        "wait",
        "1%20",
        "%D9%A1",
    ];
    select(odd.map(str::to_owned).to_vec())
}

type Headers = Vec<(&'static str, Vec<u8>)>;

fn one(name: &'static str, value: impl Into<Vec<u8>>) -> Headers {
    vec![(name, value.into())]
}

fn token() -> impl Strategy<Value = Headers> {
    let right = select(vec![SHOP, AGENT, BACKEND, BACKEND])
        .prop_map(|token| one("authorization", format!("Bearer {token}")));
    let wrong = select(vec!["Bearer", "Bearer ", "Basic x", "bearer wrong", "", "\u{ff}"]);
    prop_oneof![
        20 => right,
        1 => wrong.prop_map(|value| one("authorization", value)),
        1 => Just(Vec::new()),
    ]
}

fn key() -> impl Strategy<Value = Headers> {
    let parameters = &DOCUMENT.whole["paths"]["/api/admin/pending"]["post"]["parameters"];
    let standard =
        fitting(&parameters[1]["schema"]).prop_map(|key| one("Idempotency-Key", key.as_str().unwrap()));
    let own =
        fitting(&parameters[0]["schema"]).prop_map(|key| one("X-Idempotency-Key", key.as_str().unwrap()));
    // Some come again.
    let again = (0..20, any::<bool>()).prop_map(|(n, own)| {
        if own {
            one("X-Idempotency-Key", format!("k{n}"))
        } else {
            one("Idempotency-Key", format!("\"k{n}\""))
        }
    });
    let odd =
        (select(vec!["X-Idempotency-Key", "Idempotency-Key"]), prop::collection::vec(any::<u8>(), 0..70));
    prop_oneof![
        6 => own.clone(),
        6 => standard.clone(),
        6 => again,
        1 => odd.prop_map(|(name, value)| one(name, value)),
        1 => (own, standard).prop_map(|both| [both.0, both.1].concat()),
        1 => Just(Vec::new()),
    ]
}

fn kind() -> impl Strategy<Value = Headers> {
    let odd = select(vec!["text/plain", "application/json; charset=utf-8", "", "application/xml", "\u{ff}"]);
    prop_oneof![
        20 => Just(one("content-type", "application/json")),
        1 => odd.prop_map(|kind| one("content-type", kind)),
        1 => Just(Vec::new()),
    ]
}

fn body(operation: Operation<'_>) -> BoxedStrategy<Option<Body>> {
    let schema = &operation.told["requestBody"]["content"]["application/json"]["schema"];
    if schema.is_null() {
        return Just(None).boxed();
    }
    let right = fitting(schema);
    let wrong = right.clone().prop_flat_map(|value| broken(&value));
    let torn = right.clone().prop_flat_map(|value| {
        let text = value.to_string().into_bytes();
        (0..text.len()).prop_map(move |length| text[..length].to_vec())
    });
    let twice = right.clone().prop_map(|value| format!("{value}{value}").into_bytes());
    let bytes = prop::collection::vec(any::<u8>(), 0..60);
    prop_oneof![
        12 => right.prop_map(Body::Json),
        6 => wrong.prop_map(Body::Json),
        1 => any_json().prop_map(Body::Json),
        1 => prop_oneof![torn.boxed(), twice.boxed(), bytes.boxed()].prop_map(Body::Bytes),
    ]
    .prop_map(Some)
    .boxed()
}
