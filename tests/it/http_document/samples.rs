//! The document's samples: asked of a real server, and kept as it answered.

use reqwest::Method;
use serde_json::{Value, json};

use crate::derived::holds;
use crate::support::http::{
    APPROVE, Answer, ApiServer, BACKEND, ISSUE, PENDING, REJECT, SHOP, WITHDRAW, send,
};

const FILE: &str = "src/http/document/samples.json";
const OWN: &str = "X-Idempotency-Key";
const STANDARD: &str = "Idempotency-Key";

/// What was asked and answered, by method and path.
struct Samples {
    server: ApiServer,
    taken: Value,
}

impl Samples {
    fn keep(&mut self, place: &str, name: &str, answer: Answer) {
        self.taken[place]["answers"][answer.status.to_string()][name] = answer.body;
    }

    async fn get(&mut self, path: &str, place: &str, name: &str) {
        let answer = self.server.get(path, SHOP).await;
        self.keep(&format!("GET {place}"), name, answer);
    }

    async fn post(&mut self, path: &str, token: &str, key: (&str, &str), name: &str, body: Value) {
        let request = self.server.bare(Method::POST, path).bearer_auth(token).header(key.0, key.1);
        let answer = send(request.header("content-type", "application/json").body(body.to_string())).await;
        let place = format!("POST {path}");
        let sent = &self.taken[&place]["requests"];
        let is_new = sent.as_object().is_none_or(|sent| sent.values().all(|one| *one != body));
        if answer.status < 300 && is_new {
            self.taken[&place]["requests"][name] = body;
        }
        self.keep(&place, name, answer);
    }

    async fn submit(&mut self) {
        let rent = json!({
            "kind": "invoice", "title": "Rent for March", "detail": "1,200 EUR to Homes Ltd",
            "payload": { "invoice": 4711 }, "external_id": "inv-4711",
        });
        let other = json!({ "kind": "invoice", "title": "Rent for April" });
        let item = |kind: &str, title: &str| json!({ "kind": kind, "title": title });
        let items = [
            item("purchase", "A laptop"),
            item("travel", "Berlin, two days"),
            item("invoice", "Stamps"),
            item("payment", "A desk"),
        ];
        let order = (OWN, "order-4711");
        self.post(PENDING, SHOP, order, "one item", rent.clone()).await;
        self.post(PENDING, SHOP, order, "the same again", rent.clone()).await;
        self.post(PENDING, SHOP, order, "another request under its key", other.clone()).await;
        self.post(PENDING, SHOP, (STANDARD, "\"order-4711\""), "another request under its key", other).await;
        self.post(PENDING, SHOP, (OWN, "order-4711-b"), "an external_id that is there", rent).await;
        self.post(PENDING, SHOP, (OWN, "order-4712"), "several items", json!({ "items": items })).await;
        self.get("/api/admin/pending?limit=2", PENDING, "a page of two").await;
    }

    async fn decide(&mut self) {
        let (first, admin) = ((OWN, "req-12345"), "admin");
        self.post(APPROVE, BACKEND, first, "two items", json!({ "ids": [1, 2], "by": admin })).await;
        self.post(APPROVE, BACKEND, first, "the same again", json!({ "ids": [1, 2], "by": admin })).await;
        self.post(APPROVE, BACKEND, first, "another request under its key", json!({ "ids": [3] })).await;
        let standard = (STANDARD, "\"req-12345\"");
        self.post(APPROVE, BACKEND, standard, "another request under its key", json!({ "ids": [3] })).await;
        self.post(APPROVE, BACKEND, (OWN, "req-12346"), "some of them", json!({ "ids": [2, 3, 99] })).await;
        self.post(APPROVE, BACKEND, (OWN, "req-12347"), "one of two yeses", json!({ "ids": [5] })).await;
        let no = json!({ "ids": [4], "by": admin, "reason": "wrong amount" });
        self.post(REJECT, BACKEND, (OWN, "req-12348"), "with a reason", no.clone()).await;
        self.post(REJECT, BACKEND, (OWN, "req-12348"), "the same again", no).await;
    }

    async fn close(&mut self) {
        let back = json!({ "ids": [5], "reason": "order cancelled" });
        self.post(WITHDRAW, SHOP, (OWN, "back-1"), "with a reason", back.clone()).await;
        self.post(WITHDRAW, SHOP, (OWN, "back-1"), "the same again", back).await;
        let done = json!({ "ids": [1], "result": "issued", "note": "invoice 4711" });
        self.post(ISSUE, SHOP, (OWN, "done-1"), "carried out", done.clone()).await;
        self.post(ISSUE, SHOP, (OWN, "done-1"), "the same again", done).await;
        let failed = json!({ "ids": [2], "result": "failed", "note": "out of stock" });
        self.post(ISSUE, SHOP, (OWN, "done-2"), "failed", failed).await;
        self.get("/api/admin/pending/1", "/api/admin/pending/{id}", "approved and carried out").await;
        self.get("/api/admin/decisions?limit=2", "/api/admin/decisions", "the first two").await;
    }

    async fn watch(&mut self) {
        self.get("/healthz", "/healthz", "up").await;
        self.get("/readyz", "/readyz", "ready").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn derived_samples_are_what_a_server_answers() {
    let mut samples = Samples { server: ApiServer::start().await, taken: json!({}) };
    samples.submit().await;
    samples.decide().await;
    samples.close().await;
    samples.watch().await;
    samples.server.end().await;
    holds(FILE, &format!("{}\n", serde_json::to_string_pretty(&samples.taken).unwrap()));
}
