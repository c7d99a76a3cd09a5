//! Each status that is documented is one that is answered.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign::limits::BODY_BYTES_MAX;
use countersign::points::Act;
use futures_util::future::join_all;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::document::DOCUMENT;
use crate::support::http::{APPROVE, ApiServer, BACKEND, ISSUE, PENDING, REJECT, SHOP, WITHDRAW, send};

const POSTS: [&str; 5] = [PENDING, APPROVE, REJECT, WITHDRAW, ISSUE];
const GETS: [&str; 3] = [PENDING, "/api/admin/pending/1", "/api/admin/decisions"];
const OPEN: [&str; 4] = ["/healthz", "/readyz", "/openapi.json", "/docs"];

/// What was answered: the operation's name and the status.
#[derive(Default)]
struct Seen(BTreeSet<(String, u16)>);

impl Seen {
    async fn ask(&mut self, request: RequestBuilder) -> u16 {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let operation = DOCUMENT.operation(request.method(), request.url().path()).unwrap();
        let answer = send(RequestBuilder::from_parts(client, request)).await;
        let id = operation.told["operationId"].as_str().unwrap();
        self.0.insert((id.to_owned(), answer.status));
        answer.status
    }

    async fn post(&mut self, server: &ApiServer, path: &str, key: &str, body: &Value) -> u16 {
        self.ask(server.posting(path, BACKEND, key).body(body.to_string())).await
    }
}

/// A body that is taken there.
fn body(path: &str) -> Value {
    match path {
        PENDING => json!({ "kind": "bill", "title": "rent", "external_id": "one" }),
        ISSUE => json!({ "ids": [1], "result": "issued" }),
        _ => json!({ "ids": [1] }),
    }
}

async fn successes_and_repeats(server: &ApiServer, seen: &mut Seen) {
    for path in POSTS {
        seen.post(server, path, path.rsplit('.').next().unwrap().trim_matches('/'), &body(path)).await;
        seen.post(server, path, "repeat", &body(path)).await;
        assert_eq!(seen.post(server, path, "repeat", &body(path)).await, 409, "{path}");
        let odd = json!({ "kind": "bill", "title": " ", "ids": [] });
        let odd = if path == PENDING {
            json!({ "kind": odd["kind"], "title": odd["title"] })
        } else {
            body_of(path, &odd)
        };
        assert_eq!(seen.post(server, path, "odd", &odd).await, 422, "{path}");
    }
    for path in GETS.into_iter().chain(OPEN) {
        assert_eq!(
            seen.ask(server.bare(Method::GET, path).bearer_auth(SHOP)).await / 100,
            if path == GETS[1] { 4 } else { 2 }
        );
        seen.ask(server.bare(Method::GET, path).bearer_auth(BACKEND)).await;
    }
}

/// `ids` as they are in `odd`, and what else is taken there.
fn body_of(path: &str, odd: &Value) -> Value {
    let mut body = body(path);
    body["ids"] = odd["ids"].clone();
    body
}

async fn refusals(server: &ApiServer, seen: &mut Seen) {
    for path in POSTS {
        let bare = || server.bare(Method::POST, path).header("content-type", "application/json");
        let keyed = || server.posting(path, BACKEND, "refused");
        assert_eq!(seen.ask(bare()).await, 401);
        assert_eq!(seen.ask(bare().bearer_auth(BACKEND)).await, 400);
        assert_eq!(seen.ask(keyed().body("x".repeat(BODY_BYTES_MAX + 1))).await, 413);
        let plain = server.bare(Method::POST, path).bearer_auth(BACKEND).header("X-Idempotency-Key", "k");
        assert_eq!(seen.ask(plain.body("{}")).await, 415);
    }
    for path in GETS {
        assert_eq!(seen.ask(server.bare(Method::GET, path)).await, 401);
        assert_eq!(seen.ask(server.bare(Method::GET, &format!("{path}?odd=1")).bearer_auth(SHOP)).await, 400);
    }
    for path in [APPROVE, REJECT] {
        assert_eq!(seen.ask(server.posting(path, SHOP, "may-not").body(body(path).to_string())).await, 403);
    }
    let forbidden = json!({ "kind": "invoice.suggest_change", "title": "more" });
    assert_eq!(seen.post(server, PENDING, "forbidden", &forbidden).await, 403);
    assert_eq!(seen.ask(server.bare(Method::GET, "/api/admin/pending/99").bearer_auth(SHOP)).await, 404);
}

/// Bodies that never come.
async fn too_slow(server: &ApiServer, seen: &mut Seen) {
    let slow = POSTS.map(|path| {
        let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
        let body = reqwest::Body::wrap_stream(never);
        let request = server.posting(path, BACKEND, "slow").body(body).timeout(Duration::from_secs(60));
        async move {
            let mut seen = Seen::default();
            assert_eq!(seen.ask(request).await, 408, "{path}");
            seen
        }
    });
    seen.0.extend(join_all(slow).await.into_iter().flat_map(|seen| seen.0));
}

async fn faults(server: &ApiServer, seen: &mut Seen) {
    for path in POSTS {
        // Once in its batch and once when it is run again alone: then it is given up.
        for _ in 0..8 {
            server.points.arm("decide backend:panics", Act::Panic);
        }
        assert_eq!(seen.post(server, path, "panics", &body(path)).await, 500, "{path}");
    }
    server.app.ledger.close().await;
    for path in POSTS {
        assert_eq!(seen.post(server, path, "away", &body(path)).await, 503);
    }
    for path in GETS.into_iter().chain(["/readyz"]) {
        assert_eq!(seen.ask(server.bare(Method::GET, path).bearer_auth(BACKEND)).await, 503);
    }
}

/// Those that only a fault of the program, or its start, could bring about.
fn is_out_of_reach(id: &str, status: u16) -> bool {
    let reads = ["list", "show", "decisions", "up", "ready", "document", "docs"];
    (status == 500 && reads.contains(&id)) || (status == 503 && ["document", "docs"].contains(&id))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_documented_status_is_answered() {
    let mut seen = Seen::default();
    let off = ApiServer::with(Vec::new(), 100).await;
    for path in POSTS {
        assert_eq!(seen.post(&off, path, "off", &body(path)).await, 404);
    }
    for path in GETS {
        assert_eq!(seen.ask(off.bare(Method::GET, path)).await, 404);
    }
    off.end().await;
    let server = ApiServer::start().await;
    successes_and_repeats(&server, &mut seen).await;
    refusals(&server, &mut seen).await;
    too_slow(&server, &mut seen).await;
    faults(&server, &mut seen).await;
    server.restart(100).await.end().await;
    let documented = DOCUMENT.operations().flat_map(|(_, operation)| {
        let id = operation.told["operationId"].as_str().unwrap();
        operation.told["responses"]
            .as_object()
            .unwrap()
            .keys()
            .map(move |status| (id, status.parse().unwrap()))
    });
    let documented: BTreeSet<(String, u16)> = documented
        .filter(|(id, status)| !is_out_of_reach(id, *status))
        .map(|(id, status)| (id.to_owned(), status))
        .collect();
    assert_eq!(seen.0, documented);
}
