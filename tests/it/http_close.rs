//! A client's own items over real HTTP: withdrawn while they wait, and reported about once they are approved for good.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::http::{AGENT, APPROVE, ApiServer, BACKEND, ISSUE, PENDING, REJECT, SHOP, WITHDRAW};

/// Id and reason of what was skipped.
fn skipped(body: &Value) -> Vec<(i64, String)> {
    let skipped = body["skipped"].as_array().cloned().unwrap_or_default();
    let told = |skip: &Value| (skip["id"].as_i64().unwrap(), skip["reason"].as_str().unwrap().to_owned());
    assert!(skipped.iter().all(|skip| !skip["message"].as_str().unwrap().is_empty()));
    skipped.iter().map(told).collect()
}

fn reasons<const N: usize>(reasons: [(i64, &str); N]) -> Vec<(i64, String)> {
    reasons.map(|(id, reason)| (id, reason.to_owned())).to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_takes_its_items_back_once() {
    let server = ApiServer::start().await;
    server.submit("four", &["rent", "laptop", "travel", "desk"]).await;
    server.submit_by(AGENT, "theirs", &["theirs"]).await;
    server.approve("yes", r#"{"ids":[2]}"#).await;
    server.post(REJECT, BACKEND, "no", r#"{"ids":[3]}"#).await;
    let body = r#"{"ids":[1,2,3,5,9,1],"by":"cron","reason":" order\ncancelled"}"#;
    let first = server.post(WITHDRAW, SHOP, "back", body).await;
    assert_eq!(first.status, 200);
    let told = ["withdrawn_count", "ids", "by", "reason"].map(|name| first.body[name].clone());
    assert_eq!(told, [json!(1), json!([1]), json!("cron"), json!("order cancelled")]);
    let expected = [(2, "already_approved"), (3, "already_rejected"), (5, "not_found"), (9, "not_found")];
    assert_eq!(skipped(&first.body), reasons(expected), "another's item is not there");
    let again = server.post(WITHDRAW, SHOP, "back", body).await;
    assert_eq!(
        (again.status, &again.body["original"], &again.body["scope_matches"]),
        (409, &first.body, &json!(true))
    );
    let other = server.post(WITHDRAW, SHOP, "back-2", r#"{"ids":[1]}"#).await;
    assert_eq!(skipped(&other.body), reasons([(1, "already_withdrawn")]));
    let late = server.approve("late", r#"{"ids":[1]}"#).await;
    assert_eq!(skipped(&late.body), reasons([(1, "already_withdrawn")]));
    let item = server.get(&format!("{PENDING}/1"), SHOP).await.body;
    let told = ["state", "final", "reason", "decided_at"].map(|name| item[name].clone());
    assert_eq!(
        told,
        [json!("withdrawn"), json!(true), json!("order cancelled"), json!("2026-03-01T12:04:00Z")]
    );
    assert_eq!((item.get("decided_by"), item.get("issue")), (None, None));
    assert_eq!(server.open_items().await, 2);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_decides_takes_back_its_own_alone() {
    let server = ApiServer::start().await;
    server.submit("one", &["rent"]).await;
    server.submit_by(BACKEND, "two", &["laptop"]).await;
    let answer = server.post(WITHDRAW, BACKEND, "back", r#"{"ids":[1,2]}"#).await;
    assert_eq!((&answer.body["ids"], skipped(&answer.body)), (&json!([2]), reasons([(1, "not_own")])));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_for_good_is_reported_once() {
    let server = ApiServer::start().await;
    let items = ["api", "web", "db", "mail"].map(|title| json!({ "kind": "deploy", "title": title }));
    server.post(PENDING, SHOP, "four", json!({ "items": items })).await;
    server.approve("yes", r#"{"ids":[1,2]}"#).await;
    server.post(REJECT, BACKEND, "no", r#"{"ids":[3]}"#).await;
    let body = r#"{"ids":[1,3,4,9],"result":"issued","note":"run 4711","by":"ci"}"#;
    let early = server.post(ISSUE, SHOP, "early", body).await;
    assert_eq!((early.status, &early.body["issued_count"]), (200, &json!(0)));
    let expected = [(1, "not_final"), (3, "not_approved"), (4, "not_approved"), (9, "not_found")];
    assert_eq!(skipped(&early.body), reasons(expected));
    server.clock.advance(TimeDelta::seconds(61));
    assert_eq!(server.app.ledger.release_due().await.unwrap(), 3);
    let first = server.post(ISSUE, SHOP, "done", r#"{"ids":[1],"result":"issued","note":"run 4711"}"#).await;
    assert_eq!(first.body, json!({ "issued_count": 1, "ids": [1], "by": "shop", "note": "run 4711" }));
    let failed = server.post(ISSUE, SHOP, "failed", r#"{"ids":[2,1],"result":"failed"}"#).await;
    let expected = json!({
        "failed_count": 1, "ids": [2], "by": "shop",
        "skipped": [{
            "id": 1, "reason": "already_issued", "message": "Item 1 was already reported as issued at 2026-03-01T12:05:01Z",
        }],
    });
    assert_eq!(failed.body, expected);
    let again = server.post(ISSUE, SHOP, "failed", r#"{"ids":[2,1],"result":"failed"}"#).await;
    assert_eq!((again.status, &again.body["original"]), (409, &expected));
    let retried = server.post(ISSUE, SHOP, "retried", r#"{"ids":[2],"result":"issued"}"#).await;
    assert_eq!(skipped(&retried.body), reasons([(2, "already_failed")]));
    let theirs = server.post(ISSUE, AGENT, "theirs", r#"{"ids":[1],"result":"failed"}"#).await;
    assert_eq!(skipped(&theirs.body), reasons([(1, "not_found")]));
    let item = server.get(&format!("{PENDING}/1"), SHOP).await.body;
    let issue = json!({ "result": "issued", "at": "2026-03-01T12:05:01Z", "note": "run 4711" });
    assert_eq!((&item["state"], &item["issue"]), (&json!("approved"), &issue));
    assert_eq!(server.get(&format!("{PENDING}/2"), SHOP).await.body["issue"]["result"], "failed");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_leaves_the_key_free() {
    let server = ApiServer::start().await;
    server.submit("one", &["rent"]).await;
    for (path, body) in [
        (WITHDRAW, r#"{"ids":[]}"#),
        (WITHDRAW, r#"{"ids":[0]}"#),
        (WITHDRAW, r#"{"ids":[1],"by":""}"#),
        (WITHDRAW, r#"{"ids":[1],"reason":"a\u202eb"}"#),
        (ISSUE, r#"{"ids":[1],"result":"issued","note":" "}"#),
    ] {
        server.post(path, SHOP, "k", body).await.refused(422, "impossible_value");
    }
    for (path, body) in [
        (WITHDRAW, r#"{"ids":["1"]}"#),
        (WITHDRAW, r#"{"ids":[1],"note":"x"}"#),
        (ISSUE, r#"{"ids":[1]}"#),
        (ISSUE, r#"{"ids":[1],"result":"done"}"#),
        (ISSUE, r#"{"ids":[1],"result":"issued","reason":"x"}"#),
    ] {
        server.post(path, SHOP, "k", body).await.refused(400, "malformed_body");
    }
    server.get(WITHDRAW, SHOP).await.refused(405, "method_not_allowed");
    server.post(WITHDRAW, "nobody", "k", r#"{"ids":[1]}"#).await.refused(401, "unauthorized");
    let one = server.post(WITHDRAW, SHOP, "k", r#"{"ids":[1]}"#).await;
    assert_eq!(one.body, json!({ "withdrawn_count": 1, "ids": [1], "by": "shop" }));
    // The same body to another endpoint is no repeat.
    let other = server.post(ISSUE, SHOP, "k", r#"{"ids":[1],"result":"issued"}"#).await;
    assert_eq!((other.status, &other.body["scope_matches"]), (409, &json!(false)));
    server.post(APPROVE, BACKEND, "k", r#"{"ids":[1]}"#).await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_bulk_limit_is_a_stored_outcome() {
    let server = ApiServer::start().await;
    server.submit("three", &["a", "b", "c"]).await;
    let server = server.restart(2).await;
    let first = server.post(WITHDRAW, SHOP, "many", r#"{"ids":[1,2,3]}"#).await;
    first.refused(422, "over_bulk_limit");
    assert_eq!(server.post(WITHDRAW, SHOP, "many", r#"{"ids":[1,2,3]}"#).await.body["original"], first.body);
    assert_eq!(server.open_items().await, 3);
    server.end().await;
}
