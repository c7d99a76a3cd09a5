//! The cursor over HTTP: what is final, in its order, for whoever may see it.

use chrono::TimeDelta;
use countersign::limits::DECISIONS_MAX;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::http::{AGENT, ApiServer, BACKEND, SHOP, send};

const DECISIONS: &str = "/api/admin/decisions";

fn numbers(body: &Value) -> Vec<i64> {
    let decisions = body["decisions"].as_array().unwrap();
    decisions.iter().map(|one| one["number"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_is_told_as_it_stands_in_the_log() {
    let server = ApiServer::start().await;
    let empty = server.get(DECISIONS, BACKEND).await;
    assert_eq!((empty.status, empty.body), (200, json!({ "decisions": [], "next_after": 0, "more": false })));
    server.submit("s", &["rent"]).await;
    server.approve("a", json!({ "ids": [1], "by": "night shift" })).await;
    let told = server.get(DECISIONS, BACKEND).await;
    let one = &told.body["decisions"][0];
    let hash = one["hash"].as_str().unwrap();
    assert_eq!(
        one,
        &json!({
            "v": 1, "number": 1, "item_id": 1, "round": 1, "kind": "bill", "client": "shop", "external_id": null,
            "state": "approved", "decided_by": [{ "actor": "api:backend", "label": "night shift" }],
            "reason": null, "content_hash": one["content_hash"], "decided_at": "2026-03-01T12:04:00Z",
            "released_at": "2026-03-01T12:04:00Z", "previous": "0".repeat(64), "hash": hash,
        })
    );
    assert_eq!((&told.body["next_after"], &told.body["more"]), (&json!(1), &json!(false)));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_each_other() {
    let server = ApiServer::start().await;
    server.submit("s", &["a", "b", "c", "d", "e"]).await;
    server.approve("a", json!({ "ids": [5, 4, 3, 2, 1], "by": "x" })).await;
    let (mut after, mut seen) = (0, Vec::new());
    loop {
        let page = server.get(&format!("{DECISIONS}?after={after}&limit=2"), BACKEND).await;
        seen.extend(numbers(&page.body));
        after = page.body["next_after"].as_i64().unwrap();
        if page.body["more"] == false {
            break;
        }
    }
    assert_eq!((seen, after), (vec![1, 2, 3, 4, 5], 5));
    let none = server.get(&format!("{DECISIONS}?after=5"), BACKEND).await;
    assert_eq!((numbers(&none.body).len(), &none.body["next_after"]), (0, &json!(5)));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_client_sees_its_own() {
    let server = ApiServer::start().await;
    server.submit("s", &["a"]).await;
    server.submit_by(AGENT, "s", &["b"]).await;
    server.submit("t", &["c"]).await;
    server.approve("a", json!({ "ids": [1, 2, 3], "by": "x" })).await;
    assert_eq!(numbers(&server.get(DECISIONS, SHOP).await.body), [1, 3]);
    let agents = server.get(DECISIONS, AGENT).await.body;
    assert_eq!((numbers(&agents), &agents["next_after"]), (vec![2], &json!(2)));
    let nothing_new = server.get(&format!("{DECISIONS}?after=2"), AGENT).await.body;
    assert_eq!((numbers(&nothing_new), &nothing_new["next_after"]), (vec![], &json!(2)));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_taken_back_is_not_told_yet() {
    let server = ApiServer::start().await;
    let body = json!({ "kind": "slow", "title": "a deploy" });
    server.post("/api/admin/pending", SHOP, "s", body).await;
    server.approve("a", json!({ "ids": [1], "by": "x" })).await;
    assert_eq!(numbers(&server.get(DECISIONS, BACKEND).await.body), [0_i64; 0]);
    server.clock.advance(TimeDelta::seconds(10));
    let item = server.get("/api/admin/pending/1", SHOP).await.body;
    assert_eq!((&item["state"], &item["final"]), (&json!("approved"), &json!(false)));
    server.app.ledger.release_due().await.unwrap();
    assert_eq!(numbers(&server.get(DECISIONS, BACKEND).await.body), [1]);
    assert_eq!(server.get("/api/admin/pending/1", SHOP).await.body["final"], true);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused_clearly() {
    let server = ApiServer::start().await;
    server.submit("s", &["a"]).await;
    server.approve("a", json!({ "ids": [1], "by": "x" })).await;
    for (query, told) in [
        ("after=-1", "after is -1; it is the number of the last decision you have read"),
        ("after=9007199254740992", "after is 9007199254740992"),
        ("after=one", "after"),
        ("limit=0", "limit is 0; it goes from 1 to 500"),
        ("limit=501", "limit is 501"),
        ("before=1", "before"),
        ("after=1&after=2", "after"),
        ("after=2", "after is 2, and the log ends at 1"),
    ] {
        let answer = server.get(&format!("{DECISIONS}?{query}"), BACKEND).await;
        let message = answer.refused(400, "malformed_query");
        assert!(message.contains(told), "{query}: {message}");
    }
    assert_eq!(server.get(&format!("{DECISIONS}?limit={DECISIONS_MAX}"), BACKEND).await.status, 200);
    send(server.bare(Method::GET, DECISIONS)).await.refused(401, "unauthorized");
    server.post(DECISIONS, BACKEND, "k", "{}").await.refused(405, "method_not_allowed");
    server.end().await;
}
